import { ORPCError } from '@orpc/client';
import type { HostClient } from '../../api/contract.ts';
import { engineStartFor } from '../shared/application.ts';
import { EngineSupervisor } from '../shared/engine-supervisor.ts';
import { exitCodes, Output } from './output.ts';

export interface GlobalOptions {
  json?: boolean;
  operator?: string;
}

/** A wrong use of the command line that the parser alone cannot see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs one command against an engine of its own and ends with the right exit code: the code that
 * `work` returns, 2 for input that does not fit, 1 for everything else that fails.
 */
export async function withEngine(
  options: GlobalOptions,
  work: (client: HostClient, output: Output) => Promise<number | undefined>,
): Promise<void> {
  const output = new Output(options.json === true);
  const engine = new EngineSupervisor({ ...engineStartFor('Descry command line'), resumeImports: false });
  let interrupted = false;
  const stop = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    output.warn('\nStopping; an import resumes with the same command.');
    void engine.stop().then(() => process.exit(130));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const died = new Promise<never>((_, reject) =>
      engine.on('died', ({ code, signal }) =>
        reject(
          new Error(
            `The engine ended unexpectedly (${signal ?? code}). What was stored is safe; run the command again.`,
          ),
        ),
      ),
    );
    died.catch(() => undefined);
    await engine.start();
    if (options.operator !== undefined) await engine.client.app.setOperator({ operator: options.operator });
    process.exitCode = (await Promise.race([work(engine.client, output), died])) ?? exitCodes.done;
  } catch (error) {
    if (interrupted) return;
    process.exitCode = report(error, output);
  } finally {
    if (!interrupted) await engine.stop();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Says what went wrong, once, and gives the exit code. */
function report(error: unknown, output: Output): number {
  if (error instanceof UsageError) {
    output.warn(`descry: ${error.message}`);
    if (output.json) output.result({ error: { kind: 'invalid-input', message: error.message } }, '');
    return exitCodes.wrongUse;
  }
  const known =
    error instanceof ORPCError && error.defined
      ? (error.data as { kind: string; detail: unknown })
      : undefined;
  const message = error instanceof Error ? error.message : String(error);
  output.warn(`descry: ${message}`);
  if (output.json)
    output.result({ error: { kind: known?.kind ?? 'internal', message, detail: known?.detail } }, '');
  return known?.kind === 'invalid-input' ? exitCodes.wrongUse : exitCodes.failed;
}
