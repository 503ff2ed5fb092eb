import type { OpenCase } from '../case/open-case.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { PackSummary } from '../inference/schema.ts';
import { embedQuery } from './embed-query.ts';
import type { Galleries } from './galleries.ts';
import { unreadCase } from './narrow.ts';
import { cleanQuery } from './query.ts';
import { findSensitiveWords } from './query-words.ts';
import { rankQuery } from './rank-query.ts';
import { toResultRows } from './records.ts';
import type { PackComparison, SearchQuery } from './schema.ts';
import { rowsOf } from './search-list.ts';

export interface ComparisonParts {
  openCase: OpenCase;
  embeddings: EmbeddingStore;
  galleries: Galleries;
  /** Lends the model of a pack. */
  withModel: <T>(work: (model: EmbeddingModel) => Promise<T>, pack: string) => Promise<T>;
}

type ComparedList = PackComparison['lists'][number];

/**
 * Ranks the same query with several packs, each over the vectors that the case has of it. Nothing is
 * stored but an entry in the audit log.
 * @param top rows of each list.
 * @throws DescryError `invalid-input` (nothing to search for), `not-found` (an example that is not there).
 */
export async function comparePacks(
  parts: ComparisonParts,
  packs: readonly PackSummary[],
  query: SearchQuery,
  top: number,
): Promise<PackComparison> {
  cleanQuery(query);
  const lists: ComparedList[] = [];
  // One after the other: no more models are loaded at once than have to be.
  for (const pack of packs) lists.push(await rankWith(parts, pack, query, top));
  const [first, ...others] = lists.map(({ rows }) => new Set(rows.map(({ id }) => id)));
  const shared = [...(first ?? [])].filter((id) => others.every((rows) => rows.has(id))).length;
  const { statements, avoid } = query;
  const sensitiveWords = [...statements.map(({ text }) => text), ...avoid].flatMap(findSensitiveWords);
  parts.openCase.audit.append('packs-compared', {
    packs: packs.map(({ id, version, digest }, i) => ({ id, version, digest, searched: lists[i]?.searched })),
    query,
    shared,
    ...(sensitiveWords.length > 0 && { sensitiveWords: [...new Set(sensitiveWords)] }),
  });
  return { lists, shared };
}

async function rankWith(
  { openCase, embeddings, galleries, withModel }: ComparisonParts,
  pack: PackSummary,
  query: SearchQuery,
  top: number,
): Promise<ComparedList> {
  const empty = { packId: pack.id, packName: pack.name, searched: 0, rows: [] };
  const modelId = embeddings.modelRow(pack.digest);
  // A pack that has read nothing need not be loaded to find nothing.
  if (modelId === undefined || embeddings.count(modelId) === 0)
    return { ...empty, warnings: [unreadCase(pack)] };
  return withModel(async (model) => {
    if (model.summary.digest !== pack.digest)
      throw new DescryError(
        'pack-refused',
        `The model pack ${pack.id} was replaced. Restart Descry to use it.`,
      );
    const clean = cleanQuery(query);
    const embedded = await embedQuery(model, clean);
    return galleries.with({ modelId, dimensions: pack.dimensions }, async (gallery) => {
      const unread = clean.like.filter(({ cropId }) => !gallery.index.has(cropId));
      if (unread.length > 0) {
        for (const { cropId } of unread) openCase.crops.requirePresent(cropId);
        const names = unread.map(({ cropId }) => cropId).join(', ');
        const message = `${pack.name} has not read every example crop yet (${names}), so there is nothing to rank by.`;
        return { ...empty, warnings: [{ kind: 'not-embedded' as const, message, words: [] }] };
      }
      const ranked = await rankQuery(
        openCase,
        gallery,
        pack,
        { query, clean, embedded },
        { top, survey: false },
      );
      const rows = toResultRows(openCase, rowsOf(ranked.head, { offset: 0, limit: top }));
      return { ...empty, searched: ranked.state.searched, rows, warnings: ranked.warnings };
    });
  }, pack.id);
}
