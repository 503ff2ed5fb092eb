import { ReviewRepository } from '../case/repositories/review-repository.ts';
import type { OpenCase } from '../case/open-case.ts';
import { toInstant } from '../case/times.ts';
import type { CropDetail } from '../case/schema.ts';
import { cleanQuery } from '../search/query.ts';
import type { ReportData } from '../search/report-data.ts';
import { nearEqualRanks, scoreNoise } from './near-equal.ts';
import { programDigest } from './program-digest.ts';
import { reportedBatches, reportedModel } from './case-records.ts';
import type { MarkedCrop, ReportedSearch, ReportModel, ReportOptions, ReportRow } from './schema.ts';
import type { ReportTexts } from './texts.ts';
import { visibleLine } from './visible-text.ts';

/** Newest log entries that a report holds. */
const auditEntries = 1000;

export interface ReportContext {
  openCase: OpenCase;
  /** What a search found, from rank 1 to `rows`, recomputed in f64. */
  reportData: (searchId: number, rows: number) => ReportData;
  application: { name: string; version: string };
  texts: ReportTexts;
}

/**
 * Everything a report says, read from the case in one go.
 * @param id name of the report; of its folder, once exported.
 * @param now milliseconds since 1970 UTC.
 * @throws DescryError `not-found` for a search that is not there; `unsupported` when its list cannot be brought back.
 */
export function buildReportModel(
  context: ReportContext,
  options: ReportOptions,
  id: string,
  now: number,
): ReportModel {
  const { openCase, texts } = context;
  const details = openCase.details.get();
  const { timeZone } = details;
  const info = openCase.info(undefined);
  const searches = options.searchIds.map((searchId) =>
    reportedSearch(context, context.reportData(searchId, options.rows), options),
  );
  const digests = [...new Set(searches.map(({ search }) => search.model.digest))];
  const program = programDigest();
  const application = {
    name: context.application.name,
    version: context.application.version,
    programDigest: program.sha256,
    programFiles: program.files,
    platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
  };
  return {
    schema: 1,
    language: texts.language,
    id,
    title: texts.title(visibleLine(details.name)),
    createdAt: toInstant(now, timeZone),
    operator: openCase.operator(),
    case: {
      ...details,
      createdAt: info.createdAt,
      crops: info.counts.crops,
      tracks: info.counts.tracks,
      span: info.span,
    },
    application,
    options,
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
    audit: auditExtract(openCase, options.includeAudit),
    howToCheck: texts.check.steps,
  };
}

function methodRows(application: ReportModel['application'], texts: ReportTexts): ReportModel['method'] {
  const { program, programDigest: digest, ranking, filters, score, repeat } = texts.method.rows;
  return [
    { label: program.label, text: program.text(application.name, application.version, application.platform) },
    { label: digest.label, text: digest.text(application.programDigest, application.programFiles) },
    ranking,
    score,
    filters,
    repeat,
  ];
}

function reportedSearch(context: ReportContext, data: ReportData, options: ReportOptions): ReportedSearch {
  const { openCase, texts } = context;
  const { search, distribution } = data;
  const detail = (cropId: number): CropDetail & { file: string | null } => {
    const crop = openCase.crops.detail(cropId, openCase.timeZone);
    const file = options.pictures ? originalFile(crop) : null;
    return { ...crop, notes: options.includeNotes ? crop.notes : [], file };
  };

  const scores = [...data.scores];
  const noise = scoreNoise(distribution);
  const ranges = nearEqualRanks(scores, noise);
  const rows: ReportRow[] = data.rows.map(({ rank, cropId, score, folded }) => ({
    ...detail(cropId),
    rank,
    score,
    folded,
    nearEqual: ranges[rank - 1] ?? null,
  }));

  const last = rows.at(-1);
  const withTop = (ranges[0]?.to ?? 1) - 1;
  const acrossCutOff = last?.nearEqual ? Math.max(0, last.nearEqual.to - last.rank) : 0;
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
    distribution,
    rows,
    marked: markedCrops(openCase, data, rows).map((place) => ({
      ...detail(place.cropId),
      rank: place.rank,
      score: place.score,
      shownAs: place.shownAs,
    })),
    cutOff: { rank: last?.rank ?? 0, score: last?.score ?? null, rowsBelow: scores.length - rows.length },
    nearEqual: {
      noise,
      acrossCutOff,
      withTop: last ? withTop : 0,
      sentence: nearEqualSentence(texts, last, withTop, acrossCutOff, noise),
    },
  };
}

function nearEqualSentence(
  texts: ReportTexts,
  last: ReportRow | undefined,
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

/** Marked crops that stand for no listed row: ranked ones in the order of rank, then those that were not ranked. */
function markedCrops(
  openCase: OpenCase,
  data: ReportData,
  rows: readonly ReportRow[],
): (Pick<MarkedCrop, 'rank' | 'score' | 'shownAs'> & { cropId: number })[] {
  const ranked = data.marked.map(({ cropId, rank, score }) => ({
    cropId,
    rank,
    score,
    shownAs: rows[rank - 1]?.id ?? null,
  }));
  const known = new Set([...rows.map(({ id }) => id), ...ranked.map(({ cropId }) => cropId)]);
  const unranked = new ReviewRepository(openCase.db)
    .marked({ where: '1', parameters: [] }, { offset: 0, limit: Number.MAX_SAFE_INTEGER })
    .cropIds.filter((cropId) => !known.has(cropId))
    .map((cropId) => ({ cropId, rank: null, score: null, shownAs: null }));
  return [...ranked, ...unranked];
}

/** Name of a crop's original beside the report: its hash, so that the name itself can be checked. */
function originalFile({ sha256, format }: Pick<CropDetail, 'sha256' | 'format'>): string {
  const extension = format === 'jpeg' ? 'jpg' : format.replace(/[^a-z0-9]/gi, '').toLowerCase();
  return `originals/${sha256}.${extension === '' ? 'bin' : extension}`;
}

function auditExtract(openCase: OpenCase, wanted: boolean): ReportModel['audit'] {
  const newest = openCase.audit.list({ limit: auditEntries });
  return {
    headHash: openCase.audit.headHash(),
    total: newest[0]?.sequence ?? 0,
    entries: wanted ? newest.reverse() : [],
  };
}
