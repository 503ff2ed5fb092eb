/**
 * A file's path as a manifest writes it: CR, LF and % are percent-encoded, and nothing else (RFC 8493,
 * 2.1.3).
 */
export function manifestPath(path: string): string {
  return path.replace(/[%\r\n]/g, encodeURIComponent);
}

/** A line of a manifest, or what is wrong with it. */
export type ManifestLine = { sha256: string; path: string } | { problem: string };

/** Control characters but tab, which may stand in a name. */
const unreadable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Reads a line of a manifest: a SHA-256, blanks, perhaps the `*` that `sha256sum -b` writes, and a path
 * from the folder of the manifest. A path that could lead out of that folder, or that a system takes for
 * something else than its text, is a problem.
 */
export function parseManifestLine(line: string): ManifestLine {
  const [, hash, written] = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/s.exec(line) ?? [];
  if (hash === undefined || written === undefined) return { problem: 'is not a SHA-256 and a file' };
  const path = written.replace(/%(0[dDaA]|25)/g, (code) => decodeURIComponent(code)).replace(/^(\.\/)+/, '');
  if (
    path.startsWith('/') ||
    path.startsWith('~') ||
    /^[A-Za-z]:/.test(path) ||
    path.includes('\\') ||
    unreadable.test(path) ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..')
  )
    return { problem: 'does not name a file inside the folder' };
  return { sha256: hash.toLowerCase(), path };
}
