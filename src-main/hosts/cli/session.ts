import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import type { HostClient } from '../../api/contract.ts';
import type { CaseInfo } from '../../api/types.ts';
import { engineStartFor } from '../shared/application.ts';
import { EngineSupervisor } from '../shared/engine-supervisor.ts';
import { exitCodes, Output, type ErrorDocument } from './output.ts';
import { Passphrases } from './passphrases.ts';
import { UsageError } from './usage-error.ts';

export interface GlobalOptions {
  json?: boolean;
  operator?: string;
  /** Where the passphrases of encrypted cases come from; the terminal when absent. */
  casePassphraseFile?: string;
}

const casePassphraseOption = '--case-passphrase-file';

/** Passphrases of encrypted cases, for the engine of the command that runs. */
const passphrasesOf = new WeakMap<HostClient, Passphrases>();

/** Where a command's passphrases of cases come from. */
export function casePassphrases(client: HostClient): Passphrases {
  return passphrasesOf.get(client) ?? new Passphrases(undefined, casePassphraseOption);
}

export { UsageError } from './usage-error.ts';

const programName = 'Descry command line';

/**
 * Runs one command against an engine of its own and ends with the right exit code: the code that
 * `work` returns, 2 for input that does not fit, 1 for everything else that fails.
 */
export async function withEngine(
  options: GlobalOptions,
  work: (client: HostClient, output: Output) => Promise<number | undefined>,
): Promise<void> {
  const output = new Output(options.json === true);
  const engine = new EngineSupervisor({
    ...engineStartFor(programName),
    resumeImports: false,
    fallbackOperator: loginName(),
  });
  let interrupted = false;
  const stop = (): void => {
    if (interrupted) process.exit(exitCodes.interrupted);
    interrupted = true;
    output.failure({
      error: { kind: 'cancelled', message: 'Stopping; what was under way continues with the same command.' },
    });
    void engine.stop().then(() => process.exit(exitCodes.interrupted));
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
    const begun = async (): Promise<number | undefined> => {
      await engine.start();
      if (options.operator !== undefined) await engine.client.app.setOperator({ operator: options.operator });
      passphrasesOf.set(engine.client, new Passphrases(options.casePassphraseFile, casePassphraseOption));
      return work(engine.client, output);
    };
    process.exitCode = (await Promise.race([begun(), died])) ?? exitCodes.done;
  } catch (error) {
    if (interrupted) return;
    process.exitCode = fail(error, output);
  } finally {
    if (!interrupted) await engine.stop();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/**
 * Opens a case; the passphrase of an encrypted one is asked for. A command that was killed may hold it a moment longer, until its engine has closed it:
 * such a one is waited for; any other holder is told at once.
 */
export async function openCase(client: HostClient, output: Output, path: string): Promise<CaseInfo> {
  let passphrase: string | undefined;
  for (let patience = 20; ; patience--) {
    try {
      return await client.case.open({ path, passphrase });
    } catch (error) {
      const known = describe(error);
      if (known.kind === 'passphrase-required' && passphrase === undefined) {
        passphrase = await casePassphrases(client).ask(`Passphrase of the case ${path}`);
        continue;
      }
      const holder = (known.detail as { holder?: unknown } | undefined)?.holder;
      if (known.kind !== 'case-locked' || holder !== programName || patience === 0) throw error;
      if (patience === 20) output.warn('Another command has this case open; waiting a moment for its end.');
      await sleep(250);
    }
  }
}

/** Says what went wrong, once, and gives the exit code. */
export function fail(error: unknown, output: Output): number {
  const known = describe(error);
  output.failure({ error: known });
  return known.kind === 'invalid-input' ? exitCodes.wrongUse : exitCodes.failed;
}

/** A foreseen error of the engine, or whatever else it is. */
export function describe(error: unknown): ErrorDocument['error'] {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return { kind: 'invalid-input', message };
  if (error instanceof ORPCError && error.defined) {
    const { kind, detail } = error.data as { kind: string; detail: unknown };
    return { kind, message, detail };
  }
  return { kind: 'internal', message };
}

/** Who is logged in: written as the operator until somebody gives a name. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
