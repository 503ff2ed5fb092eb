import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startBrowserHost } from '../browser/server.ts';
import { openBrowserWindow } from '../browser/window.ts';
import { applicationRoot, engineStartFor } from '../shared/application.ts';
import { EngineSupervisor } from '../shared/engine-supervisor.ts';
import type { Output } from './output.ts';
import { openCase, UsageError } from './session.ts';

export interface ServeOptions {
  casePath: string | undefined;
  operator: string | undefined;
  port: number;
  /** Open a window where there is a display; print the address either way. */
  openWindow: boolean;
}

/** Runs the browser host until it is interrupted or its window is closed. */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const engine = new EngineSupervisor(engineStartFor('Descry in a browser window'));
  engine.on('died', ({ restarting }) => {
    output.warn(
      restarting
        ? 'The engine ended unexpectedly and is started again.'
        : 'The engine keeps ending. Run "descry doctor" to see why.',
    );
  });
  try {
    await engine.start();
    if (options.operator !== undefined) await engine.client.app.setOperator({ operator: options.operator });
    if (options.casePath !== undefined) await openCase(engine.client, output, options.casePath);
    const pages = join(applicationRoot(), 'dist', 'renderer');
    const host = await startBrowserHost(engine, pages, options.port).catch((error: unknown) => {
      throw explainListening(error, options.port);
    });
    const tellAddress = (): void =>
      output.result(
        { address: host.url },
        `Descry is at ${host.url}\nThe address works once; Ctrl+C ends Descry.`,
      );
    const window = options.openWindow ? openBrowserWindow(host.url, spawn) : undefined;
    if (window) output.say(`Descry is open in ${window.browser}; closing this terminal ends it.`);
    else tellAddress();
    await new Promise<void>((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
      void window?.closed.then((properly) => {
        if (properly) return resolve();
        output.warn(`${window.browser} could not open a window.`);
        tellAddress();
      });
    });
    await host.close();
  } finally {
    await engine.stop();
  }
}

function explainListening(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new UsageError(`port ${port} is in use by another program`);
  if (code === 'EACCES') return new UsageError(`port ${port} may not be used by this user`);
  return error;
}
