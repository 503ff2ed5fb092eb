import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Names under which the systems' own code and exporters keep CLIP's vocabulary. */
const names = ['bpe_simple_vocab_16e6.txt.gz', 'bpe_simple_vocab_16e6.txt', 'merges.txt', 'tokenizer.json'];
/** Folders around a checkpoint that are looked into, as the training code lays its files out. */
const places = ['.', 'data', 'utils', '..', '../data', '../utils'];

/** The vocabulary that lies with a checkpoint, or undefined. */
export async function findVocabulary(checkpoint: string): Promise<string | undefined> {
  for (const place of places) {
    for (const name of names) {
      const file = join(dirname(checkpoint), place, name);
      const found = await lstat(file).catch(() => undefined);
      if (found?.isFile()) return file;
    }
  }
  return undefined;
}
