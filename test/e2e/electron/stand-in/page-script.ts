/** What the page's script and the stand-in tell each other through one binding. */
export type FromPage =
  | { kind: 'document' }
  | { kind: 'invoke'; channel: string; input: unknown[] }
  | { kind: 'send'; channel: string; input: unknown[] }
  | { kind: 'port'; id: number; data: PortData }
  | { kind: 'permission'; permission: string; check: boolean };
export type PortData = { text: string } | { base64: string };

export const bindingName = 'electronStandIn';
export const deliverName = 'electronStandInDeliver';

interface PageGlobals {
  [bindingName](message: FromPage): Promise<unknown>;
  [deliverName]: unknown;
  /** Paths of files by their names: a page in Chromium is never told them. */
  standInPaths?: Record<string, string>;
}

type Preload = (
  require: (name: string) => unknown,
  module: { exports: object },
  exports: object,
  process: { platform: string },
) => void;

/**
 * Runs in every document of the window before its own scripts: gives the unmodified preload script the
 * `electron` module that a preload has, and lets the page load `crop:` pictures.
 * Self-contained: it is sent to the page as text.
 */
export function pageScript(preload: Preload, domain: string): void {
  if (window !== window.top) return;
  const globals = window as unknown as PageGlobals;
  const tell = (message: FromPage): Promise<unknown> => globals.electronStandIn(message);
  const listeners = new Map<string, Set<(...input: unknown[]) => void>>();
  const ports = new Map<number, MessagePort>();
  /** The ends that the page holds, in the order in which they were handed to it. */
  const handed: number[] = [];
  const held = new Map<number, MessagePort>();
  window.addEventListener('message', (event) => {
    for (const port of event.ports) held.set(handed.shift() ?? 0, port);
  });

  const encode = async (data: unknown): Promise<PortData> => {
    if (typeof data === 'string') return { text: data };
    const bytes = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : (data as ArrayBuffer));
    return { base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
  };
  const decode = (data: PortData): string | Uint8Array =>
    'text' in data ? data.text : Uint8Array.from(atob(data.base64), (character) => character.charCodeAt(0));

  const openPort = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port2);
    port2.onmessage = (event) => void encode(event.data).then((data) => tell({ kind: 'port', id, data }));
    handed.push(id);
    return port1;
  };
  Object.defineProperty(window, 'electronStandInDeliver', {
    value: {
      message(channel: string, message: unknown, portIds: number[]): void {
        const event = { ports: portIds.map(openPort) };
        for (const listener of listeners.get(channel) ?? []) listener(event, message);
      },
      port: (id: number, data: PortData): void => ports.get(id)?.postMessage(decode(data)),
      closePort(id: number): void {
        ports.get(id)?.close();
        ports.delete(id);
        // Electron tells a port that its other end is gone; Chromium alone does not.
        held.get(id)?.dispatchEvent(new Event('close'));
      },
    },
  });

  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: object): void =>
        void Object.defineProperty(window, name, { value: Object.freeze(api), enumerable: true }),
    },
    ipcRenderer: {
      async invoke(channel: string, ...input: unknown[]): Promise<unknown> {
        const answer = (await tell({ kind: 'invoke', channel, input })) as
          { value: unknown } | { error: string };
        if ('error' in answer) throw new Error(`Error invoking remote method '${channel}': ${answer.error}`);
        return answer.value;
      },
      send: (channel: string, ...input: unknown[]): void => void tell({ kind: 'send', channel, input }),
      on(channel: string, listener: (...input: unknown[]) => void): void {
        if (!listeners.has(channel)) listeners.set(channel, new Set());
        listeners.get(channel)?.add(listener);
      },
      removeListener: (channel: string, listener: (...input: unknown[]) => void): void =>
        void listeners.get(channel)?.delete(listener),
    },
    webUtils: { getPathForFile: (file: File): string => globals.standInPaths?.[file.name] ?? '' },
  };

  // Permissions: Chromium's own questions go to the handlers that the application set.
  const ask = (permission: string, check: boolean): Promise<boolean> =>
    tell({ kind: 'permission', permission, check }) as Promise<boolean>;
  const denied = (): DOMException => new DOMException('Permission denied', 'NotAllowedError');
  const replace = (target: object, name: string, value: unknown): void =>
    void Object.defineProperty(target, name, { value, configurable: true });
  replace(Notification, 'requestPermission', async () =>
    (await ask('notifications', false)) ? 'granted' : 'denied',
  );
  replace(navigator.permissions, 'query', async ({ name }: { name: string }) => ({
    state: (await ask(name, true)) ? 'granted' : 'denied',
  }));
  replace(navigator.mediaDevices, 'getUserMedia', async () => {
    if (!(await ask('media', false))) throw denied();
    return new MediaStream();
  });
  replace(navigator.clipboard, 'readText', async () => {
    if (!(await ask('clipboard-read', false))) throw denied();
    return '';
  });

  // Pictures: `crop://7/original` becomes an address that Chromium can ask the stand-in for.
  const rewrite = (url: string): string =>
    url.replace(/^crop:\/\/([^/]*)/, (_all, host: string) => `https://${host}.crop.${domain}`);
  const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src')!;
  Object.defineProperty(HTMLImageElement.prototype, 'src', {
    ...source,
    set(this: HTMLImageElement, url: string) {
      source.set?.call(this, rewrite(String(url)));
    },
  });
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    setAttribute.call(
      this,
      name,
      this instanceof HTMLImageElement && name === 'src' ? rewrite(String(value)) : value,
    );
  };

  void tell({ kind: 'document' });
  const platform = /Win/.test(navigator.platform)
    ? 'win32'
    : /Mac/.test(navigator.platform)
      ? 'darwin'
      : 'linux';
  const module = { exports: {} };
  preload(
    (name) => {
      if (name === 'electron') return electron;
      throw new Error(`a sandboxed preload script cannot load "${name}"`);
    },
    module,
    module.exports,
    { platform },
  );
}

/** The whole as text for Chromium; the page's policy forbids to build code from text inside of it. */
export function initScript(preload: string): string {
  return `(${pageScript.toString()})(function (require, module, exports, process) {${preload}\n}, 'stand-in.invalid');`;
}
