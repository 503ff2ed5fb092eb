import type PDFDocument from 'pdfkit';
import type { CertificateKey } from '../signing-key.ts';

type Document = InstanceType<typeof PDFDocument>;

/** What a reader's signature panel shows beside the certificate; empty texts are left out. */
export interface SignatureWords {
  /** Who signs, as the report names them. */
  name: string;
  reason: string;
  /** Where: the agency. */
  location: string;
}

/** Room for a signature in a document that is still being written. */
export interface SignatureField {
  /** Where its dictionary begins in the file, in bytes; known when the document has ended. */
  offset(): number;
  /** Bytes that a signature may take. */
  readonly reserved: number;
}

/** Stands for a number of the byte range until it is known; its length allows files up to 10 GB, as PDF does. */
export const rangePlaceholder = '*'.repeat(10);

/** Room beside the certificates: attributes, the signature itself, and the structure around them. */
const reservedBeside = 4096;

/**
 * Adds a signature field (ISO 32000-1, 12.7.4.5 and 12.8.1) with room for a signature to a PDFKit
 * document, before it is ended; `signPdf` fills it in. The field has no place on a page: what a reader
 * should see is part of the report's text.
 */
export function addSignatureField(doc: Document, key: CertificateKey, words: SignatureWords): SignatureField {
  // PDFKit writes a `String` object as text, and a plain one as a name.
  const text = (value: string): object => Object(value) as object;
  const { name, reason, location } = words;
  const reserved = key.certificates.reduce((sum, der) => sum + der.length, reservedBeside);
  const signature = doc.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, rangePlaceholder, rangePlaceholder, rangePlaceholder],
    Contents: Buffer.alloc(reserved),
    M: new Date(),
    ...(name !== '' && { Name: text(name) }),
    ...(reason !== '' && { Reason: text(reason) }),
    ...(location !== '' && { Location: text(location) }),
  });
  doc.switchToPage(doc.bufferedPageRange().start);
  const widget = doc.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    T: text('Signature'),
    V: signature,
    Rect: [0, 0, 0, 0],
    F: annotationFlags.print | annotationFlags.locked,
    P: doc.page.dictionary,
  });
  (doc.page.annotations as object[]).push(widget);
  doc.initForm();
  const { data } = (doc as unknown as DocumentWithForm)._root.data.AcroForm;
  data.Fields.push(widget);
  data.SigFlags = signaturesExist | appendOnly;
  // Readers that draw fields anew would change the document that was signed.
  delete data.NeedAppearances;
  for (const reference of [signature, widget]) reference.end(undefined);
  return { offset: () => (signature as unknown as { offset: number }).offset, reserved };
}

/** PDFKit's forms know no signatures: where it keeps the dictionary of the form (ISO 32000-1, 12.7.2). */
interface DocumentWithForm {
  _root: { data: { AcroForm: { data: { Fields: object[]; SigFlags?: number; NeedAppearances?: boolean } } } };
}

/** ISO 32000-1, table 165. */
const annotationFlags = { print: 1 << 2, locked: 1 << 7 };
/** ISO 32000-1, table 219. */
const signaturesExist = 1;
const appendOnly = 2;
