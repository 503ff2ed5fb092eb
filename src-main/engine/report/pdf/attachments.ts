import type PDFDocument from 'pdfkit';

type Document = InstanceType<typeof PDFDocument>;

/** Files that a document carries within it (ISO 32000-1, 7.11.4), each once. */
export class Attachments {
  readonly #doc: Document;
  readonly #names = new Set<string>();

  constructor(doc: Document) {
    this.#doc = doc;
  }

  /** @param type media type of the bytes, which are kept as they are. */
  add(bytes: Buffer, file: { name: string; type: string; description: string }): void {
    if (this.#names.has(file.name)) return;
    this.#names.add(file.name);
    const doc = this.#doc as unknown as { compress: boolean };
    // Pictures are compressed already.
    const compresses = doc.compress;
    doc.compress = false;
    this.#doc.file(bytes, {
      name: file.name,
      type: file.type,
      description: file.description,
      relationship: 'Source',
    } as PDFKit.Mixins.PDFAttachmentOptions);
    doc.compress = compresses;
  }
}
