import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { OpenCase } from '../case/open-case.ts';
import { DescryError, toDescryError } from '../errors.ts';
import type { SearchService } from '../search/search-service.ts';
import { renderCsv } from './csv.ts';
import { reportDocument } from './document/report-document.ts';
import { ExportFolder, freeName, removeLeftovers } from './export-folder.ts';
import { htmlPictureFormats, renderHtml } from './html/render-html.ts';
import { renderJson } from './json.ts';
import { pdfPictureFormats, renderPdf } from './pdf/render-pdf.ts';
import { casePictures } from './pictures.ts';
import { buildReportModel, type ReportContext } from './report-model.ts';
import type { ExportedFile, ReportFormat, ReportModel, ReportOptions, ReportOutcome } from './schema.ts';
import { english } from './texts.ts';

export interface ReportServiceOptions {
  openCase: OpenCase;
  search: Pick<SearchService, 'reportData'>;
  application: { name: string; version: string };
}

export interface ExportRequest {
  options: ReportOptions;
  formats: ReportFormat[];
  /** Folder in which the report's own folder is made; the case's exports when absent. */
  folder?: string | undefined;
}

export interface ExportEvent {
  progress: { done: number; total: number; step: string };
  outcome: ReportOutcome | null;
}

/** Original copies between two progress events, so that a long list does not flood the host. */
const copiesPerEvent = 25;

/** Reports of one open case. */
export class ReportService {
  readonly #case: OpenCase;
  readonly #context: ReportContext;
  #exporting = false;

  constructor({ openCase, search, application }: ReportServiceOptions) {
    this.#case = openCase;
    this.#context = {
      openCase,
      reportData: (searchId, rows) => search.reportData(searchId, rows),
      application,
      texts: english,
    };
  }

  /** What a report made now would say. @throws DescryError `not-found`, `unsupported`. */
  model(options: ReportOptions): ReportModel {
    return buildReportModel(this.#context, options, this.#context.texts.front.previewId, Date.now());
  }

  /** The HTML document of a report made now, with thumbnails for pictures; nothing is written. */
  async preview(options: ReportOptions): Promise<string> {
    const document = reportDocument(this.model(options), null, this.#context.texts);
    const chunks: string[] = [];
    for await (const chunk of renderHtml(document, casePictures(this.#case, []))) chunks.push(chunk);
    return chunks.join('');
  }

  /**
   * Writes a report into a new folder: the asked formats, always `report.json` (the body whose hash the
   * others print), the originals of all listed crops, and a manifest over everything. The folder appears
   * under its name only when it is whole. The last event carries the outcome.
   * @throws DescryError `busy`, `not-found`, `cancelled`, `disk-full`, `read-only`, `case-damaged` when an original changed.
   */
  async *export(request: ExportRequest, signal?: AbortSignal): AsyncGenerator<ExportEvent> {
    if (this.#exporting)
      throw new DescryError('busy', 'Another report is being exported. Wait until it has finished.');
    this.#exporting = true;
    let folder: ExportFolder | undefined;
    try {
      const parent = resolve(request.folder ?? this.#case.exportsFolder);
      const now = Date.now();
      const model = buildReportModel(
        this.#context,
        request.options,
        freeName(parent, reportName(request.options.searchIds, now)),
        now,
      );
      // Only where no other process can be exporting: this one holds the case.
      await removeLeftovers(this.#case.exportsFolder);
      folder = await ExportFolder.begin(parent, model.id);
      yield* this.#write(folder, model, request.formats, signal);
    } catch (error) {
      throw toDescryError(error);
    } finally {
      this.#exporting = false;
      // Also runs when the listener leaves early; a finished folder has another name by then.
      await folder?.discard();
    }
  }

  async *#write(
    folder: ExportFolder,
    model: ReportModel,
    formats: readonly ReportFormat[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ExportEvent> {
    const { texts } = this.#context;
    const originals = listedOriginals(model);
    const documents = (['html', 'pdf', 'csv'] as const).filter((format) => formats.includes(format));
    const total = originals.size + documents.length + 3;
    let done = 0;
    const event = (step: string, outcome: ReportOutcome | null = null): ExportEvent => ({
      progress: { done, total, step },
      outcome,
    });

    yield event('Originals');
    for (const [file, { cropId, sha256, fileName }] of originals) {
      signal?.throwIfAborted();
      const path = this.#case.media.originalPath(this.#case.crops.mediaOf(cropId));
      await folder.copyOriginal({ path, sha256, fileName }, file, signal);
      done++;
      if (done % copiesPerEvent === 0) yield event('Originals');
    }

    yield event('report.json');
    const body = await folder.writeText('json', 'report.json', [renderJson(model)], signal);
    done++;
    const files: ExportedFile[] = [body];
    const document = reportDocument(model, body.sha256, texts);
    for (const format of documents) {
      const name = `report.${format}`;
      yield event(name);
      signal?.throwIfAborted();
      if (format === 'html') {
        files.push(
          await folder.writeText(
            format,
            name,
            renderHtml(document, casePictures(this.#case, htmlPictureFormats)),
            signal,
          ),
        );
      } else if (format === 'pdf') {
        const pictures = casePictures(this.#case, pdfPictureFormats);
        files.push(
          await folder.write(format, name, (output) => renderPdf(document, pictures, output, signal), signal),
        );
      } else {
        files.push(await folder.writeText(format, name, [renderCsv(model)], signal));
      }
      done++;
    }

    yield event('Manifest');
    await folder.writeText('text', 'how-to-check.txt', [howToCheckText(model, body.sha256)], signal);
    done++;
    signal?.throwIfAborted();
    files.push(await folder.finish(signal));
    try {
      this.#case.audit.append('report-exported', {
        reportId: model.id,
        folder: folder.path,
        searches: model.options.searchIds,
        rows: model.options.rows,
        originals: originals.size,
        files: files.map(({ path, sha256 }) => ({ path, sha256 })),
      });
    } catch (error) {
      // A report that the log does not know must not exist.
      await rm(folder.path, { recursive: true, force: true });
      throw error;
    }
    done = total;
    yield event('Done', { reportId: model.id, folder: folder.path, files, originals: originals.size });
  }
}

/** `report-20261121-101502-search-3-7`: the same searches at the same second have the same name. Time is UTC. */
function reportName(searchIds: readonly number[], now: number): string {
  const [date, time] = new Date(now)
    .toISOString()
    .slice(0, 19)
    .replaceAll('-', '')
    .replaceAll(':', '')
    .split('T');
  const shown = searchIds.slice(0, 5).join('-');
  return `report-${date}-${time}-search-${shown}${searchIds.length > 5 ? '-more' : ''}`;
}

/** Each listed original once, by its file beside the report. */
function listedOriginals(
  model: ReportModel,
): Map<string, { cropId: number; sha256: string; fileName: string }> {
  const originals = new Map<string, { cropId: number; sha256: string; fileName: string }>();
  for (const { rows, marked } of model.searches) {
    for (const { file, id, sha256, fileName } of [...rows, ...marked]) {
      if (file !== null) originals.set(file, { cropId: id, sha256, fileName });
    }
  }
  return originals;
}

function howToCheckText(model: ReportModel, bodySha256: string): string {
  const { front, check } = english;
  const steps = model.howToCheck.map((step, i) => `${i + 1}. ${step}`);
  return [
    english.header,
    `${front.reportId}: ${model.id}`,
    `${front.bodyHash}: ${bodySha256}`,
    '',
    check.title,
    ...steps,
    '',
  ].join('\n');
}
