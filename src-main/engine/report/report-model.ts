import { ReviewRepository } from '../case/repositories/review-repository.ts';
import type { ReadableCase } from '../case/case-snapshot.ts';
import { toInstant } from '../case/times.ts';
import type { CropDetail } from '../case/schema.ts';
import { finishedReviews } from '../review/blind-review-service.ts';
import { cleanQuery } from '../search/query.ts';
import type { ReportData, ReportedRow } from '../search/report-data.ts';
import { nearEqualRange, scoreNoise } from './near-equal.ts';
import { PagedList } from './pages.ts';
import { programDigest } from './program-digest.ts';
import { reportedBatches, reportedModel } from './case-records.ts';
import { noSignatures, type AnnouncedSignatures } from './signing/announced-signatures.ts';
import type { ReportBody, ReportBodySearch } from './report-body.ts';
import { namedRuntime, type InstalledRuntime } from './runtime-files.ts';
import type {
  MarkedCrop,
  ReportedCrop,
  ReportedSearch,
  ReportModel,
  ReportOptions,
  ReportRow,
} from './schema.ts';
import { clockChangesSince, searchedCrops } from './searched-crops.ts';
import type { ReportTemplate } from './template.ts';
import { templateDigest } from './template-digest.ts';
import type { ReportTexts } from './texts.ts';
import { visibleLine } from './visible-text.ts';

/** Newest log entries that a report holds. */
const auditEntries = 1000;

export interface ReportContext {
  /** What each search of the report found, from rank 1 to the cut-off, recomputed in f64. */
  found: ReadonlyMap<number, ReportData>;
  application: { name: string; version: string };
  template: ReportTemplate;
  /** The catalogue of the template's language. */
  texts: ReportTexts;
}

/** What a report says about itself. */
export interface ReportIdentity {
  /** Name of the report; of its folder, once exported. */
  id: string;
  /** Milliseconds since 1970 UTC. */
  now: number;
  /** Who will sign the export. */
  signatures?: AnnouncedSignatures;
  /** What a reader does to check it. */
  howToCheck: readonly string[];
  /** The inference runtime; by its name only when nothing is given. */
  runtime?: InstalledRuntime;
}

/**
 * Everything a report says. Its lists are read from the case when somebody goes through them, so the case
 * must stay as it is until then: a snapshot, or the case itself within one go.
 * @throws DescryError `not-found` for a search that is not there; `unsupported` when its list cannot be brought back.
 */
export function readReport(
  context: ReportContext,
  openCase: ReadableCase,
  options: ReportOptions,
  { id, now, signatures = noSignatures, howToCheck, runtime = namedRuntime() }: ReportIdentity,
): ReportBody {
  const { template, texts } = context;
  const details = openCase.details.get();
  const { timeZone } = details;
  const counts = openCase.details.counts(undefined);
  const span = openCase.details.span();
  const searches = options.searchIds.map((searchId) =>
    reportedSearch(openCase, context.found.get(searchId)!, options, texts),
  );
  const blindReviews = finishedReviews(openCase, options.searchIds);
  const digests = [...new Set(searches.map(({ search }) => search.model.digest))];
  const program = programDigest();
  const application = {
    name: context.application.name,
    version: context.application.version,
    programDigest: program.sha256,
    programFiles: program.files,
    platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    runtime,
  };
  return {
    schema: 1,
    language: texts.language,
    id,
    title: texts.title(visibleLine(details.name)),
    notice: texts.header,
    createdAt: toInstant(now, timeZone),
    operator: openCase.operator(),
    case: {
      ...details,
      createdAt: toInstant(Date.parse(details.createdAt), timeZone),
      crops: counts.crops,
      tracks: counts.tracks,
      span: span ? { from: toInstant(span.from, timeZone), to: toInstant(span.to, timeZone) } : null,
    },
    application,
    options: { ...options, pageSize: options.pageSize ?? template.pageSize },
    template: { ...template, digest: templateDigest(template) },
    models: digests.map((digest) => reportedModel(openCase, digest, texts)),
    method: methodRows(application, texts),
    limits: texts.accuracy.generalLimits,
    cameras: openCase.cameras.list().map((camera) => ({
      ...camera,
      offsetMeasuredAt:
        camera.offsetMeasuredAt === null ? null : toInstant(Date.parse(camera.offsetMeasuredAt), timeZone),
    })),
    batches: reportedBatches(openCase),
    searches,
    ...(blindReviews.length > 0 && { blindReviews }),
    audit: auditExtract(openCase, options.includeAudit),
    signers: signatures.signers,
    howToCheck: [...howToCheck, ...signatures.howToCheck],
  };
}

function methodRows(application: ReportModel['application'], texts: ReportTexts): ReportModel['method'] {
  const {
    program,
    maker,
    programDigest: digest,
    runtime,
    ranking,
    filters,
    score,
    repeat,
  } = texts.method.rows;
  return [
    { label: program.label, text: program.text(application.name, application.version, application.platform) },
    maker,
    { label: digest.label, text: digest.text(application.programDigest, application.programFiles) },
    { label: runtime.label, text: runtime.text(application.runtime.name) },
    ranking,
    score,
    filters,
    repeat,
  ];
}

function reportedSearch(
  openCase: ReadableCase,
  data: ReportData,
  options: ReportOptions,
  texts: ReportTexts,
): ReportBodySearch {
  const { search, distribution, scores } = data;
  const noise = scoreNoise(distribution);
  const details = <Place extends { cropId: number }>(
    places: readonly Place[],
  ): { place: Place; crop: ReportedCrop }[] => {
    const crops = openCase.crops.details(
      places.map(({ cropId }) => cropId),
      openCase.timeZone,
    );
    return places.map((place, i) => {
      const crop = crops[i]!;
      const redacted = options.redact && crop.redaction !== null;
      const file = options.pictures && !redacted && crop.removedAt === undefined ? originalFile(crop) : null;
      return { place, crop: { ...crop, notes: options.includeNotes ? crop.notes : [], file, redacted } };
    });
  };
  const rows = new PagedList<ReportedRow, ReportRow>(data.rows, (page) =>
    details(page).map(({ place: { rank, score, folded }, crop }) => ({
      ...crop,
      rank,
      score,
      folded,
      nearEqual: nearEqualRange(scores, rank - 1, noise),
    })),
  );
  const places = markedPlaces(openCase, data);
  const marked = new PagedList<MarkedPlace, MarkedCrop>(places, (page) =>
    details(page).map(({ place: { rank, score, shownAs }, crop }) => ({ ...crop, rank, score, shownAs })),
  );

  const last = data.rows.at(data.rows.length - 1);
  const withTop = last ? (nearEqualRange(scores, 0, noise)?.to ?? 1) - 1 : 0;
  const nearLast = last ? nearEqualRange(scores, last.rank - 1, noise) : null;
  const acrossCutOff = last && nearLast ? Math.max(0, nearLast.to - last.rank) : 0;
  const clean = cleanQuery(search.query);
  return {
    search,
    asRun: {
      statements: clean.statements,
      avoid: clean.avoid,
      like: clean.like.map(({ cropId, weight }) => {
        const { fileName, sha256 } = openCase.crops.detail(cropId, openCase.timeZone);
        return { cropId, weight, fileName, sha256 };
      }),
    },
    searched: searchedCrops(openCase, data.searched),
    clockChangesSince: clockChangesSince(openCase, search),
    distribution,
    listed: { rows: data.rows.length, marked: places.length },
    rows,
    marked,
    cutOff: {
      rank: last?.rank ?? 0,
      score: last?.score ?? null,
      rowsBelow: scores.length - data.rows.length,
      deviations:
        last && distribution.standardDeviation > 0
          ? (last.score - distribution.mean) / distribution.standardDeviation
          : null,
    },
    nearEqual: {
      noise,
      acrossCutOff,
      withTop,
      sentence: nearEqualSentence(texts, last, withTop, acrossCutOff, noise),
      below: nearEqualBelow(openCase, data.below.slice(0, acrossCutOff)),
    },
  };
}

function nearEqualSentence(
  texts: ReportTexts,
  last: ReportedRow | undefined,
  withTop: number,
  acrossCutOff: number,
  noise: number,
): string {
  const words = texts.search;
  if (!last) return texts.search.cutOffEmpty;
  return [
    withTop > 0 ? words.nearEqualTop(withTop + 1, noise) : words.nearEqualAlone(noise),
    acrossCutOff > 0 ? words.nearEqualCutOff(acrossCutOff, last.rank) : '',
    words.nearEqualRule(noise),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function nearEqualBelow(
  openCase: ReadableCase,
  rows: readonly ReportedRow[],
): ReportedSearch['nearEqual']['below'] {
  const crops = openCase.crops.summaries(
    rows.map(({ cropId }) => cropId),
    openCase.timeZone,
  );
  return rows.map(({ rank, score, cropId }, i) => {
    const { fileName, camera, correctedTime } = crops[i]!;
    return { rank, score, cropId, fileName, camera, correctedTime };
  });
}

type MarkedPlace = Pick<MarkedCrop, 'rank' | 'score' | 'shownAs'> & { cropId: number };

/** Marked crops that stand for no listed row: ranked ones in the order of rank, then those that were not ranked. */
function markedPlaces(openCase: ReadableCase, data: ReportData): MarkedPlace[] {
  const ranked = data.marked.map(({ cropId, rank, score }) => ({
    cropId,
    rank,
    score,
    shownAs: data.rows.at(rank - 1)?.cropId ?? null,
  }));
  const unranked = new Set(
    new ReviewRepository(openCase.db).marked(
      { where: '1', parameters: [] },
      { offset: 0, limit: Number.MAX_SAFE_INTEGER },
    ).cropIds,
  );
  for (const { cropId } of data.rows) unranked.delete(cropId);
  for (const { cropId } of ranked) unranked.delete(cropId);
  return [
    ...ranked,
    ...Array.from(unranked, (cropId) => ({ cropId, rank: null, score: null, shownAs: null })),
  ];
}

/** Name of a crop's original beside the report: its hash, so that the name itself can be checked. */
function originalFile({ sha256, format }: Pick<CropDetail, 'sha256' | 'format'>): string {
  const extension = format === 'jpeg' ? 'jpg' : format.replace(/[^a-z0-9]/gi, '').toLowerCase();
  return `originals/${sha256}.${extension === '' ? 'bin' : extension}`;
}

function auditExtract(openCase: ReadableCase, wanted: boolean): ReportModel['audit'] {
  const newest = openCase.audit.list({ limit: auditEntries });
  return {
    headHash: openCase.audit.headHash(),
    total: newest[0]?.sequence ?? 0,
    entries: wanted ? newest.reverse() : [],
  };
}
