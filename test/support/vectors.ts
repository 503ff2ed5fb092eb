import type { Finding } from '../../src-main/engine/case/schema.ts';
import type { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';

/** All vectors of a model that can be read, in the order in which they are stored. */
export function storedVectors(
  store: EmbeddingStore,
  modelId: number,
): { cropIds: number[]; vectors: Float32Array[] } {
  const { cropIds, vectors } = store.of(modelId).rowsFrom(0, Infinity);
  const dimensions = vectors.length / Math.max(1, cropIds.length);
  const rows = [...cropIds.keys()].filter((row) => cropIds[row] !== 0);
  return {
    cropIds: rows.map((row) => cropIds[row]!),
    vectors: rows.map((row) => vectors.slice(row * dimensions, (row + 1) * dimensions)),
  };
}

/** What a check of all vectors finds. */
export function vectorFindings(store: EmbeddingStore, modelId?: number): Finding[] {
  return [...store.check(modelId)].flatMap(({ finding }) => finding ?? []);
}

/** Changes a byte of each stored piece of vectors. */
export const damageAllVectors =
  "UPDATE vector_pieces SET vectors = CAST(x'ff' || substr(vectors, 2) AS BLOB)";
