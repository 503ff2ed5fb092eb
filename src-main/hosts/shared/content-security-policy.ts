/** Which host serves the page: pictures have a scheme of their own in Electron. */
export type PageHost = 'electron' | 'browser';

/**
 * The policy of the application's page. Everything is refused but files that the host itself serves:
 * no inline script, no other origin, no plugin, no form, no frame around it.
 *
 * Inline styles are allowed for one reason. The preview of a report is a sandboxed `srcdoc` frame; such
 * a frame inherits this policy (`frame-src` does not apply to it), and the report is one document with
 * its style inside. A style can load nothing here: pictures, fonts and connections have no other place
 * to go than the host itself.
 */
export function contentSecurityPolicy(host: PageHost): string {
  const pictures = ["'self'", ...(host === 'electron' ? ['crop:'] : []), 'data:', 'blob:'];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `img-src ${pictures.join(' ')}`,
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
