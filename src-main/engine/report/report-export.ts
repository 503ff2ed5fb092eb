import type { Writable } from 'node:stream';
import type { CaseSnapshot } from '../case/case-snapshot.ts';
import { writeBundleParts, type BundleModels } from './bundle/bundle-parts.ts';
import { finishBag, type BagFacts } from './bundle/finish-bag.ts';
import { renderCsv } from './csv.ts';
import type { ReportDocument } from './document/blocks.ts';
import { reportDocument } from './document/report-document.ts';
import { manifestName, type ExportFolder } from './export-folder.ts';
import { htmlPictureFormats, renderHtml } from './html/render-html.ts';
import { renderJson } from './json.ts';
import { pages } from './pages.ts';
import { pdfPictureFormats } from './pdf/render-pdf.ts';
import { logCheckProgram } from './log-check-program.ts';
import { casePictures } from './pictures.ts';
import { listedOriginals, shownPart, type ReportBody } from './report-body.ts';
import type { ExportedFile, ReportContainer, ReportFormat, ReportOptions, ReportOutcome } from './schema.ts';
import type { SignatureWords } from './signing/pdf/signature-field.ts';
import { writePdf } from './signing/pdf/write-pdf.ts';
import type { ExportSignature } from './signing/schema.ts';
import { publicFile, signWithAll, type SignatureFile, type SigningKey } from './signing/signer.ts';
import type { ReportTexts } from './texts.ts';

export interface ExportEvent {
  progress: { done: number; total: number; step: string };
  outcome: ReportOutcome | null;
}

/** What one export works with. */
export interface ExportParts {
  /** The case as it was when the export began. */
  snapshot: CaseSnapshot;
  body: ReportBody;
  folder: ExportFolder;
  container: ReportContainer;
  formats: readonly ReportFormat[];
  keys: readonly SigningKey[];
  texts: ReportTexts;
  models: BundleModels;
  signal: AbortSignal | undefined;
}

/** Originals that are copied at once. */
const copiedAtOnce = 8;
/** Originals between two progress events, so that a long list does not flood the host. */
const copiesPerEvent = 24;

/**
 * Writes one export, from the first original to the name of the folder. The event of the last step holds
 * no outcome yet: the log has to know of it first.
 */
export class ReportExport {
  readonly #parts: ExportParts;
  readonly #total: number;
  readonly #files: ExportedFile[] = [];
  #signatures: ExportSignature[] = [];
  #originals = 0;
  #done = 0;

  constructor(parts: ExportParts) {
    const { body, container, formats } = parts;
    this.#parts = parts;
    const listed = body.searches.reduce((sum, search) => sum + search.listed.rows + search.listed.marked, 0);
    const copied = body.options.pictures ? listed : 0;
    const documents = formats.filter((format) => format !== 'json').length;
    this.#total = copied + documents + 3 + (container === 'folder' ? 0 : copied + 4);
  }

  get options(): ReportOptions {
    return this.#parts.body.options;
  }

  get outcome(): ReportOutcome {
    const { body, container, folder } = this.#parts;
    return {
      reportId: body.id,
      container,
      folder: container === 'bag-zip' ? `${folder.path}.zip` : folder.path,
      files: this.#files,
      originals: this.#originals,
      signatures: this.#signatures,
    };
  }

  /** The last of its events, when the export has its name and the log knows it. */
  finished(): ExportEvent {
    return { progress: { done: this.#total, total: this.#total, step: 'Done' }, outcome: this.outcome };
  }

  async *write(): AsyncGenerator<ExportEvent> {
    const { body, folder, container, texts, signal, keys } = this.#parts;
    yield* this.#copyOriginals();
    yield this.#event('report.json');
    const json = await folder.writeText('json', 'report.json', renderJson(body), signal);
    this.#files.push(json);
    this.#done++;
    yield* this.#writeDocuments(json.sha256);
    if (container !== 'folder') {
      const { snapshot, models } = this.#parts;
      const parts = writeBundleParts({ snapshot, body, folder, models, texts, files: this.#files, signal });
      for await (const { step, done } of parts) {
        this.#done += done;
        yield this.#event(step);
      }
    }
    yield this.#event('Manifest');
    await folder.writeText('text', 'how-to-check.txt', [howToCheckText(body, json.sha256, texts)], signal);
    this.#done++;
    signal?.throwIfAborted();
    if (container === 'folder') {
      for (const key of keys)
        this.#files.push(await folder.writeBytes('public-key', publicFile(key, manifestName), signal));
      const sign = (manifest: Buffer): Promise<SignatureFile[]> => this.#sign(manifestName, manifest);
      this.#files.push(...(await folder.finish(keys.length === 0 ? undefined : sign, signal)));
    } else {
      yield* this.#finishBag(json.sha256);
    }
  }

  async *#copyOriginals(): AsyncGenerator<ExportEvent> {
    const { snapshot, body, folder, signal } = this.#parts;
    yield this.#event('Originals');
    for (const page of pages(listedOriginals(body), copiedAtOnce)) {
      signal?.throwIfAborted();
      const files = new Map(page.map((original) => [original.file, original]));
      const wanted = [...files.values()].filter(({ file }) => !folder.has(file));
      await folder.copyOriginals(
        wanted.map(({ file, cropId, sha256, fileName }) => {
          const media = snapshot.crops.mediaOf(cropId);
          return {
            path: snapshot.media.originalPath(media),
            read: snapshot.media.isSealed(media) ? () => snapshot.media.readOriginal(media) : undefined,
            sha256,
            fileName,
            name: file,
          };
        }),
        signal,
      );
      this.#originals += wanted.length;
      this.#done += page.length;
      if (this.#done % copiesPerEvent === 0) yield this.#event('Originals');
    }
  }

  /** HTML, PDF and CSV, as far as they are wanted. */
  async *#writeDocuments(bodySha256: string): AsyncGenerator<ExportEvent> {
    const { body, folder, formats, texts, signal, keys, snapshot } = this.#parts;
    let document: ReportDocument | undefined;
    const shown = (): ReportDocument => (document ??= reportDocument(shownPart(body), bodySha256, texts));
    for (const format of ['html', 'pdf', 'csv'] as const) {
      if (!formats.includes(format)) continue;
      const name = `report.${format}`;
      yield this.#event(name);
      signal?.throwIfAborted();
      if (format === 'html') {
        const html = renderHtml(shown(), casePictures(snapshot, htmlPictureFormats));
        this.#files.push(await folder.writeText(format, name, html, signal));
      } else if (format === 'pdf') {
        const source = {
          document: shown(),
          pictures: casePictures(snapshot, pdfPictureFormats, { attach: true }),
          words: signatureWords(body, texts),
        };
        const produce = (output: Writable, path: string): Promise<void> =>
          writePdf(source, keys, { output, path }, signal);
        this.#files.push(await folder.write(format, name, produce, signal));
      } else {
        this.#files.push(await folder.writeText(format, name, renderCsv(body), signal));
      }
      this.#done++;
    }
  }

  async *#finishBag(reportSha256: string): AsyncGenerator<ExportEvent> {
    const { body, folder, container, keys, texts, signal } = this.#parts;
    const facts: BagFacts = {
      folder,
      body,
      reportSha256,
      texts,
      publicFiles: (manifest) => keys.map((key) => publicFile(key, manifest)),
      sign: (manifest, bytes) => this.#sign(manifest, bytes),
      zip: container === 'bag-zip',
      signal,
    };
    for await (const { step, files } of finishBag(facts)) {
      this.#files.push(...files);
      this.#done++;
      yield this.#event(step);
    }
  }

  async #sign(manifest: string, bytes: Buffer): Promise<SignatureFile[]> {
    const made = await signWithAll(manifest, bytes, this.#parts.keys);
    this.#signatures = made.signatures;
    return made.files;
  }

  #event(step: string): ExportEvent {
    return { progress: { done: this.#done, total: this.#total, step }, outcome: null };
  }
}

/** What a reader's signature panel shows beside the certificate. */
function signatureWords({ id, operator, template }: ReportBody, texts: ReportTexts): SignatureWords {
  return {
    name: operator,
    reason: `${texts.header}. ${texts.front.reportId} ${id}`,
    location: [template.agency, template.unit].filter((part) => part !== '').join(', '),
  };
}

function howToCheckText(body: ReportBody, bodySha256: string, { header, front, check }: ReportTexts): string {
  const steps = body.howToCheck.map((step, i) => `${i + 1}. ${step}`);
  return [
    header,
    `${front.reportId}: ${body.id}`,
    `${front.bodyHash}: ${bodySha256}`,
    '',
    check.title,
    ...steps,
    '',
    ...(body.audit.entries.length === 0 ? [] : [check.program, '', logCheckProgram]),
  ].join('\n');
}
