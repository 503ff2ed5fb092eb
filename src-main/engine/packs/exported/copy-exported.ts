import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toDescryError } from '../../errors.ts';
import type { PackProgress } from '../../inference/pack-files.ts';
import type { ExportedModel } from './describe-exported.ts';

/**
 * Writes an exported model's files into an empty folder, unchanged but for a completed tokenizer.
 * @returns their names. @throws DescryError `disk-full`, `read-only`, `not-found`, `cancelled`.
 */
export async function copyExported(
  { files, bytes }: Pick<ExportedModel, 'files' | 'bytes'>,
  folder: string,
  report?: (progress: PackProgress) => void,
  signal?: AbortSignal,
): Promise<string[]> {
  let done = 0;
  const count = (more: number): void => report?.({ done: (done += more), total: bytes, step: 'Copying' });
  try {
    for (const { name, from, bytes: size } of files) {
      const target = join(folder, name);
      if ('content' in from) {
        await writeFile(target, from.content, { flag: 'wx', ...(signal && { signal }) });
        count(size);
        continue;
      }
      const source = createReadStream(from.path);
      source.on('data', (chunk) => count(chunk.length));
      await pipeline(source, createWriteStream(target, { flags: 'wx' }), { ...(signal && { signal }) });
    }
  } catch (error) {
    throw toDescryError(error);
  }
  return files.map(({ name }) => name);
}
