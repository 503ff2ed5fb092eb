import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackManifest } from '../../../src-main/engine/inference/schema.ts';

/** Graphs of a few hundred bytes with two embeddings; `make_fixtures.py` made them. */
const source = join(import.meta.dirname, '../../fixtures/inference/tiny-pack');

export function tinyManifest(): PackManifest {
  const files = Object.fromEntries(
    readdirSync(source).map((name) => {
      const bytes = readFileSync(join(source, name));
      return [name, { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }];
    }),
  );
  return {
    schema: 1,
    id: 'tiny',
    version: '1',
    name: 'Tiny',
    licence: 'Apache-2.0',
    provenance: {},
    intendedUse: 'Tests.',
    limits: [],
    accuracy: [],
    files,
    image: {
      file: 'image.onnx',
      input: 'pixels',
      width: 8,
      height: 16,
      resize: 'antialias-bilinear',
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
    },
    text: {
      file: 'text.onnx',
      input: 'ids',
      idType: 'int64',
      tokenizer: { kind: 'huggingface', file: 'tokenizer.json' },
      maxTokens: 8,
      padId: 0,
      knownWords: 'known-words.txt',
    },
    embeddings: [
      { name: 'first', imageOutput: 'first', textOutput: 'first', dimensions: 4, weight: 0.25 },
      { name: 'second', imageOutput: 'second', textOutput: 'second', dimensions: 2, weight: 0.75 },
    ],
    patches: { output: 'patches', rows: 1, columns: 1 },
  };
}

/** Writes a tiny pack into a folder, with a changed description where wanted. Returns the folder. */
export function writeTinyPack(
  folder: string,
  change: (manifest: PackManifest) => void = () => undefined,
): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(source)) copyFileSync(join(source, name), join(folder, name));
  const manifest = tinyManifest();
  change(manifest);
  writeFileSync(join(folder, 'pack.json'), JSON.stringify(manifest, null, 2));
  return folder;
}

export function tinyFile(name: string): string {
  return readFileSync(join(source, name), 'utf8');
}
