import { createHash } from 'node:crypto';
import type { OpenCase } from '../case/open-case.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import { embedReadable } from './embed-query.ts';
import type { ScoredCrops } from './exact-score.ts';
import type { Gallery } from './gallery.ts';
import { cleanQuery } from './query.ts';
import { findSensitiveWords } from './query-words.ts';
import type { GalleryState, SearchFilter } from './schema.ts';

export interface BatchQuery {
  id: string;
  text: string;
}

export interface BatchResult {
  id: string;
  results: { cropId: number; fileName: string; score: number }[];
  error: string | null;
}

export interface BatchRun {
  openCase: OpenCase;
  model: EmbeddingModel;
  gallery: Gallery;
  /** Crops that take part, ids ascending. */
  searched: Int32Array;
  state: GalleryState;
  queries: readonly BatchQuery[];
  filter: SearchFilter;
  top: number;
}

/** Texts embedded in one run of the model. */
const chunkLength = 32;
/** Queries written out in the audit entry; the digest covers all. */
const loggedQueries = 100;

/** The `top` best crops of each query, in the order of the queries; one that cannot be run carries its error. */
export async function runBatch(run: BatchRun): Promise<BatchResult[]> {
  const { openCase, queries, filter, state } = run;
  openCase.audit.append('search', {
    batch: queries.length,
    queries: queries.slice(0, loggedQueries),
    queriesSha256: createHash('sha256').update(JSON.stringify(queries)).digest('hex'),
    sensitiveWords: [...new Set(queries.flatMap(({ text }) => findSensitiveWords(text)))],
    filter,
    model: run.model.summary.digest,
    gallery: state,
  });
  const fileName = openCase.db.prepare<[number], string>('SELECT file_name FROM crops WHERE id = ?').pluck();
  const results: BatchResult[] = [];
  for (let first = 0; first < queries.length; first += chunkLength) {
    const chunk = queries.slice(first, first + chunkLength).map(readQuery);
    const embeddings = await embedReadable(
      run.model,
      chunk.flatMap(({ text }) => text ?? []),
    );
    const readable = embeddings.flatMap((embedding) => embedding ?? []);
    const lists = run.gallery.index.searchMany(
      readable.map((embedding) => ({ vector: Float64Array.from(embedding.vector), avoid: [] })),
      run.searched,
      run.top,
    );
    let read = 0;
    for (const { id, text, error } of chunk) {
      if (text === null || !embeddings[read++]) {
        const message = error ?? 'There is nothing to read in this text. Describe what to look for in words.';
        results.push({ id, results: [], error: message });
        continue;
      }
      const { value: hits } = (await lists.next()) as { value: ScoredCrops };
      const found = Array.from(hits.cropIds, (cropId, i) => ({
        cropId,
        fileName: fileName.get(cropId)!,
        score: hits.scores[i]!,
      }));
      results.push({ id, results: found, error: null });
    }
  }
  return results;
}

function readQuery({
  id,
  text,
}: BatchQuery): { id: string; text: string; error: null } | { id: string; text: null; error: string } {
  try {
    const clean = cleanQuery({
      statements: [{ text, weight: 1 }],
      avoid: [],
      like: [],
      filter: {},
      foldTracks: false,
    });
    return { id, text: clean.statements[0]!.text, error: null };
  } catch (error) {
    if (error instanceof DescryError) return { id, text: null, error: error.message };
    throw error;
  }
}
