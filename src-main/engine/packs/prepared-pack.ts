import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { EmbeddingModel } from '../inference/embedding-model.ts';
import { manifestName, readPack, verifyPack } from '../inference/pack-files.ts';
import { summarisePack } from '../inference/pack-summary.ts';
import { packManifest, type PackManifest } from '../inference/schema.ts';
import { cardName, modelCard } from './model-card.ts';

/** Everything of a pack.json but the hashes, which are taken from the files themselves. */
export type ManifestWithoutFiles = Omit<PackManifest, 'files' | 'schema'>;

const sentences = ['a man in a red jacket and blue jeans with a black backpack', 'woman'];

/**
 * Writes the model card and pack.json into a folder that holds a pack's other files already.
 * @param files names of those files.
 * @throws DescryError `internal` when the result does not fit the schema.
 */
export async function describePack(
  folder: string,
  manifest: ManifestWithoutFiles,
  files: readonly string[],
  facts: readonly { label: string; value: string }[],
): Promise<void> {
  await writeFile(join(folder, cardName), modelCard(manifest, facts));
  const hashed = [];
  for (const name of [...files, cardName]) {
    const file = join(folder, name);
    hashed.push([name, { sha256: await hashFile(file), bytes: (await stat(file)).size }] as const);
  }
  const whole = packManifest.parse({ schema: 1, ...manifest, files: Object.fromEntries(hashed) });
  await writeFile(join(folder, manifestName), `${JSON.stringify(whole, null, 2)}\n`);
}

/**
 * Loads a prepared pack on the CPU and runs one picture, a sentence and a word through it: shapes have to fit
 * pack.json, and every number has to be finite.
 * @throws DescryError `pack-refused`.
 */
export async function tryPack(folder: string): Promise<void> {
  const pack = await verifyPack(await readPack(folder));
  const summary = summarisePack(pack, { builtIn: false, inUse: false, decision: undefined });
  const model = await EmbeddingModel.load({ pack, summary, provider: 'cpu', batch: 1 });
  try {
    const { width, height } = pack.manifest.image;
    const grey = model.preprocess({ data: new Uint8Array(width * height * 3).fill(128), width, height });
    const { vector, patches } = await model.embedImageWithPatches(grey);
    const texts = await model.embedTexts(sentences);
    for (const numbers of [vector, patches?.vectors, ...texts.map((text) => text.vector)]) {
      if (numbers && !numbers.every(Number.isFinite))
        throw new DescryError(
          'pack-refused',
          'The model gives numbers that are not finite: its weights are damaged.',
        );
    }
  } finally {
    await model.dispose();
  }
}
