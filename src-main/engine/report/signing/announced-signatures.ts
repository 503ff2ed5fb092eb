import type { ReportTexts } from '../texts.ts';
import type { Signer } from './schema.ts';
import { howToCheckSignature, signedNames } from './signer.ts';
import type { SigningKey } from './signing-key.ts';

/** What a report says of signatures that are made when it is complete. */
export interface AnnouncedSignatures {
  signers: Signer[];
  /** Steps for a reader, to be appended to the others. */
  howToCheck: string[];
}

export const noSignatures: AnnouncedSignatures = { signers: [], howToCheck: [] };

/**
 * @param manifestName what the signatures cover.
 * @param withPdf a PDF is part of the export.
 */
export function announceSignatures(
  keys: readonly SigningKey[],
  manifestName: string,
  withPdf: boolean,
  { check }: ReportTexts,
): AnnouncedSignatures {
  const steps = keys.map(({ kind }) =>
    check.signature.manifest(signedNames(kind, manifestName), howToCheckSignature(kind, manifestName)),
  );
  if (withPdf && keys.some(({ kind }) => kind === 'certificate')) steps.push(check.signature.pdf);
  return { signers: keys.map(({ signer }) => signer), howToCheck: steps };
}
