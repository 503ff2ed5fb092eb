/**
 * Chromium asks nobody about schemes that it does not know. The stand-in therefore shows
 * `app://descry/a` as `https://descry.app.stand-in.invalid/a`, which is answered before any name is
 * looked up; only the stand-in sees these addresses.
 */
const domain = 'stand-in.invalid';

/** `app://host/path` as the address that Chromium is given; everything else stays as it is. */
export function toChromium(url: string): string {
  const [, scheme, host, rest = ''] = /^(app|crop):\/\/([^/?#]*)(.*)$/.exec(url) ?? [];
  return scheme === undefined
    ? url
    : `https://${host}.${scheme}.${domain}${rest.startsWith('/') ? rest : `/${rest}`}`;
}

/** The address that Electron would show for one that Chromium was given. */
export function fromChromium(url: string): string {
  return url.replace(
    /(^|^blob:)https:\/\/([^/.]+)\.(app|crop)\.stand-in\.invalid/,
    (_all, blob: string, host: string, scheme: string) => `${blob}${scheme}://${host}`,
  );
}

/** A content security policy with the same meaning for Chromium's addresses. */
export function policyForChromium(policy: string): string {
  return policy.replace(/(?<=\s)crop:(?=[\s;]|$)/g, `https://*.crop.${domain}`);
}
