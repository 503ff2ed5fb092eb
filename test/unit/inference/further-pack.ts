import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddingModel } from '../../../src-main/engine/inference/embedding-model.ts';
import { ModelLibrary } from '../../../src-main/engine/inference/model-library.ts';
import { readPack, verifyPack } from '../../../src-main/engine/inference/pack-files.ts';
import type { PackManifest } from '../../../src-main/engine/inference/schema.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Graphs with every kind of output that pack.json can name; `exported_models.py` made them. */
export const furtherFiles = join(import.meta.dirname, '../../fixtures/inference/further-pack');

const exported = join(import.meta.dirname, '../../fixtures/exported');
/** Graphs of exported models, for tests that exchange one. */
const others: Readonly<Record<string, string>> = {
  'unmasked.onnx': join(exported, 'siglip', 'text_model.onnx'),
  'fixed-batch.onnx': join(exported, 'odd', 'fixed-batch.onnx'),
};

/** A pack of those graphs; what a test is about is added by `change`. */
export function writeFurtherPack(
  folder: string,
  change: (manifest: PackManifest) => void = () => undefined,
): string {
  mkdirSync(folder, { recursive: true });
  const sources = readdirSync(furtherFiles).map((name) => [name, join(furtherFiles, name)] as const);
  const files = Object.fromEntries(
    [...sources, ...Object.entries(others)].map(([name, source]) => {
      copyFileSync(source, join(folder, name));
      return [name, fileEntry(source)];
    }),
  );
  const manifest: PackManifest = {
    schema: 1,
    id: 'further',
    version: '1',
    name: 'Further',
    licence: 'Apache-2.0',
    provenance: {},
    intendedUse: 'Tests.',
    limits: [],
    accuracy: [],
    files,
    image: {
      file: 'image.onnx',
      input: 'pixels',
      width: 16,
      height: 16,
      resize: 'antialias-bilinear',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    },
    text: {
      file: 'text.onnx',
      input: 'input_ids',
      idType: 'int32',
      tokenizer: { kind: 'huggingface', file: 'tokenizer.json' },
      maxTokens: 16,
      padId: 0,
      attentionMask: 'attention_mask',
    },
    embeddings: [{ name: 'global', imageOutput: 'unit', textOutput: 'unit', dimensions: 4, weight: 1 }],
  };
  change(manifest);
  writeManifest(folder, manifest);
  return folder;
}

export function fileEntry(file: string): { sha256: string; bytes: number } {
  const bytes = readFileSync(file);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

export function writeManifest(folder: string, manifest: PackManifest): void {
  writeFileSync(join(folder, 'pack.json'), JSON.stringify(manifest, null, 2));
}

/** Opens a pack folder on the CPU. */
export async function openPack(folder: string, batch = 2): Promise<EmbeddingModel> {
  const pack = await verifyPack(await readPack(folder));
  const summary = await new ModelLibrary({ folders: [], userFolder: temporaryFolder() }).inspect(folder);
  return EmbeddingModel.load({ pack, summary, provider: 'cpu', batch });
}
