import { DescryError } from '../errors.ts';
import type { EmbeddingModel, TextEmbedding } from '../inference/embedding-model.ts';
import { modelWarnings, type CleanQuery } from './query.ts';
import { avoidStrength, type WeightedVector } from './query-vector.ts';
import type { SearchWarning } from './schema.ts';
import type { AvoidTerm } from './exact-score.ts';

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
  const facts = embeddings.map((embedding, i) => ({ ...embedding, text: texts[i]! }));
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
    warnings: modelWarnings(
      facts.slice(0, query.statements.length),
      facts.slice(query.statements.length),
      query.like.length === 0,
    ),
  };
}

/** Embeds texts, with null for each in which the model finds nothing to read. */
export async function embedReadable(
  model: EmbeddingModel,
  texts: readonly string[],
): Promise<(TextEmbedding | null)[]> {
  if (texts.length === 0) return [];
  try {
    return await model.embedTexts(texts);
  } catch (error) {
    if (!(error instanceof DescryError) || error.kind !== 'invalid-input') throw error;
    if (texts.length === 1) return [null];
    const parts: (TextEmbedding | null)[] = [];
    for (const text of texts) parts.push(...(await embedReadable(model, [text])));
    return parts;
  }
}
