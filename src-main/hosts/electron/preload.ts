import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type {
  Answers,
  MenuCommand,
  Notice,
  NoticeArguments,
  PageMessages,
  Question,
  QuestionArguments,
} from './ipc-contract.ts';

/** Asks the main process; the map in ipc-contract.ts is all there is to ask. */
function ask<Channel extends Question>(
  channel: Channel,
  ...input: QuestionArguments<Channel>
): Promise<Answers[Channel]> {
  return ipcRenderer.invoke(channel, ...input) as Promise<Answers[Channel]>;
}

function tell<Channel extends Notice>(channel: Channel, ...input: NoticeArguments<Channel>): void {
  ipcRenderer.send(channel, ...input);
}

/** @returns a function that stops listening. */
function listen<Channel extends keyof PageMessages>(
  channel: Channel,
  callback: (message: PageMessages[Channel]) => void,
): () => void {
  const listener = (_event: unknown, message: PageMessages[Channel]): void => callback(message);
  ipcRenderer.on(channel, listener);
  return () => ipcRenderer.removeListener(channel, listener);
}

/** Undo of typed text belongs to the field; everywhere else it belongs to the page. */
function undoesTyping(command: MenuCommand): boolean {
  const field = document.activeElement;
  const typing =
    field instanceof HTMLTextAreaElement ||
    (field instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(field.type)) ||
    (field instanceof HTMLElement && field.isContentEditable);
  if (!typing || (command !== 'undo' && command !== 'redo')) return false;
  document.execCommand(command);
  return true;
}

// Ports cannot cross the context bridge; a window message hands this one to the page.
ipcRenderer.on('descry:engine-port', (event) => {
  window.postMessage('descry:engine-port', window.location.origin, event.ports);
});

const host = {
  kind: 'electron',
  platform: process.platform,
  ready: () => tell('descry:ready'),
  pickFolder: (options: QuestionArguments<'descry:pick-folder'>[0]) => ask('descry:pick-folder', options),
  pickFiles: (options: QuestionArguments<'descry:pick-files'>[0]) => ask('descry:pick-files', options),
  // A FileList crosses the bridge as an object of its files, without a length.
  pathsOf: (files: Record<number, File>) =>
    Object.values(files)
      .map((file) => webUtils.getPathForFile(file))
      .filter((path) => path !== ''),
  showInFolder: (cropId: number) => ask('descry:show-in-folder', cropId),
  openPathOfExport: (path: string) => ask('descry:open-export', path),
  onMenu: (callback: (command: MenuCommand) => void) =>
    listen('descry:menu', (command) => {
      if (!undoesTyping(command)) callback(command);
    }),
  onOpenCase: (callback: (path: string) => void) => listen('descry:open-case', callback),
} as const;

contextBridge.exposeInMainWorld('descryHost', host);
