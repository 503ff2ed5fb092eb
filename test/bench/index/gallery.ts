import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { descendingOrder } from '../../../src-main/engine/search/descending-order.ts';
import { StoredVectors } from '../../../src-main/engine/search/index/stored-vectors.ts';
import { migration0025 } from '../../../src-main/engine/case/migrations/0025-vector-pieces.ts';
import { exactScore } from '../../../src-main/engine/search/exact-score.ts';
import { GeneratedVectors } from './generated-vectors.ts';

export const dimensions = 512;
export const modelId = 1;
/** Length of the lists that are asked for. */
export const wanted = 100;
/** Crops whose id leaves this rest when divided by 100: one percent, scattered over all. */
export const onePercent = 7;

/** Generated galleries stay here from one run to the next. */
export const folder = process.env['DESCRY_BENCH'] ?? join(tmpdir(), 'descry-bench');

const referenceQueries = 20;

export function galleryFile(rows: number): string {
  return join(folder, `gallery-${rows}.sqlite`);
}

/** The gallery of that many crops, ids from 1, made when it is not there. */
export function ensureGallery(rows: number): void {
  const file = galleryFile(rows);
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const db = new Database(unfinished);
  db.pragma('synchronous = OFF');
  db.exec(`${migration0025.sql}
    CREATE TABLE embeddings (
      model_id INTEGER NOT NULL, row INTEGER NOT NULL, crop_id INTEGER NOT NULL,
      PRIMARY KEY (model_id, row), UNIQUE (model_id, crop_id)
    ) STRICT, WITHOUT ROWID`);
  const generated = new GeneratedVectors(dimensions);
  const stored = new StoredVectors(db, modelId, dimensions);
  for (let first = 0; first < rows; first += 4096) {
    const count = Math.min(4096, rows - first);
    const vectors = new Float32Array(count * dimensions);
    for (let i = 0; i < count; i++) generated.crop(first + i, vectors, i * dimensions);
    stored.append(
      Array.from({ length: count }, (_, i) => first + i + 1),
      vectors,
    );
  }
  db.pragma('journal_mode = WAL');
  db.close();
  renameSync(unfinished, file);
}

/** Sentences about people who are in the gallery. */
export function queryVector(generated: GeneratedVectors, number: number, rows: number): Float64Array {
  return generated.text((number * 7919 + 13) % rows);
}

/** All vectors, read in sequence. */
export function readVectors(rows: number): Float32Array {
  const db = new Database(galleryFile(rows), { readonly: true });
  const vectors = new Float32Array(rows * dimensions);
  const bytes = new Uint8Array(vectors.buffer);
  let at = 0;
  for (const piece of db
    .prepare<[], Buffer>('SELECT vectors FROM vector_pieces ORDER BY id')
    .pluck()
    .iterate()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  db.close();
  return vectors;
}

/** The right lists for the first queries, by float64 scores of all crops. */
export interface Reference {
  all: { cropIds: number[]; scores: number[] }[];
  onePercent: { cropIds: number[]; scores: number[] }[];
}

export function ensureReference(rows: number): Reference {
  const file = join(folder, `reference-${rows}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Reference;
  const vectors = readVectors(rows);
  const generated = new GeneratedVectors(dimensions);
  const ids = Int32Array.from({ length: rows }, (_, i) => i + 1);
  const best = (query: Float64Array, cropIds: Int32Array): Reference['all'][number] => {
    const scores = Float64Array.from(cropIds, (id) => exactScore(query, vectors, (id - 1) * dimensions));
    const order = [...descendingOrder(scores).subarray(0, wanted)];
    return { cropIds: order.map((i) => cropIds[i]!), scores: order.map((i) => scores[i]!) };
  };
  const queries = Array.from({ length: referenceQueries }, (_, i) => queryVector(generated, i, rows));
  const reference = {
    all: queries.map((query) => best(query, ids)),
    onePercent: queries.map((query) =>
      best(
        query,
        ids.filter((id) => id % 100 === onePercent),
      ),
    ),
  };
  writeFileSync(file, JSON.stringify(reference));
  return reference;
}
