import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import { decodeImage } from '../ingest/decode.ts';
import { embedReadable } from './embed-query.ts';
import { extractPhrases } from './phrases.ts';
import { cleanQuery } from './query.ts';
import type { Explanation, PhraseEvidence, SearchQuery } from './schema.ts';
import type { SearchList } from './search-list.ts';
import { exactScore, type RankingQuery } from './exact-score.ts';
import { placeOf } from './index/ascending.ts';
import type { VectorIndex } from './index/vector-index.ts';

export interface ExplanationRequest {
  model: EmbeddingModel;
  list: SearchList;
  query: SearchQuery;
  cropId: number;
  readOriginal: () => Promise<Buffer>;
}

/**
 * For each phrase of the statements and each phrase to avoid: its score alone, where that lies among the
 * searched crops, and the cosine of each patch of the crop with it.
 * @throws DescryError `not-found` when the crop has no vector or its original is gone.
 */
export async function explainCrop(request: ExplanationRequest): Promise<Explanation> {
  const { model, list, cropId } = request;
  const clean = cleanQuery(request.query);
  const phrases = [
    ...new Set([...clean.statements.flatMap(({ text }) => extractPhrases(text)), ...clean.avoid]),
  ];
  const vector = await list.source.useGallery((gallery) => Promise.resolve(gallery.vectorOf(cropId)));
  if (!vector)
    throw new DescryError('not-found', `Crop ${cropId} has no vector of the model in use.`, { cropId });
  if (phrases.length === 0) return { cropId, phrases: [] };
  const embedded = await embedReadable(model, phrases);
  const patches = await embedPatches(request);
  const evidence: PhraseEvidence[] = [];
  for (const [i, phrase] of phrases.entries()) {
    const text = embedded[i]?.vector;
    if (!text) continue;
    const vector64 = Float64Array.from(text);
    const score = exactScore(vector64, vector, 0);
    const percentile = await shareBelow(list, phrase, vector64, score);
    const heat = patches && {
      rows: patches.rows,
      columns: patches.columns,
      values: patchCosines(patches.vectors, text, patches.rows * patches.columns),
    };
    evidence.push({ phrase, score, percentile, heat });
  }
  return { cropId, phrases: evidence };
}

async function embedPatches({
  model,
  readOriginal,
}: ExplanationRequest): Promise<{ rows: number; columns: number; vectors: Float32Array } | null> {
  if (!model.manifest.patches) return null;
  const image = await decodeImage(await readOriginal());
  return (await model.embedImageWithPatches(model.preprocess(image))).patches;
}

/** Crops up to which a share is counted exactly; of more, to the width of a fine bin. */
const countedExactly = 20_000;

/** The share of the searched crops whose score for a phrase is lower than one. */
async function shareBelow(
  { source, phrases }: SearchList,
  phrase: string,
  vector: Float64Array,
  score: number,
): Promise<number> {
  const known = phrases.get(phrase);
  if (known) return known(score);
  const share = await source.useGallery(({ index }) =>
    shareOf(index, index.present(source.searched()), { vector, avoid: [] }),
  );
  phrases.set(phrase, share);
  return share(score);
}

async function shareOf(
  index: VectorIndex,
  cropIds: Int32Array,
  query: RankingQuery,
): Promise<(score: number) => number> {
  if (cropIds.length === 0) return () => 0;
  if (cropIds.length <= countedExactly) {
    const ascending = (await index.scores(query, cropIds)).sort();
    return (score) => placeOf(ascending, score) / ascending.length;
  }
  const { survey } = await index.search(query, cropIds, 1, { survey: true });
  return (score) => (survey ? survey.counts.below(score) / survey.counts.count : 0);
}

/**
 * Cosine of each patch with the phrase. Patches lie in the space of the pack's first embedding, which is
 * the first part of a text vector.
 * @param patches row-major, one vector a patch.
 */
function patchCosines(patches: Float32Array, text: Float32Array, count: number): number[] {
  const dimensions = patches.length / count;
  const phrase = Float64Array.from(text.subarray(0, dimensions));
  const phraseLength = Math.sqrt(exactScore(phrase, text, 0));
  return Array.from({ length: count }, (_, patch) => {
    const own = patches.subarray(patch * dimensions, (patch + 1) * dimensions);
    const length = Math.sqrt(exactScore(Float64Array.from(own), own, 0));
    return length === 0 || phraseLength === 0 ? 0 : exactScore(phrase, own, 0) / (length * phraseLength);
  });
}
