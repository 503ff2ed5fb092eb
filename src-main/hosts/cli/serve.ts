import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startBrowserHost } from '../browser/server.ts';
import { openBrowserWindow } from '../browser/window.ts';
import { applicationRoot, engineStartFor } from '../shared/application.ts';
import { EngineSupervisor } from '../shared/engine-supervisor.ts';

export interface ServeOptions {
  casePath: string | undefined;
  port: number;
  /** Open a window where there is a display; print the address either way. */
  openWindow: boolean;
}

/** Runs the browser host until it is interrupted or its window is closed. */
export async function serve(options: ServeOptions): Promise<void> {
  const engine = new EngineSupervisor(engineStartFor('Descry in a browser window'));
  engine.on('died', ({ restarting }) => {
    process.stderr.write(
      restarting
        ? 'The engine ended unexpectedly and is started again.\n'
        : 'The engine keeps ending. Run "descry doctor" to see why.\n',
    );
  });
  await engine.start();
  if (options.casePath !== undefined) await engine.client.case.open({ path: options.casePath });
  const host = await startBrowserHost(engine, join(applicationRoot(), 'dist', 'renderer'), options.port);
  const window = options.openWindow ? openBrowserWindow(host.url, spawn) : undefined;
  process.stdout.write(
    window
      ? `Descry is open in ${window.browser}; closing this terminal ends it.\n`
      : `Descry is at ${host.url}\nThe address works once; Ctrl+C ends Descry.\n`,
  );

  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    window?.closed.then(resolve, resolve);
  });
  await host.close();
  await engine.stop();
}
