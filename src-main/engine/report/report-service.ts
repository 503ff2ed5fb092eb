import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { AuditAction } from '../audit/audit-log.ts';
import { CaseSnapshot } from '../case/case-snapshot.ts';
import type { OpenCase } from '../case/open-case.ts';
import { DescryError, toDescryError } from '../errors.ts';
import type { ReportData } from '../search/report-data.ts';
import type { SearchService } from '../search/search-service.ts';
import { noModels, type BundleModels } from './bundle/bundle-parts.ts';
import { tagManifestName } from './bundle/finish-bag.ts';
import { earlierExports, type EarlierExport } from './earlier-exports.ts';
import { reportDocument } from './document/report-document.ts';
import { writeDiscovery, type DiscoveryEvent, type DiscoveryRequest } from './discovery/discovery-export.ts';
import { ExportFolder, freeName, manifestName } from './export-folder.ts';
import { neededSpace, requireFreeSpace } from './free-space.ts';
import { renderHtml } from './html/render-html.ts';
import { catalogues } from './languages.ts';
import { casePictures } from './pictures.ts';
import { shownPart } from './report-body.ts';
import { ReportExport, type ExportEvent } from './report-export.ts';
import { readReport, type ReportContext } from './report-model.ts';
import { installedRuntime } from './runtime-files.ts';
import type { ReportContainer, ReportFormat, ReportModel, ReportOptions } from './schema.ts';
import { announceSignatures } from './signing/announced-signatures.ts';
import type { SignRequest } from './signing/schema.ts';
import type { SigningService } from './signing/signing-service.ts';
import { plainTemplate, type ReportTemplate } from './template.ts';
import { UnfinishedExports } from './unfinished-exports.ts';

export type { ExportEvent } from './report-export.ts';

export interface ReportServiceOptions {
  openCase: OpenCase;
  search: Pick<SearchService, 'reportData'>;
  signing: Pick<SigningService, 'open'>;
  application: { name: string; version: string };
  /** What is installed of the models that ranked, for their cards. */
  models?: BundleModels;
  /** The form of reports as it is set at present. */
  template?: () => ReportTemplate;
}

export interface ExportRequest {
  options: ReportOptions;
  formats: ReportFormat[];
  /** A plain folder when absent. */
  container?: ReportContainer | undefined;
  /** Folder in which the report's own folder is made; the case's exports when absent. */
  folder?: string | undefined;
  /** Keys are opened for this export and let go with it. */
  sign?: SignRequest | undefined;
}

/** Reports of one open case. */
export class ReportService {
  readonly #case: OpenCase;
  readonly #search: Pick<SearchService, 'reportData'>;
  readonly #application: ReportContext['application'];
  readonly #template: () => ReportTemplate;
  readonly #signing: Pick<SigningService, 'open'>;
  readonly #models: BundleModels;
  readonly #unfinished: UnfinishedExports;
  #exporting = false;

  constructor({
    openCase,
    search,
    signing,
    application,
    models = noModels,
    template = () => plainTemplate,
  }: ReportServiceOptions) {
    this.#case = openCase;
    this.#search = search;
    this.#application = application;
    this.#template = template;
    this.#signing = signing;
    this.#models = models;
    this.#unfinished = new UnfinishedExports(openCase.exportsFolder);
  }

  /** What a report begun now is made with. */
  /** @throws DescryError as `SearchService.reportData`. */
  async #context({ searchIds, rows }: ReportOptions): Promise<ReportContext> {
    const template = this.#template();
    const found = new Map<number, ReportData>();
    for (const searchId of searchIds) found.set(searchId, await this.#search.reportData(searchId, rows));
    return {
      found,
      application: this.#application,
      template,
      texts: catalogues[template.language],
    };
  }

  /**
   * What a report made now would say, with as many rows of each list as HTML and PDF show.
   * @throws DescryError `not-found`, `unsupported`.
   */
  async model(options: ReportOptions): Promise<ReportModel> {
    const context = await this.#context(options);
    const { front, check } = context.texts;
    const identity = { id: front.previewId, now: Date.now(), howToCheck: check.steps };
    return shownPart(readReport(context, this.#case, options, identity));
  }

  /** The HTML document of a report made now, with thumbnails for pictures; nothing is written. */
  async preview(options: ReportOptions): Promise<string> {
    const model = await this.model(options);
    const document = reportDocument(model, null, catalogues[model.template.language]);
    const chunks: string[] = [];
    for await (const chunk of renderHtml(document, casePictures(this.#case, []))) chunks.push(chunk);
    return chunks.join('');
  }

  /**
   * Writes a report: the asked formats, always `report.json` (the body whose hash the others print), the
   * originals of all listed crops, and a manifest over everything; in a bag more, see docs/bundle.md. It
   * says what the case said when it began, and appears under its name only when it is whole. The last
   * event carries the outcome.
   * @throws DescryError `busy`, `not-found`, `cancelled`, `disk-full`, `read-only`, `case-damaged` when an original changed;
   * `invalid-input`, `unsupported` with a `reason` in the detail when it cannot be signed as asked, before anything is written.
   */
  async *export(request: ExportRequest, signal?: AbortSignal): AsyncGenerator<ExportEvent> {
    if (this.#exporting)
      throw new DescryError('busy', 'Another report is being exported. Wait until it has finished.');
    this.#exporting = true;
    const ends: (() => void | Promise<void>)[] = [];
    const failures: unknown[] = [];
    try {
      const running = await this.#begin(request, ends, signal);
      yield* running.write();
      await this.#log(running);
      yield running.finished();
    } catch (error) {
      failures.push(error);
    } finally {
      // Also runs when the listener leaves early; what is finished has another name by then.
      for (const end of ends.reverse()) {
        try {
          await end();
        } catch (error) {
          failures.push(error);
        }
      }
      this.#exporting = false;
    }
    // What went wrong first is what the person has to hear.
    if (failures.length > 0) throw toDescryError(failures[0]);
  }

  /** Earlier exports of the case, the newest first. */
  exports(page: { offset: number; limit: number }): Promise<{ total: number; rows: EarlierExport[] }> {
    return earlierExports(this.#case, page);
  }

  /**
   * Writes everything that anyone wrote in the case, with the whole audit log, as it is when it begins.
   * The last event carries the outcome.
   * @throws DescryError `busy`, `cancelled`, `disk-full`, `read-only`, `invalid-input`.
   */
  async *discovery(
    { folder: chosen }: DiscoveryRequest,
    signal?: AbortSignal,
  ): AsyncGenerator<DiscoveryEvent> {
    if (this.#exporting)
      throw new DescryError('busy', 'Another report is being exported. Wait until it has finished.');
    this.#exporting = true;
    const ends: (() => void | Promise<void>)[] = [];
    try {
      await this.#unfinished.removeLeftovers();
      const parent = resolve(chosen ?? this.#case.exportsFolder);
      const now = Date.now();
      const id = freeName(parent, `discovery-${timestamp(now)}`);
      const snapshot = CaseSnapshot.take(this.#case);
      ends.push(() => snapshot.close());
      const folder = new ExportFolder({ parent, name: id });
      ends.push(await this.#unfinished.begin(folder.place));
      ends.push(() => folder.discard());
      await folder.create();
      const template = this.#template();
      const application = this.#application;
      const running = writeDiscovery({ snapshot, folder, id, now, application, template, signal });
      let step = await running.next();
      for (; step.done !== true; step = await running.next()) yield { progress: step.value, outcome: null };
      const outcome = step.value;
      await this.#append('discovery-exported', outcome.folder, {
        discoveryId: id,
        folder: outcome.folder,
        inCase: this.#isInCase(outcome.folder),
        parts: Object.fromEntries(outcome.parts.map(({ name, rows }) => [name, rows])),
        files: outcome.files.map(({ path, sha256 }) => ({ path, sha256 })),
      });
      yield { progress: { done: 1, total: 1, step: 'Done' }, outcome };
    } catch (error) {
      throw toDescryError(error);
    } finally {
      for (const end of ends.reverse()) await end();
      this.#exporting = false;
    }
  }

  /** @param ends filled with what lets go of everything that was taken. */
  async #begin(
    { options, formats, container = 'folder', folder: chosen, sign }: ExportRequest,
    ends: (() => void | Promise<void>)[],
    signal: AbortSignal | undefined,
  ): Promise<ReportExport> {
    const context = await this.#context(options);
    const { texts } = context;
    const keys = sign ? await this.#signing.open(sign) : [];
    // Only where no other process can be exporting: this one holds the case.
    await this.#unfinished.removeLeftovers();
    const parent = resolve(chosen ?? this.#case.exportsFolder);
    const now = Date.now();
    const id = freeName(parent, reportName(options.searchIds, now), ['', '.zip']);
    const isBag = container !== 'folder';
    const signedList = isBag ? tagManifestName : manifestName;
    const runtime = await installedRuntime();
    const snapshot = CaseSnapshot.take(this.#case);
    ends.push(() => snapshot.close());
    const body = readReport(context, snapshot, options, {
      id,
      now,
      signatures: announceSignatures(keys, signedList, formats.includes('pdf'), texts),
      howToCheck: isBag ? texts.check.bagSteps : texts.check.steps,
      runtime,
    });
    await requireFreeSpace(parent, neededSpace(body, formats, container));
    const folder = new ExportFolder({
      parent,
      name: id,
      payload: isBag ? 'data' : '',
      durable: container !== 'bag-zip',
    });
    // The note goes last: until nothing is left there is something to be found.
    ends.push(await this.#unfinished.begin(folder.place));
    ends.push(() => folder.discard());
    await folder.create();
    return new ReportExport({
      snapshot,
      body,
      folder,
      container,
      formats,
      keys,
      texts,
      models: this.#models,
      signal,
    });
  }

  async #log(running: ReportExport): Promise<void> {
    const { reportId, container, folder, files, originals, signatures } = running.outcome;
    const { searchIds, rows } = running.options;
    await this.#append('report-exported', folder, {
      reportId,
      container,
      folder,
      inCase: this.#isInCase(folder),
      searches: searchIds,
      rows,
      originals,
      files: files.map(({ path, sha256 }) => ({ path, sha256 })),
      ...(signatures.length > 0 && {
        signatures: signatures.map(({ file, signer }) => ({ file, ...signer })),
      }),
    });
  }

  #isInCase(path: string): boolean {
    return dirname(path) === resolve(this.#case.exportsFolder);
  }

  async #append(action: AuditAction, folder: string, detail: Record<string, unknown>): Promise<void> {
    try {
      this.#case.audit.append(action, detail);
    } catch (error) {
      // A report that the log does not know must not exist.
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/** `report-20261121-101502-search-3-7`: the same searches at the same second have the same name. Time is UTC. */
function reportName(searchIds: readonly number[], now: number): string {
  const shown = searchIds.slice(0, 5).join('-');
  return `report-${timestamp(now)}-search-${shown}${searchIds.length > 5 ? '-more' : ''}`;
}

function timestamp(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
