import type { SearchQuery } from '../../../src-main/api/types.ts';
import { formatCounted } from '../../lib/format.ts';
import { describeFilter } from '../search/filter.ts';

/** What a query says beside its first statement, a part each. @param time writes an instant in the case's zone. */
export function describeRest(query: SearchQuery, time: (instant: string) => string): string[] {
  const parts = query.statements.slice(1).map(({ text }) => `“${text}”`);
  for (const phrase of query.avoid) parts.push(`Avoid ${phrase}`);
  if (query.like.length > 0) parts.push(`Like ${formatCounted(query.like.length, 'example')}`);
  parts.push(...describeFilter(query.filter, time).map(({ label }) => label));
  if (!query.foldTracks) parts.push('Every crop of a track');
  return parts;
}
