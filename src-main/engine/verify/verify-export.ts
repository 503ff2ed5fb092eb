import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Finding, Verification } from '../case/schema.ts';
import { DescryError, errorCode } from '../errors.ts';
import { hashFile } from '../hash-file.ts';

const manifestName = 'manifest-sha256.txt';

/**
 * Checks a folder against its `manifest-sha256.txt`, as `sha256sum -c` does, and also names files
 * that the manifest does not list. Works without the case.
 * @throws DescryError `not-found` without a manifest; `invalid-input` when it does not parse.
 */
export async function verifyExport(folder: string): Promise<Verification> {
  const path = resolve(folder);
  let text: string;
  try {
    text = readFileSync(join(path, manifestName), 'utf8');
  } catch (error) {
    throw new DescryError(
      'not-found',
      `There is no ${manifestName} in ${path}: this is neither a case nor an export.`,
      { path },
      error,
    );
  }
  const findings: Finding[] = [];
  const listed = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [, hash, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    const file = name === undefined ? undefined : resolve(path, name);
    if (hash === undefined || name === undefined || !file?.startsWith(path + sep)) {
      throw new DescryError(
        'invalid-input',
        `Line ${index + 1} of ${manifestName} is not a hash and a file inside the folder.`,
        { line: index + 1 },
      );
    }
    listed.add(file);
    try {
      const actual = await hashFile(file);
      if (actual !== hash)
        findings.push({
          severity: 'error',
          check: 'manifest',
          where: name,
          message: `Its content changed: SHA-256 ${actual}, in the manifest ${hash}.`,
        });
    } catch (error) {
      const gone = errorCode(error) === 'ENOENT';
      findings.push({
        severity: 'error',
        check: 'manifest',
        where: name,
        message: gone ? 'The file is not there.' : `It cannot be read: ${String(error)}`,
      });
    }
  }
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || listed.has(file) || file === join(path, manifestName)) continue;
    findings.push({
      severity: 'warning',
      check: 'manifest',
      where: relative(path, file),
      message: 'The manifest does not list this file.',
    });
  }
  return {
    ok: !findings.some(({ severity }) => severity === 'error'),
    path,
    checked: { media: listed.size, vectorBlocks: 0, auditEntries: 0 },
    findings,
  };
}
