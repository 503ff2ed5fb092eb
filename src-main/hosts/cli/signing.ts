import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ORPCError } from '@orpc/client';
import type { Command } from 'commander';
import type { HostClient } from '../../api/contract.ts';
import type { ExportSignature, SigningProblem } from '../../api/types.ts';
import type { Passphrases } from './passphrases.ts';
import { UsageError } from './session.ts';

export interface SigningFlags {
  certificate?: string;
  allowExpired?: boolean;
  signKey?: string;
  passphraseFile?: string;
}

/** How an export is signed, as the contract takes it. */
export type Signing = NonNullable<Parameters<HostClient['report']['export']>[0]['sign']>;

/** Adds the options that say how an export is signed. */
export function addSigningOptions(command: Command): Command {
  return command
    .option('--certificate <file>', 'sign the PDF and the manifest with a PKCS#12 file (.p12, .pfx)')
    .option('--allow-expired', 'sign although the certificate is not valid now')
    .option('--sign-key <key>', 'sign the manifest with an Ed25519 key: a PEM file, or the id of a kept key')
    .option(
      '--passphrase-file <file>',
      'passphrases, a line each: of the certificate, then of the key; - is standard input. Asked on the terminal when absent',
    );
}

/**
 * Does `work` with what the flags say. A passphrase is asked for where one is needed; that of a key only
 * when the engine says so.
 */
export async function withSigning<T>(
  client: HostClient,
  flags: SigningFlags,
  passphrases: Passphrases,
  work: (sign: Signing | undefined) => Promise<T>,
): Promise<T> {
  const certificate = flags.certificate !== undefined && {
    path: resolve(flags.certificate),
    passphrase: await passphrases.ask(`Passphrase of the certificate ${flags.certificate}`),
    allowInvalidTime: flags.allowExpired === true,
  };
  if (flags.signKey === undefined) return work(certificate ? { certificate } : undefined);
  const key = await chosenKey(client, flags.signKey);
  try {
    return await work({ ...(certificate && { certificate }), key });
  } catch (error) {
    if (problemOf(error) !== 'passphrase-missing') throw error;
    const passphrase = await passphrases.ask(`Passphrase of the key ${flags.signKey}`);
    return work({ ...(certificate && { certificate }), key: { ...key, passphrase } });
  }
}

/** Signatures in words, for the end of an export. */
export function describeSignatures(signatures: readonly ExportSignature[]): string[] {
  return signatures.flatMap(({ file, signer, howToCheck }) => [
    `Signed by ${signer.kind === 'key' ? `the key "${signer.subject}"` : signer.subject}: ${file}`,
    `  sha256 fingerprint ${signer.fingerprint}`,
    ...howToCheck.map((command) => `  ${command}`),
  ]);
}

/** Why the engine could not use a key or certificate, when that is why it failed. */
export function problemOf(error: unknown): SigningProblem | undefined {
  if (!(error instanceof ORPCError) || !error.defined) return undefined;
  const { detail } = error.data as { detail: { reason?: SigningProblem } };
  return detail.reason;
}

/** A file where there is one of that name; else a kept key, by its id or its name. */
async function chosenKey(client: HostClient, wanted: string): Promise<{ path: string } | { id: string }> {
  if (existsSync(wanted)) return { path: resolve(wanted) };
  const { keys } = await client.signing.keys();
  const found = keys.filter(({ id, name }) => id === wanted || name === wanted);
  if (found.length === 1) return { id: found[0]!.id };
  throw new UsageError(
    found.length === 0
      ? `there is neither a file nor a kept key ${wanted}; "descry key list" shows the kept ones`
      : `several kept keys are called ${wanted}; give the id of one`,
  );
}
