import { packBytes, readPack } from '../inference/pack-files.ts';
import type { PackManifest } from '../inference/schema.ts';
import { readPackZip } from './pack-zip.ts';
import type { ModelAccount } from './schema.ts';

/** What a pack folder says of itself; its files are checked when it is installed. */
export async function examinePack(path: string): Promise<ModelAccount> {
  const { manifest } = await readPack(path);
  return accountOf(path, manifest, packBytes(manifest));
}

/** What the pack in a zip says of itself. */
export async function examinePackZip(path: string): Promise<ModelAccount> {
  const { manifest, bytes } = await readPackZip(path);
  return accountOf(path, manifest, bytes);
}

function accountOf(path: string, manifest: PackManifest, bytes: number): ModelAccount {
  const { id, name, version, licence, image, text, embeddings, accuracy } = manifest;
  return {
    path,
    kind: 'pack',
    summary:
      'A Descry pack. Its files are checked against the hashes in its own list; whether to trust who made it is yours to decide.',
    bytes,
    facts: [
      { label: 'Name', value: `${name}, version ${version}` },
      { label: 'Licence', value: licence },
      { label: 'Pictures', value: `${image.width} x ${image.height} pixels` },
      { label: 'Sentences', value: `up to ${text.maxTokens} tokens` },
      {
        label: 'Embeddings',
        value: embeddings.map((part) => `${part.name} (${part.dimensions})`).join(', '),
      },
      {
        label: 'Accuracy',
        value: accuracy.length === 0 ? 'not measured' : accuracy.map(({ dataset }) => dataset).join(', '),
      },
    ],
    leftOut: [],
    questions: [],
    id,
    name,
  };
}
