import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page, type Request as PageRequest } from 'playwright-core';
import { quietArguments, testBrowser } from '../../../support/chromium.ts';
import { fromChromium, toChromium } from './addresses.ts';
import { app, PreventableEvent } from './app.ts';
import { TransferredPorts, type MessagePortMain } from './message-ports.ts';
import { bindingName, deliverName, initScript, type FromPage, type PortData } from './page-script.ts';
import { defaultSession } from './session.ts';

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface WindowOptions extends Partial<Rectangle> {
  webPreferences?: { preload?: string } & Record<string, unknown>;
}
interface IpcEvent {
  sender: WebContents;
  senderFrame: Frame;
}
class Frame {
  url = '';
}

const invocations = new Map<string, (event: IpcEvent, ...input: unknown[]) => unknown>();
class IpcMain extends EventEmitter {
  handle(channel: string, handler: (event: IpcEvent, ...input: unknown[]) => unknown): void {
    invocations.set(channel, handler);
  }
}
export const ipcMain = new IpcMain();

/** The page of a window: a tab of a real Chromium, made when the first address is loaded. */
class WebContents extends EventEmitter {
  static #next = 1;
  readonly id = WebContents.#next++;
  readonly mainFrame = new Frame();
  readonly session = defaultSession;
  readonly #preferences: { preload?: string } & Record<string, unknown>;
  readonly #size: { width: number; height: number };
  #context: Promise<BrowserContext> | undefined;
  #page: Page | undefined;
  #ports: TransferredPorts | undefined;
  #loading = false;
  #destroyed = false;
  #openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });

  constructor(options: WindowOptions, size: { width: number; height: number }) {
    super();
    this.#preferences = options.webPreferences ?? {};
    this.#size = size;
  }

  getLastWebPreferences(): Record<string, unknown> {
    return this.#preferences;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  async loadURL(url: string): Promise<void> {
    this.#context ??= this.#launch();
    const context = await this.#context;
    const blank = context.pages().find((page) => page.url() === 'about:blank');
    this.#page ??= this.#adopt(blank ?? (await context.newPage()));
    await this.#page.setViewportSize(this.#size);
    this.#loading = true;
    try {
      await this.#page.goto(toChromium(url), { waitUntil: 'domcontentloaded' });
    } finally {
      this.#loading = false;
    }
    this.emit('did-finish-load');
  }

  reload(): void {
    this.#loading = true;
    void this.#page?.reload().finally(() => (this.#loading = false));
  }

  send(channel: string, message: unknown): void {
    void this.#deliver('message', channel, message, []);
  }

  postMessage(channel: string, message: unknown, transfer: MessagePortMain[] = []): void {
    const ports = this.#ports;
    if (!ports) return;
    const ids = transfer.map((port) => ports.add(port));
    void this.#deliver('message', channel, message, ids).then(() => ids.forEach((id) => ports.open(id)));
  }

  forcefullyCrashRenderer(): void {
    const page = this.#page;
    if (page)
      void page
        .context()
        .newCDPSession(page)
        .then((session) => session.send('Page.crash').catch(() => undefined));
  }

  /** Where another debugger finds the same page. */
  async debuggingPort(): Promise<number> {
    while (!this.#context) await delay(20);
    await this.#context;
    const file = join(profile(), 'DevToolsActivePort');
    while (!existsSync(file)) await delay(20);
    return Number(readFileSync(file, 'utf8').split('\n')[0]);
  }

  async destroy(): Promise<void> {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#ports?.closeAll();
    await (await this.#context)?.close();
  }

  async #launch(): Promise<BrowserContext> {
    const executablePath = testBrowser();
    if (executablePath === undefined) throw new Error('there is no Chromium on this machine');
    const context = await chromium.launchPersistentContext(profile(), {
      executablePath,
      headless: true,
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--remote-debugging-port=0', ...quietArguments, ...app.switches, ...netLog()],
      viewport: this.#size,
    });
    await context.exposeBinding(bindingName, ({ frame, page }, message: FromPage) =>
      page === this.#page && frame === page.mainFrame() ? this.#hear(message, frame.url()) : undefined,
    );
    const { preload } = this.#preferences;
    await context.addInitScript({
      content: initScript(preload === undefined ? '' : readFileSync(preload, 'utf8')),
    });
    await defaultSession.answerFor(context, (request) => this.#mayNavigate(request));
    context.on('page', (page) => void this.#refuseWindow(page));
    return context;
  }

  #adopt(page: Page): Page {
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.mainFrame.url = fromChromium(frame.url());
    });
    page.on('crash', () => {
      // A crashed tab stays so: what is loaded next gets another one.
      this.#page = undefined;
      this.#ports?.closeAll();
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
      void page.close();
    });
    return page;
  }

  #mayNavigate(request: PageRequest): boolean {
    const url = fromChromium(request.url());
    const frame = frameOf(request);
    if (frame === undefined) return this.#openHandler({ url }).action !== 'deny';
    const isMainFrame = frame === this.#page?.mainFrame();
    if (isMainFrame && this.#loading) return true;
    const event = Object.assign(new PreventableEvent(), { url, isMainFrame });
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, url);
    return !event.defaultPrevented;
  }

  async #refuseWindow(page: Page): Promise<void> {
    // A window that a page opens has an opener; one without is ours.
    if ((await page.opener()) === null) return;
    if (this.#openHandler({ url: fromChromium(page.url()) }).action === 'deny') await page.close();
  }

  async #hear(message: FromPage, url: string): Promise<unknown> {
    const event = { sender: this, senderFrame: this.mainFrame };
    this.mainFrame.url = fromChromium(url);
    switch (message.kind) {
      case 'document':
        this.#ports?.closeAll();
        this.#ports = new TransferredPorts((frame) => {
          if ('data' in frame) void this.#deliver('port', frame.id, encode(frame.data));
          else void this.#deliver('closePort', frame.id);
        });
        this.emit('did-start-navigation', {
          url: this.mainFrame.url,
          isMainFrame: true,
          isSameDocument: false,
        });
        return undefined;
      case 'invoke': {
        const handler = invocations.get(message.channel);
        try {
          if (!handler) throw new Error(`No handler registered for '${message.channel}'`);
          return { value: await handler(event, ...message.input) };
        } catch (error) {
          return { error: String(error) };
        }
      }
      case 'send':
        ipcMain.emit(message.channel, event, ...message.input);
        return undefined;
      case 'port':
        this.#ports?.received(message.id, decode(message.data));
        return undefined;
      case 'permission':
        return defaultSession.permits(message.permission, message.check);
    }
  }

  async #deliver(what: 'message' | 'port' | 'closePort', ...input: unknown[]): Promise<void> {
    await this.#page
      ?.evaluate(
        ([name, method, values]) =>
          (window as unknown as Record<string, Record<string, (...values: unknown[]) => void>>)[name]?.[
            method
          ]?.(...values),
        [deliverName, what, input] as const,
      )
      .catch(() => undefined); // The document went away: so do its messages.
  }
}

/** The frame that a navigation fills; undefined for a window that is still to be made. */
function frameOf(request: PageRequest): object | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}

function profile(): string {
  return join(app.getPath('userData'), 'stand-in-profile');
}

/** Chromium's own record of everything it did on the network. */
function netLog(): string[] {
  const file = process.env['STAND_IN_CHROMIUM_NETWORK_LOG'];
  return file === undefined ? [] : [`--log-net-log=${file}`];
}

function encode(data: unknown): PortData {
  return typeof data === 'string'
    ? { text: data }
    : { base64: Buffer.from(data as Uint8Array).toString('base64') };
}

function decode(data: PortData): string | Uint8Array {
  return 'text' in data ? data.text : new Uint8Array(Buffer.from(data.base64, 'base64'));
}

const windows = new Set<BrowserWindow>();

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  #bounds: Rectangle;
  #maximized = false;
  #shown = false;
  #destroyed = false;

  constructor(options: WindowOptions = {}) {
    super();
    this.#bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    };
    this.webContents = new WebContents(options, { width: this.#bounds.width, height: this.#bounds.height });
    windows.add(this);
    app.ending = { closeWindows, closeBrowser };
    app.emit('web-contents-created', {}, this.webContents);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  getBounds(): Rectangle {
    return this.#bounds;
  }

  getNormalBounds(): Rectangle {
    return this.#bounds;
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  maximize(): void {
    this.#maximized = true;
  }

  isMinimized(): boolean {
    return false;
  }

  restore(): void {
    // A headless window is never minimised.
  }

  isVisible(): boolean {
    return this.#shown;
  }

  show(): void {
    this.#shown = true;
  }

  focus(): void {
    this.emit('focus');
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  close(): void {
    void this.closed().then(() => {
      if (windows.size === 0) app.emit('window-all-closed');
    });
  }

  async closed(): Promise<void> {
    const event = new PreventableEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return;
    windows.delete(this);
    await this.webContents.destroy();
    this.#destroyed = true;
    this.emit('closed');
  }
}

/** @returns false when a window refused. */
async function closeWindows(): Promise<boolean> {
  for (const window of [...windows]) await window.closed();
  return windows.size === 0;
}

async function closeBrowser(): Promise<void> {
  for (const window of windows) await window.webContents.destroy();
}
