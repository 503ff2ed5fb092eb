import type { Writable } from 'node:stream';
import type { ReportDocument } from '../../document/blocks.ts';
import { renderPdf } from '../../pdf/render-pdf.ts';
import type { PictureSource } from '../../pictures.ts';
import type { SigningKey } from '../signing-key.ts';
import { signPdf } from './sign-pdf.ts';
import { addSignatureField, type SignatureField, type SignatureWords } from './signature-field.ts';

/**
 * Writes a report as PDF, and signs it where one of the keys is a certificate's.
 * @param target the stream that is written into, and the file behind it.
 */
export async function writePdf(
  { document, pictures, words }: { document: ReportDocument; pictures: PictureSource; words: SignatureWords },
  keys: readonly SigningKey[],
  { output, path }: { output: Writable; path: string },
  signal?: AbortSignal,
): Promise<void> {
  const key = keys.find(({ kind }) => kind === 'certificate');
  if (key?.kind !== 'certificate') return renderPdf(document, pictures, output, signal);
  let field: SignatureField | undefined;
  await renderPdf(document, pictures, output, signal, (doc) => {
    field = addSignatureField(doc, key, words);
  });
  await signPdf(path, field!, key, signal);
}
