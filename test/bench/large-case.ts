import { existsSync, rmSync } from 'node:fs';
import { OpenCase } from '../../src-main/engine/case/open-case.ts';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { encodeCropSet } from '../../src-main/engine/search/crop-set.ts';
import { GeneratedVectors } from './index/generated-vectors.ts';

const identity = { operator: () => 'A. Tester', holder: 'the benchmark' };
const perTransaction = 100_000;
const vectorsAtOnce = 10_000;

export const largeCase = {
  cameras: 40,
  batches: 10,
  tracks: 8,
  days: 3,
  start: Date.UTC(2026, 2, 14),
} as const;

/**
 * The rows of a case with many crops: 40 cameras over three days, tracks of 8 crops, 10 imports that came in
 * by cameras, a vector of each crop for one model, one stored search with a head of 1,000 rows. There are no pictures.
 * @param folder made anew.
 */
export function makeLargeCase(
  folder: string,
  crops: number,
  model: Pick<EmbeddingModel, 'summary' | 'manifest'>,
): OpenCase {
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  const openCase = OpenCase.create(folder, { name: 'Large', timeZone: 'Europe/Berlin' }, identity);
  const { db, cameras } = openCase;
  for (let n = 1; n <= largeCase.cameras; n++) cameras.ensure(`Camera ${n}`, 'Europe/Berlin');
  for (let n = 1; n <= largeCase.batches; n++)
    db.prepare(
      "INSERT INTO batches (id, state, created_at, finished_at, operator, source, options) VALUES (?, 'done', ?, ?, 'A. Tester', ?, ?)",
    ).run(
      n,
      largeCase.start,
      largeCase.start,
      JSON.stringify({ kind: 'folder', path: `/footage/${n}` }),
      JSON.stringify({ pattern: 'auto', reference: false, acceptUnparsed: false, minimumConfidence: 0 }),
    );
  const embeddings = new EmbeddingStore(db);
  const modelId = embeddings.ensureModel(model.summary, model.manifest);
  const generated = new GeneratedVectors(model.summary.dimensions);
  for (let from = 0; from < crops; from += perTransaction) {
    const to = Math.min(crops, from + perTransaction);
    addRows(openCase, from, to, crops);
    for (let at = from; at < to; at += vectorsAtOnce) {
      const ids = Array.from({ length: Math.min(vectorsAtOnce, to - at) }, (_, i) => at + i + 1);
      const vectors = new Float32Array(ids.length * generated.dimensions);
      ids.forEach((id, i) => generated.crop(id - 1, vectors, i * generated.dimensions));
      embeddings.append(modelId, ids, vectors);
    }
  }
  addSearch(openCase, crops);
  return openCase;
}

function addRows({ db }: OpenCase, from: number, to: number, crops: number): void {
  const { cameras, batches, tracks, days, start } = largeCase;
  const numbers = `WITH RECURSIVE numbers(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${to})`;
  // Tracks go round the cameras; every 200th crop has no time.
  const camera = `((n / ${tracks}) % ${cameras} + 1)`;
  const time = `CASE WHEN n % 200 = 0 THEN NULL ELSE ${start} + CAST(n * ${(days * 86_400_000) / crops} AS INTEGER) END`;
  db.transaction(() => {
    db.exec(`${numbers} INSERT INTO media (id, sha256, bytes, format, width, height, storage, stored_path)
      SELECT n + 1, printf('%064x', n), 9000, 'jpeg', 128, 256, 'copy', printf('%02x/%064x.jpg', n % 256, n) FROM numbers`);
    db.exec(`${numbers} INSERT INTO crops (id, media_id, batch_id, source_path, file_name, camera_id, track, recorded_time,
        time_source, recorded_at, corrected_at, imported_at, source_key)
      SELECT n + 1, n + 1, n * ${batches} / ${crops} + 1, '/footage/camera-' || ${camera} || '/' || n || '.jpg',
        'camera-' || ${camera} || '_20260314-120000_' || (n / ${tracks}) || '_' || n || '.jpg', ${camera}, n / ${tracks},
        '2026-03-14T12:00:00', 'name', ${time}, ${time}, ${start}, 'key ' || n FROM numbers`);
    db.exec(`${numbers} INSERT INTO import_items (batch_id, sequence, path, plan, state, crop_id)
      SELECT n * ${batches} / ${crops} + 1, n, n || '.jpg', '{}', 'imported', n + 1 FROM numbers`);
    db.exec(`${numbers} INSERT INTO decisions (crop_id, verdict, operator, at)
      SELECT n + 1, 'possible', 'A. Tester', 0 FROM numbers WHERE n % 5000 = 0`);
  })();
}

function addSearch({ db }: OpenCase, crops: number): void {
  const searched = encodeCropSet(Int32Array.from({ length: crops }, (_, i) => i + 1));
  db.prepare(
    `INSERT INTO searches (id, at, operator, query, model_id, app_version, provider, runtime, gallery, distribution, warnings, query_vectors, searched, rows, elapsed_ms)
     VALUES (1, 0, 'A. Tester', ?, 1, '0', 'cpu', '', ?, '{}', '[]', x'00', ?, ?, 1)`,
  ).run(
    JSON.stringify({ statements: [], avoid: [], like: [], filter: {}, foldTracks: true }),
    JSON.stringify({ crops, searched: crops, excluded: [], lastCropId: crops, digest: '0'.repeat(64) }),
    searched,
    Math.ceil(crops / largeCase.tracks),
  );
  db.exec(`WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${Math.min(1000, crops)})
    INSERT INTO search_results (search_id, rank, crop_id, score, folded) SELECT 1, n, n * 37 % ${crops} + 1, 1.0 - n / 10000.0, 8 FROM numbers`);
}
