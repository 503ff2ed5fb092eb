import type { ReadableCase } from '../case/case-snapshot.ts';
import { toInstant } from '../case/times.ts';
import { importSource } from '../ingest/schema.ts';
import { packManifest } from '../inference/schema.ts';
import { DescryError } from '../errors.ts';
import type { ReportedBatch, ReportedModel } from './schema.ts';
import type { ReportTexts } from './texts.ts';

interface BatchRow {
  id: number;
  created_at: number;
  finished_at: number | null;
  state: string;
  operator: string;
  source: string;
}

/** Every import of the case with what became of its files. */
export function reportedBatches(openCase: ReadableCase): ReportedBatch[] {
  const { db, timeZone } = openCase;
  const counts = db.prepare<[number], { state: string; reason: string | null; count: number }>(
    'SELECT state, reason, count(*) AS count FROM import_items WHERE batch_id = ? GROUP BY state, reason ORDER BY state, reason',
  );
  return db
    .prepare<[], BatchRow>(
      `SELECT b.id, b.created_at, b.finished_at, b.operator, b.source,
         CASE r.state WHEN 'done' THEN 'removed' WHEN 'running' THEN 'removing' ELSE b.state END AS state
       FROM batches AS b LEFT JOIN batch_removals AS r ON r.batch_id = b.id ORDER BY b.id`,
    )
    .all()
    .map((row) => {
      const groups = counts.all(row.id);
      const sum = (state?: string): number =>
        groups
          .filter((group) => state === undefined || group.state === state)
          .reduce((total, { count }) => total + count, 0);
      const reasons = groups
        .filter(({ state }) => state === 'rejected')
        .map(({ reason, count }) => [reason ?? '', count] as const);
      return {
        id: row.id,
        at: toInstant(row.created_at, timeZone),
        finishedAt: row.finished_at === null ? null : toInstant(row.finished_at, timeZone),
        state: row.state,
        operator: row.operator,
        source: importSource.parse(JSON.parse(row.source)).path,
        total: sum(),
        imported: sum('imported'),
        duplicates: sum('duplicate'),
        alreadyPresent: sum('present'),
        rejected: sum('rejected'),
        reasons: Object.fromEntries(reasons),
      };
    });
}

/**
 * The model that ranked a search, from the manifest that the case keeps of it: the packs installed on
 * this machine may be others by now.
 * @throws DescryError `case-damaged` when the case has no such record, or not a whole one.
 */
export function reportedModel(openCase: ReadableCase, digest: string, texts: ReportTexts): ReportedModel {
  const row = openCase.db
    .prepare<[string], { dimensions: number; manifest: string }>(
      'SELECT dimensions, manifest FROM models WHERE digest = ?',
    )
    .get(digest);
  const parsed = row && packManifest.safeParse(JSON.parse(row.manifest));
  if (!row || !parsed?.success) {
    throw new DescryError(
      'case-damaged',
      'The case has no whole record of the model that ranked this search.',
      { digest },
    );
  }
  const { image, text, embeddings, patches, files, ...manifest } = parsed.data;
  const words = texts.method;
  const tokenizer = files[text.tokenizer.file];
  return {
    id: manifest.id,
    version: manifest.version,
    name: manifest.name,
    licence: manifest.licence,
    digest,
    bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0),
    dimensions: row.dimensions,
    intendedUse: manifest.intendedUse,
    limits: manifest.limits,
    accuracy: manifest.accuracy,
    provenance: manifest.provenance,
    files,
    explains: patches !== undefined,
    preprocessing: words.preprocessing(image),
    tokenizer: words.tokenizer(text, tokenizer?.sha256 ?? texts.unknown),
    similarity: words.similarity(embeddings),
  };
}
