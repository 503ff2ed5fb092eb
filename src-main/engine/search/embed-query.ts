import type { EmbeddingModel } from '../inference/embedding-model.ts';
import { modelWarnings, type CleanQuery } from './query.ts';
import { avoidStrength, type WeightedVector } from './query-vector.ts';
import type { SearchWarning } from './schema.ts';
import type { AvoidTerm } from './vector-index.ts';

export interface EmbeddedQuery {
  statements: WeightedVector[];
  /** @param background gives a phrase's mean score over the gallery. */
  avoid: (background: (vector: Float64Array) => number) => AvoidTerm[];
  warnings: SearchWarning[];
}

/** The texts of a query as vectors, with what the model says about their words. */
export async function embedQuery(model: EmbeddingModel, query: CleanQuery): Promise<EmbeddedQuery> {
  const texts = [...query.statements.map(({ text }) => text), ...query.avoid];
  const embeddings = texts.length > 0 ? await model.embedTexts(texts) : [];
  const statements = embeddings.slice(0, query.statements.length);
  const avoid = embeddings.slice(query.statements.length);
  return {
    statements: statements.map(({ vector }, i) => ({
      weight: query.statements[i]!.weight,
      vector: Float64Array.from(vector),
    })),
    avoid: (background) =>
      avoid.map((embedding) => {
        const vector = Float64Array.from(embedding.vector);
        return { vector, background: background(vector), strength: avoidStrength };
      }),
    warnings: modelWarnings(statements, avoid, query.like.length === 0),
  };
}
