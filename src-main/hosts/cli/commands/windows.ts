import type { Command } from 'commander';
import { startApplication } from '../../shared/start-application.ts';
import { serve } from '../serve.ts';
import { UsageError } from '../session.ts';

/** `serve` and `open`: the application with a window. */
export function addWindowCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the application on this machine’s loopback address and print where')
    .argument('[case]', 'a case to open')
    .option('--port <port>', 'a fixed port instead of a random one', toPort, 0)
    .action(async (casePath: string | undefined, flags: { port: number }) => {
      await serve({ casePath, port: flags.port, openWindow: false });
    });

  program
    .command('open')
    .description(
      'open the application: the desktop window, or a browser window where there is no desktop runtime',
    )
    .argument('[case]', 'a case to open')
    .option('--browser', 'use the browser even where the desktop runtime is there')
    .action(async (casePath: string | undefined, flags: { browser?: boolean }) => {
      const reason = flags.browser === true ? null : await startApplication(casePath);
      if (reason === 'started') return;
      if (reason !== null) process.stderr.write(`${reason}\n`);
      await serve({ casePath, port: 0, openWindow: true });
    });
}

function toPort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port takes a port number, not "${value}"`);
  return port;
}
