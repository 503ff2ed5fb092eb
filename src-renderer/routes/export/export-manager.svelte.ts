import type {
  DescryClient,
  ReportContainer,
  ReportFormat,
  ReportModel,
  ReportOptions,
  ReportOutcome,
  SearchRecord,
} from '../../../src-main/api/types.ts';
import { ExportRun } from './export-run.svelte.ts';
import { SigningChoices } from './signing-choices.svelte.ts';

/** Choices of the page, kept over a change of page and a reload. */
export interface ExportChoices {
  searchIds: number[];
  rows: number;
  includeNotes: boolean;
  includeAudit: boolean;
  pictures: boolean;
  attachOriginals: boolean;
  /** Whether parts that were covered in the case are covered in the report. */
  redact: boolean;
  /** Empty for that of the template. */
  pageSize: '' | NonNullable<ReportOptions['pageSize']>;
  formats: ReportFormat[];
  container: ReportContainer;
  /** Null puts the report into the case's own exports folder. */
  folder: string | null;
}

export const allFormats: readonly ReportFormat[] = ['html', 'pdf', 'csv', 'json'];
export const mostSearches = 20;
export const mostRows = 50_000;
/** Longer lists are drawn only when asked for: their preview takes a while. */
const previewedAtOnce = 200;

export function initialChoices(): ExportChoices {
  return {
    searchIds: [],
    rows: 50,
    includeNotes: true,
    includeAudit: true,
    pictures: true,
    attachOriginals: false,
    redact: true,
    pageSize: '',
    formats: ['html', 'pdf', 'csv', 'json'],
    container: 'folder',
    folder: null,
  };
}

export type ReportedSearch = ReportModel['searches'][number];

/** A report drawn for the options it was asked with. */
export interface Preview {
  key: string;
  html: string;
  searches: readonly ReportedSearch[];
}

/** The report's options as the engine takes them; rows within its limits. */
export function optionsOf(choices: ExportChoices): ReportOptions {
  return {
    searchIds: choices.searchIds,
    rows: Math.min(mostRows, Math.max(1, Math.round(choices.rows) || 1)),
    includeNotes: choices.includeNotes,
    includeAudit: choices.includeAudit,
    pictures: choices.pictures,
    attachOriginals: choices.attachOriginals,
    redact: choices.redact,
    ...(choices.pageSize === '' ? {} : { pageSize: choices.pageSize }),
  };
}

/**
 * What goes into a report, how it will look, and its writing. A newer preview makes an older one count
 * for nothing; an export can be given up, and then leaves no folder.
 */
export class ExportManager {
  choices: ExportChoices = $state(initialChoices());
  searches = $state.raw<readonly SearchRecord[] | null>(null);
  searchesError = $state.raw<unknown>(null);
  preview = $state.raw<Preview | null>(null);
  previewing = $state(false);
  previewError = $state.raw<unknown>(null);
  readonly run = new ExportRun<ReportOutcome>();

  readonly signing: SigningChoices;
  readonly options = $derived(optionsOf(this.choices));
  readonly #key = $derived(JSON.stringify(this.options));
  readonly chosen = $derived(
    this.choices.searchIds.flatMap((id) => this.searches?.find((record) => record.id === id) ?? []),
  );
  /** Why nothing can be exported yet, in words; null when it can. */
  readonly missing = $derived.by(() => {
    if (this.choices.searchIds.length === 0) return 'Choose at least one search.';
    if (this.choices.formats.length === 0) return 'Choose at least one format.';
    return this.signing.missing;
  });
  /** The preview on the page is of other options. */
  readonly previewStale = $derived(this.preview !== null && this.preview.key !== this.#key);
  readonly previewByHand = $derived(this.options.rows * this.choices.searchIds.length > previewedAtOnce);

  readonly #client: DescryClient;
  #previewCall: AbortController | null = null;

  constructor(client: DescryClient, choices: ExportChoices = initialChoices()) {
    this.#client = client;
    this.choices = choices;
    this.signing = new SigningChoices(client);
  }

  async reload(): Promise<void> {
    try {
      const searches = await this.#client.search.history({ limit: 500 });
      this.searches = searches;
      this.searchesError = null;
      // Searches are never removed; ids of another case are.
      this.choices.searchIds = this.choices.searchIds.filter((id) =>
        searches.some((known) => known.id === id),
      );
    } catch (error) {
      this.searchesError = error;
    }
  }

  /** Puts a search into the report, at the end, or takes it out. */
  choose(searchId: number, wanted: boolean): void {
    const others = this.choices.searchIds.filter((id) => id !== searchId);
    this.choices.searchIds = wanted ? [...others, searchId].slice(0, mostSearches) : others;
  }

  chooseFormat(format: ReportFormat, wanted: boolean): void {
    const kept = new Set(this.choices.formats);
    if (wanted) kept.add(format);
    else kept.delete(format);
    this.choices.formats = allFormats.filter((known) => kept.has(known));
  }

  /** Draws the preview for the choices as they are. */
  async draw(): Promise<void> {
    this.#previewCall?.abort();
    if (this.choices.searchIds.length === 0) {
      this.#previewCall = null;
      this.preview = null;
      this.previewing = false;
      return;
    }
    const mine = new AbortController();
    this.#previewCall = mine;
    const options = $state.snapshot(this.options);
    const key = this.#key;
    this.previewing = true;
    try {
      const [html, model] = await Promise.all([
        this.#client.report.preview(options, { signal: mine.signal }),
        this.#client.report.model(options, { signal: mine.signal }),
      ]);
      if (this.#previewCall !== mine) return;
      this.preview = { key, html, searches: model.searches };
      this.previewError = null;
    } catch (error) {
      if (this.#previewCall === mine) this.previewError = error;
    } finally {
      if (this.#previewCall === mine) this.previewing = false;
    }
  }

  /** Writes the report. */
  async export(): Promise<void> {
    if (this.missing !== null) return;
    const { formats, container, folder } = $state.snapshot(this.choices);
    const options = $state.snapshot(this.options);
    const sign = this.signing.request();
    await this.run.start((signal) =>
      this.#client.report.export(
        {
          options,
          formats,
          container,
          ...(folder === null ? {} : { folder }),
          ...(sign === undefined ? {} : { sign }),
        },
        { signal },
      ),
    );
    // What is done needs no passphrase any more.
    if (this.run.outcome) this.signing.forget();
  }
}
