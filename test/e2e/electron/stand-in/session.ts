import { EventEmitter } from 'node:events';
import type { BrowserContext, Request as PageRequest, Route } from 'playwright-core';
import { fromChromium, policyForChromium } from './addresses.ts';

type ProtocolHandler = (request: Request) => Response | Promise<Response>;
type PermissionRequest = (contents: unknown, permission: string, answer: (allowed: boolean) => void) => void;
type PermissionCheck = (contents: unknown, permission: string) => boolean;
type RequestFilter = (
  details: { url: string; resourceType: string; method: string },
  answer: (response: { cancel?: boolean }) => void,
) => void;

/** The default session: answers every request of the window, from the handlers that the application set. */
class Session extends EventEmitter {
  /** Requests that no handler answered and that would have gone to the network. */
  readonly leaked: string[] = [];
  readonly protocol = {
    handle: (scheme: string, handler: ProtocolHandler): void => void this.#handlers.set(scheme, handler),
  };
  readonly webRequest = {
    onBeforeRequest: (filter: RequestFilter): void => void (this.#filter = filter),
  };
  readonly #handlers = new Map<string, ProtocolHandler>();
  #filter: RequestFilter | undefined;
  #request: PermissionRequest | null = null;
  #check: PermissionCheck | null = null;

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(): void {
    // Chromium's device dialogs do not exist in a headless browser.
  }

  setDisplayMediaRequestHandler(): void {
    // Nor does screen capture.
  }

  setSpellCheckerEnabled(): void {
    // Nor a spelling checker.
  }

  /** As Electron: a permission without a handler is granted. */
  permits(permission: string, check: boolean): Promise<boolean> {
    if (check) return Promise.resolve(this.#check?.(null, permission) ?? true);
    const handler = this.#request;
    return handler ? new Promise((resolve) => handler(null, permission, resolve)) : Promise.resolve(true);
  }

  /** @param navigates says whether a navigation may go on; it is asked before the request's filter. */
  async answerFor(context: BrowserContext, navigates: (request: PageRequest) => boolean): Promise<void> {
    await context.route('**/*', async (route) => {
      const request = route.request();
      if (request.isNavigationRequest() && !navigates(request)) return route.abort('aborted');
      return this.#answer(route, request);
    });
  }

  async #answer(route: Route, request: PageRequest): Promise<void> {
    const url = fromChromium(request.url());
    const { cancel } = await new Promise<{ cancel?: boolean }>((resolve) => {
      if (!this.#filter) resolve({});
      else this.#filter({ url, resourceType: request.resourceType(), method: request.method() }, resolve);
    });
    if (cancel === true) return route.abort('blockedbyclient');
    const handler = this.#handlers.get(url.slice(0, url.indexOf(':')));
    if (!handler) {
      this.leaked.push(url);
      return route.abort('internetdisconnected');
    }
    const response = await handler(new Request(url, { method: request.method() }));
    const headers = Object.fromEntries(response.headers);
    const policy = headers['content-security-policy'];
    if (policy !== undefined) headers['content-security-policy'] = policyForChromium(policy);
    return route.fulfill({
      status: response.status,
      headers,
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
}

export const defaultSession = new Session();
export const session = { defaultSession };

export const protocol = {
  ...defaultSession.protocol,
  registerSchemesAsPrivileged: (schemes: { scheme: string }[]): void => {
    const unknown = schemes.filter(({ scheme }) => scheme !== 'app' && scheme !== 'crop');
    if (unknown.length > 0) throw new Error(`the stand-in knows no address for ${JSON.stringify(unknown)}`);
  },
};
