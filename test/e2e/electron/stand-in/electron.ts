import { Menu } from './menu.ts';

/** What the application imports from `electron`, on a machine without it. */
export { app } from './app.ts';
export { BrowserWindow, ipcMain } from './browser-window.ts';
export { MessageChannelMain } from './message-ports.ts';
export { safeStorage } from './safe-storage.ts';
export { protocol, session } from './session.ts';
export { utilityProcess } from './utility-process.ts';
export { Menu };

function unscripted(name: string) {
  return (): never => {
    throw new Error(`nobody scripted an answer to ${name}`);
  };
}

/** Native dialogs: a test replaces these, as it does with the real ones. */
export const dialog = {
  showOpenDialog: unscripted('dialog.showOpenDialog'),
  showMessageBox: unscripted('dialog.showMessageBox'),
  showErrorBox: (title: string, content: string): void => {
    process.stderr.write(`${title}: ${content}\n`);
  },
};

export const shell = {
  openPath: unscripted('shell.openPath'),
  showItemInFolder: unscripted('shell.showItemInFolder'),
};

export const nativeTheme = { shouldUseDarkColors: false };

const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] };
