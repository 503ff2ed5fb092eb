import { app, dialog, type BrowserWindow } from 'electron';
import type { Logger } from 'pino';
import type { EngineProcess } from './engine.ts';
import { pageUrl } from './page-address.ts';

/** Asks before it loads a page again that crashed or hangs; the engine and the case are untouched by that. */
export function promptAfterPageCrash(window: BrowserWindow, log: Logger): void {
  const ask = async (message: string, detail: string, keep: string): Promise<boolean> => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      title: 'Descry',
      message,
      detail,
      buttons: ['Load again', keep],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    return response === 0;
  };
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error({ reason, exitCode }, 'the page ended');
    if (reason === 'clean-exit') return;
    void ask(
      'The window’s page has crashed.',
      'The case is safe: everything you decided is already written.',
      'Quit',
    ).then((again) => {
      if (again) void window.loadURL(pageUrl);
      else app.quit();
    });
  });
  let asking = false;
  window.on('unresponsive', () => {
    log.warn('the page does not respond');
    if (asking) return;
    asking = true;
    void ask(
      'The window does not respond.',
      'You can wait, or load the page again. The case is safe either way.',
      'Wait',
    ).then((again) => {
      asking = false;
      if (again) window.webContents.reload();
    });
  });
}

/** Tells about an engine that keeps dying and offers another try. */
export function promptAfterEngineGaveUp(window: BrowserWindow, engine: EngineProcess): void {
  engine.on('gaveUp', () => {
    void dialog
      .showMessageBox(window, {
        type: 'error',
        title: 'Descry',
        message: 'The engine keeps stopping.',
        detail:
          'It was started again three times within a minute. The case is safe; nothing can be searched or imported until the engine runs. The log in the data folder says more.',
        buttons: ['Try again', 'Quit'],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      })
      .then(({ response }) => {
        if (response === 0) engine.retry();
        else app.quit();
      });
  });
}

/** Writes down every other process of the application that ends unexpectedly. */
export function logProcessDeaths(log: Logger): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, name, serviceName }) => {
    if (reason !== 'clean-exit') log.error({ type, reason, exitCode, name, serviceName }, 'a process ended');
  });
}
