import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import type { ReportDocument } from '../document/blocks.ts';
import { escapeHtml } from '../html/markup.ts';
import type { PictureSource } from '../pictures.ts';
import { PdfReport } from './pdf-report.ts';

export type PdfDocument = InstanceType<typeof PDFDocument>;

/** Picture formats whose bytes a PDF carries without compressing them again. */
export const pdfPictureFormats = ['jpeg', 'png'] as const;

/**
 * Writes a report as tagged PDF: fonts embedded, bookmarks, header and "page x of y" on every page. The
 * same document and pictures give the same bytes.
 * @param beforeEnd adds what is not drawn, when all pages are; such as room for a signature.
 * @returns when all of it went into `output`, which is ended. @throws what `output` fails with, or an AbortError.
 */
export async function renderPdf(
  document: ReportDocument,
  pictures: PictureSource,
  output: Writable,
  signal?: AbortSignal,
  beforeEnd?: (doc: PdfDocument) => void,
): Promise<void> {
  const created = new Date(document.createdAt);
  const doc = new PDFDocument({
    size: document.pageSize,
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    lang: document.language,
    displayTitle: true,
    tagged: true,
    pdfVersion: '1.7',
    info: {
      Title: `${document.title} - ${document.header}`,
      Author: document.author,
      Subject: document.subject,
      // What pages say is compressed: here a check of the file finds the hash (engine/verify).
      ...(document.bodySha256 !== null && { Keywords: `report.json SHA-256 ${document.bodySha256}` }),
      Creator: 'Descry',
      CreationDate: created,
      ModDate: created,
    },
  });
  escapeMetadata(doc);
  const written = finished(output);
  // A failing disk ends the stream early; the document's own errors come through `await` below.
  written.catch(() => undefined);
  doc.pipe(output);
  const settle = async (): Promise<void> => {
    signal?.throwIfAborted();
    // PDFKit does not wait for its reader: without this, pictures would pile up before a slow disk.
    if (output.writableNeedDrain) await Promise.race([once(output, 'drain'), written]);
  };
  try {
    await new PdfReport(doc, document, { pictures, settle }).draw();
    beforeEnd?.(doc);
    doc.end();
  } catch (error) {
    output.destroy();
    throw error;
  }
  await written;
}

/** PDFKit writes title, author and subject into XML (XMP) as they are; they may hold anything. */
function escapeMetadata(doc: PdfDocument): void {
  const writing = doc as unknown as { info: Record<string, unknown>; _addInfo: () => void };
  const addInfo = writing._addInfo.bind(doc);
  writing._addInfo = () => {
    const { info } = writing;
    writing.info = Object.fromEntries(
      Object.entries(info).map(([name, value]) => [
        name,
        typeof value === 'string' ? escapeHtml(value) : value,
      ]),
    );
    addInfo();
    writing.info = info;
  };
}
