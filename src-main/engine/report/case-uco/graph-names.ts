import type { ReportBody, ReportBodySearch } from '../report-body.ts';
import type { ExportedFile, MarkedCrop, ReportRow } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { Names } from './terms.ts';

export interface CaseUcoParts {
  /** The report's documents, as they were written. */
  files: readonly ExportedFile[];
  texts: ReportTexts;
  /** When the description is made, milliseconds since 1970 UTC: the end of the export as far as it can know it. */
  now: number;
}

/** IRIs of what several parts of the graph refer to. */
export interface GraphNames {
  names: Names;
  investigation: string;
  bundle: string;
  bundleRecord: string;
  searchRecord: (id: number) => string;
  importRecord: (id: number) => string;
  /** Undefined for somebody without a name. */
  person: (name: string) => string | undefined;
  camera: (name: string) => string;
  document: (path: string) => string;
  /** An empty version where it is not known: the case does not say which one imported. */
  tool: (version: string) => string;
  searchTool: (id: number) => string;
  exportTool: string;
  model: (digest: string) => string;
}

export function graphNames(body: ReportBody): GraphNames {
  const names = new Names(body.case.id);
  const report = `report/${body.id}`;
  return {
    names,
    investigation: names.of('investigation'),
    bundle: names.of(`${report}/bundle`),
    bundleRecord: names.of(`${report}/record`),
    searchRecord: (id) => names.of(`${report}/search/${id}/record`),
    importRecord: (id) => names.of(`${report}/import/${id}/record`),
    person: (name) => (name === '' ? undefined : names.of(`person/${name}`)),
    camera: (name) => names.of(`camera/${name}`),
    document: (path) => names.of(`${report}/document/${path}`),
    tool: (version) => names.of(`tool/${version}`),
    searchTool: (id) => names.of(`search/${id}/tool`),
    exportTool: names.of(`${report}/tool`),
    model: (digest) => names.of(`model/${digest}`),
  };
}

/** Rows, then marked crops. */
export function* listedCrops({ rows, marked }: ReportBodySearch): Generator<ReportRow | MarkedCrop> {
  yield* rows;
  yield* marked;
}
