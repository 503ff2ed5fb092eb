import type { Event, Session, WebContents } from 'electron';
import { app } from 'electron';
import type { Logger } from 'pino';
import { isOwnRequest, isPageUrl, pageOrigin } from './page-address.ts';

/**
 * Permissions the page may have. None: no camera, microphone, position, notification, device,
 * screen capture or clipboard access is needed to search crops. Add a line with its reason if that changes.
 */
const allowedPermissions: ReadonlySet<string> = new Set<string>([]);

/**
 * Switches for Chromium, set before it starts: everything that would talk to somebody on its own is
 * off, and no name resolves, so that even a request that slipped through reaches nobody.
 */
export const chromiumSwitches: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['no-pings'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
];

/** Locks a session: no permissions, no devices, no foreign requests, no downloads but the page's own. */
export function protectSession(session: Session, log: Logger): void {
  // Handlers are cleared first, so that nothing that set one before has a say.
  session.setPermissionRequestHandler(null);
  session.setPermissionCheckHandler(null);
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    const allowed = allowedPermissions.has(permission);
    if (!allowed) log.warn({ permission }, 'permission refused');
    answer(allowed);
  });
  session.setPermissionCheckHandler((_contents, permission) => allowedPermissions.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((request, answer) => {
    const allowed = isOwnRequest(request.url);
    if (!allowed) log.warn({ origin: originOf(request.url), kind: request.resourceType }, 'request refused');
    answer({ cancel: !allowed });
  });
  session.on('will-download', (event, item) => {
    // The page saves lists that it made itself; nothing else is a download.
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault();
  });
}

/** Locks every web contents that ever comes to be: it stays on our page, opens no window, embeds nothing. */
export function protectContents(log: Logger): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (event: Event, url: string, what: string): void => {
      event.preventDefault();
      log.warn({ origin: originOf(url) }, `${what} refused`);
    };
    contents.on('will-navigate', (event) => {
      if (!isPageUrl(event.url)) refuse(event, event.url, 'navigation');
    });
    contents.on('will-redirect', (event) => refuse(event, event.url, 'redirect'));
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame && event.url !== 'about:srcdoc')
        refuse(event, event.url, 'navigation of a frame');
    });
    contents.on('will-attach-webview', (event) => refuse(event, '', 'embedded view'));
    contents.setWindowOpenHandler(({ url }) => {
      log.warn({ origin: originOf(url) }, 'new window refused');
      return { action: 'deny' };
    });
    ignorePageRefusals(contents);
  });
}

/** A page that refuses to be left (`beforeunload`) must not keep the window from closing. */
function ignorePageRefusals(contents: WebContents): void {
  contents.on('will-prevent-unload', (event) => event.preventDefault());
}

/** Scheme and host only: the rest of an address may hold what somebody typed. */
function originOf(url: string): string {
  const address = URL.parse(url);
  return address === null ? 'unreadable' : `${address.protocol}//${address.host}`;
}
