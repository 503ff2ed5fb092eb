/** Which host serves the page: pictures have a scheme of their own in Electron. */
export type PageHost = 'electron' | 'browser';

/**
 * The policy of the application's page. Everything is refused but files that the host itself serves:
 * no inline script, no inline style, no other origin, no plugin, no form, no frame around it.
 *
 * The preview of a report is a sandboxed `srcdoc` frame. Such a frame inherits this policy and is not
 * itself a matter of `frame-src`, so what it needs is allowed by content: the report's one style sheet
 * by its hash, its pictures as `data:`.
 * @param styleHashes Base64 SHA-256 digests of inline style sheets that may apply.
 */
export function contentSecurityPolicy(host: PageHost, styleHashes: readonly string[] = []): string {
  const styles = ["'self'", ...styleHashes.map((hash) => `'sha256-${hash}'`)];
  const pictures = ["'self'", ...(host === 'electron' ? ['crop:'] : []), 'data:', 'blob:'];
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles.join(' ')}`,
    `img-src ${pictures.join(' ')}`,
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
