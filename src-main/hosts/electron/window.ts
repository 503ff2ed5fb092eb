import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { fitToDisplays, readWindowState, smallestWindow, writeWindowState } from './window-state.ts';

export interface WindowOptions {
  /** Path of the built preload script. */
  preload: string;
  icon: string;
  /** Where the window's place is kept. */
  stateFolder: string;
  /** Developer tools: in checkouts only. */
  development: boolean;
}

/** The one window, where it was last time, with its page walled in. It is shown when the page has drawn itself. */
export function createWindow(options: WindowOptions): BrowserWindow {
  const stateFile = join(options.stateFolder, 'window.json');
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const state = fitToDisplays(
    readWindowState(stateFile),
    [primary, ...others].map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    width: state.width,
    height: state.height,
    ...(state.x !== null && state.y !== null && { x: state.x, y: state.y }),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: 'Descry',
    icon: options.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181b' : '#f5f6f7',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
      devTools: options.development,
    },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  return window;
}
