import { JSONParser } from '@streamparser/json';
import type { ExportFiles } from './export-files.ts';

/** Bytes between two of the values that are asked for: no row, node or log entry is larger. */
const largestValue = 64 * 1024 * 1024;

export interface JsonValue {
  /** Names and places that lead to the value. */
  path: readonly (string | number | undefined)[];
  value: unknown;
}

/**
 * The values of a JSON file at some paths, in its order: however large it is, it never lies in memory.
 * @param paths such as `$.searches.*.rows.*`.
 * @throws Error when it is no JSON, ends too early, or has a value that is too large.
 */
export async function* jsonValues(
  files: ExportFiles,
  name: string,
  paths: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<JsonValue> {
  const found: JsonValue[] = [];
  let sinceValue = 0;
  const parser = new JSONParser({ paths: [...paths], keepStack: false });
  parser.onValue = ({ value, key, stack }) => {
    sinceValue = 0;
    // The outermost level has no name.
    found.push({ path: [...stack.map((level) => level.key), key].slice(1), value });
  };
  for await (const chunk of await files.read(name)) {
    signal?.throwIfAborted();
    sinceValue += (chunk as Buffer).length;
    if (sinceValue > largestValue) throw new Error('one of its values is larger than any export has');
    parser.write(chunk as Buffer);
    yield* found.splice(0);
  }
  if (!parser.isEnded) throw new Error('it ends in the middle');
}

/** What went wrong, for the end of a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
