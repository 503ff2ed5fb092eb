import type { Command } from 'commander';
import { startApplication } from '../../shared/start-application.ts';
import { exitCodes, Output } from '../output.ts';
import { serve, type ServeOptions } from '../serve.ts';
import { fail, type GlobalOptions } from '../session.ts';
import { wholeNumber } from '../values.ts';

/** `serve` and `open`: the application with a window. */
export function addWindowCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the application on this machine’s loopback address and print where')
    .argument('[case]', 'a case to open')
    .option('--port <port>', 'a fixed port instead of a random one', wholeNumber(0, 65_535), 0)
    .action(async (casePath: string | undefined, flags: { port: number }, command: Command) => {
      await run({ casePath, port: flags.port, openWindow: false }, command);
    });

  program
    .command('open')
    .description(
      'open the application: the desktop window, or a browser window where there is no desktop runtime',
    )
    .argument('[case]', 'a case to open')
    .option('--browser', 'use the browser even where the desktop runtime is there')
    .option(
      '--patience <seconds>',
      'give up fetching the desktop runtime after so long without progress',
      wholeNumber(1, 3600),
      60,
    )
    .action(
      async (
        casePath: string | undefined,
        flags: { browser?: boolean; patience: number },
        command: Command,
      ) => {
        const reason =
          flags.browser === true
            ? null
            : await startApplication(casePath, { patienceMs: flags.patience * 1000 });
        if (reason === 'started') return;
        if (reason !== null) process.stderr.write(`${reason}\n`);
        await run({ casePath, port: 0, openWindow: true }, command);
      },
    );
}

async function run(options: Omit<ServeOptions, 'operator'>, command: Command): Promise<void> {
  const { json, operator } = command.optsWithGlobals<GlobalOptions>();
  const output = new Output(json === true);
  try {
    await serve({ ...options, operator }, output);
    process.exitCode = exitCodes.done;
  } catch (error) {
    process.exitCode = fail(error, output);
  }
}
