import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { rendererFile } from '../../../src-main/hosts/electron/page-files.ts';
import {
  chromiumSwitches,
  protectContents,
  protectSession,
} from '../../../src-main/hosts/electron/protections.ts';

const { app } = vi.hoisted(() => ({
  app: { listeners: [] as ((event: object, contents: never) => void)[] },
}));
vi.mock('electron', () => ({
  app: { on: (_name: string, listener: never) => app.listeners.push(listener) },
  protocol: {},
}));
const log = pino({ level: 'silent' });

/** A session that keeps the handlers that it is given. */
class KeptSession extends EventEmitter {
  request: ((contents: null, permission: string, answer: (allowed: boolean) => void) => void) | null = null;
  check: ((contents: null, permission: string) => boolean) | null = null;
  device: (() => boolean) | undefined;
  capture: ((request: object, answer: (streams: object | null) => void) => void) | undefined;
  filter: ((request: { url: string }, answer: (response: { cancel: boolean }) => void) => void) | undefined;
  spelling = true;
  setPermissionRequestHandler = (handler: never): void => void (this.request = handler);
  setPermissionCheckHandler = (handler: never): void => void (this.check = handler);
  setDevicePermissionHandler = (handler: never): void => void (this.device = handler);
  setDisplayMediaRequestHandler = (handler: never): void => void (this.capture = handler);
  setSpellCheckerEnabled = (on: boolean): void => void (this.spelling = on);
  webRequest = { onBeforeRequest: (filter: never): void => void (this.filter = filter) };
}

describe('the session', () => {
  const session = new KeptSession();
  protectSession(session as never, log);

  test.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'fileSystem',
    'hid',
    'openExternal',
    'unknown',
  ])('refuses %s', (permission) => {
    const answer = vi.fn();
    session.request!(null, permission, answer);
    expect(answer).toHaveBeenCalledWith(false);
    expect(session.check!(null, permission)).toBe(false);
  });

  test('gives no device, no screen, no dictionary', () => {
    const answer = vi.fn();
    session.capture!({}, answer);
    expect(answer).toHaveBeenCalledWith(null);
    expect(session.device!()).toBe(false);
    expect(session.spelling).toBe(false);
  });

  test.each([
    ['app://descry/assets/a.js', false],
    ['crop://3/thumbnail', false],
    ['https://example.com/', true],
    ['wss://example.com/', true],
    ['file:///etc/passwd', true],
  ])('a request for %s: cancelled %s', (url, cancel) => {
    const answer = vi.fn();
    session.filter!({ url }, answer);
    expect(answer).toHaveBeenCalledWith({ cancel });
  });

  test.each([
    ['blob:app://descry/1', false],
    ['https://example.com/a.zip', true],
    ['crop://3/original', true],
    ['blob:https://example.com/1', true],
  ])('a download of %s: prevented %s', (url, prevented) => {
    const event = { preventDefault: vi.fn() };
    session.emit('will-download', event, { getURL: () => url });
    expect(event.preventDefault).toHaveBeenCalledTimes(prevented ? 1 : 0);
  });
});

describe('every web contents', () => {
  protectContents(log);
  let openHandler: ((details: { url: string }) => object) | undefined;
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: (details: { url: string }) => object) => void (openHandler = handler),
  });
  for (const listener of app.listeners) listener({}, contents as never);
  const prevented = (name: string, event: object): boolean => {
    const preventDefault = vi.fn();
    contents.emit(name, { ...event, preventDefault });
    return preventDefault.mock.calls.length > 0;
  };

  test('stays on the page', () => {
    expect(prevented('will-navigate', { url: 'https://example.com/' })).toBe(true);
    expect(prevented('will-navigate', { url: 'app://descry/index.html#/review' })).toBe(false);
    expect(prevented('will-redirect', { url: 'app://descry/index.html' })).toBe(true);
  });

  test('frames show a report’s preview and nothing else', () => {
    expect(prevented('will-frame-navigate', { url: 'about:srcdoc', isMainFrame: false })).toBe(false);
    expect(prevented('will-frame-navigate', { url: 'app://descry/index.html', isMainFrame: false })).toBe(
      true,
    );
  });

  test('opens no window and embeds nothing', () => {
    expect(openHandler?.({ url: 'app://descry/index.html' })).toEqual({ action: 'deny' });
    expect(prevented('will-attach-webview', {})).toBe(true);
  });

  test('closes even when the page would rather not', () =>
    expect(prevented('will-prevent-unload', {})).toBe(true));
});

test('no name resolves', () => {
  expect(chromiumSwitches).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND']);
});

describe('files of the page', () => {
  const folder = join('/', 'application', 'dist', 'renderer');

  test('are those of the built renderer', () => {
    expect(rendererFile(folder, 'app://descry/')).toBe(join(folder, 'index.html'));
    expect(rendererFile(folder, 'app://descry/assets/a%20b.js?x#y')).toBe(join(folder, 'assets', 'a b.js'));
  });

  test.each([
    'app://descry/../engine/process.js',
    'app://descry/%2e%2e/engine/process.js',
    'app://descry/..%2f..%2fpackage.json',
    'app://descry/assets/%00.js',
    'app://descry/%',
    'app://descry/.stamp',
    'app://descry/assets',
    'app://elsewhere/index.html',
    'file:///index.html',
  ])('%s is none that leaves the folder', (url) => {
    const file = rendererFile(folder, url);
    expect(file === undefined || file.startsWith(join(folder, '/'))).toBe(true);
    if (/%00|%$|stamp|assets$|elsewhere|file:/.test(url)) expect(file).toBeUndefined();
  });
});
