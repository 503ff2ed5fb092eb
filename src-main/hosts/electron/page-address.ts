/** The one origin the application's page has in Electron. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://descry`;
export const pageUrl = `${pageOrigin}/index.html`;

/** Scheme of crops and thumbnails: `crop://<id>/original`, `crop://<id>/thumbnail`. */
export const cropScheme = 'crop';

/** True for the page itself, whatever fragment it shows; no other document may fill the window. */
export function isPageUrl(url: string): boolean {
  const address = URL.parse(url);
  return (
    address !== null &&
    address.protocol === `${pageScheme}:` &&
    address.host === 'descry' &&
    ['/', '/index.html'].includes(address.pathname)
  );
}

/** What the window may load: the application's files, crops, and the developer tools' own pages. */
export function isOwnRequest(url: string): boolean {
  const address = URL.parse(url);
  if (address === null) return false;
  if (address.protocol === `${pageScheme}:`) return address.host === 'descry';
  return [`${cropScheme}:`, 'data:', 'blob:', 'devtools:'].includes(address.protocol);
}

export interface CropAddress {
  cropId: number;
  kind: 'original' | 'thumbnail';
}

/**
 * Reads the address of a crop's picture. Only an id can be named, never a path.
 * @returns undefined for everything else.
 */
export function parseCropUrl(url: string): CropAddress | undefined {
  const [, host, kind] = /^crop:\/\/([0-9.]{1,15})\/(original|thumbnail)$/.exec(url) ?? [];
  if (host === undefined || (kind !== 'original' && kind !== 'thumbnail')) return undefined;
  const cropId = host.includes('.') ? fromDotted(host) : Number(host);
  return Number.isSafeInteger(cropId) && cropId > 0 ? { cropId, kind } : undefined;
}

/** Chromium writes a bare number in the place of a host as an IPv4 address: 300 becomes 0.0.1.44. */
function fromDotted(host: string): number {
  const parts = host.split('.').map(Number);
  if (parts.length !== 4 || host.split('.').some((part) => !/^\d{1,3}$/.test(part))) return Number.NaN;
  if (parts.some((part) => part > 255)) return Number.NaN;
  return parts.reduce((id, part) => id * 256 + part, 0);
}
