import { createHash } from 'node:crypto';
import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import canonicalize from 'canonicalize';
import { DescryError, errorCode } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { externalWeights } from './external-weights.ts';
import { packManifest, type PackManifest } from './schema.ts';

export const manifestName = 'pack.json';

/** A pack.json is a page of text; anything larger is something else. */
export const manifestLimit = 1024 * 1024;

/** How far work on a pack's files is, in bytes. */
export interface PackProgress {
  done: number;
  total: number;
  step: string;
}

/** A pack whose description was read; its files are not checked yet. */
export interface FoundPack {
  /** The pack's folder, without symbolic links. */
  folder: string;
  manifest: PackManifest;
}

/** A pack whose files have the hashes that its pack.json names. */
export interface VerifiedPack extends FoundPack {
  digest: string;
  /** Sum of the sizes of its files. */
  bytes: number;
}

/**
 * Reads and checks a pack's description.
 * @param path the pack's folder, or its pack.json.
 * @throws DescryError `not-found` when there is no pack.json, `pack-refused` when it does not fit.
 */
export async function readPack(path: string): Promise<FoundPack> {
  const named = basename(path) === manifestName ? dirname(path) : path;
  let folder: string;
  let text: string;
  try {
    folder = await realpath(named);
    const file = join(folder, manifestName);
    const stat = await lstat(file);
    if (!stat.isFile() || stat.size > manifestLimit)
      throw refused(folder, `${manifestName} is not a plain text file.`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR')
      throw new DescryError('not-found', `There is no model pack here: ${named} has no ${manifestName}.`, {
        path: named,
      });
    throw error;
  }
  return { folder, manifest: parseManifest(text, folder) };
}

/**
 * Checks the content of a pack.json.
 * @param where the pack, for messages. @throws DescryError `pack-refused`.
 */
export function parseManifest(text: string, where: string): PackManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(where, `${manifestName} is not JSON.`, error);
  }
  const parsed = packManifest.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refused(
      where,
      `${manifestName} does not fit: ${issue?.path.join('.') || 'the document'}: ${issue?.message}.`,
    );
  }
  const manifest = parsed.data;
  const { image, text: words } = manifest;
  for (const file of [
    image.file,
    words.file,
    words.tokenizer.file,
    ...(words.knownWords ? [words.knownWords] : []),
  ]) {
    if (!Object.hasOwn(manifest.files, file))
      throw refused(where, `${manifestName} uses ${file} but does not list its hash.`);
  }
  return manifest;
}

/**
 * Checks size and SHA-256 of every file of a pack, and that its graphs take weights from no other file.
 * @param onBytes told how many more bytes were read, of `packBytes` in all.
 * @throws DescryError `pack-refused`, naming the first file that does not fit.
 */
export async function verifyPack(pack: FoundPack, onBytes?: (count: number) => void): Promise<VerifiedPack> {
  const { folder, manifest } = pack;
  for (const [name, expected] of Object.entries(manifest.files)) {
    const file = join(folder, name);
    const stat = await lstat(file).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') throw refused(folder, `its file ${name} is missing.`);
      throw error;
    });
    if (!stat.isFile())
      throw refused(folder, `${name} is not a plain file. Links out of a pack are not followed.`);
    if (stat.size !== expected.bytes)
      throw refused(folder, `${name} has ${stat.size} bytes; ${manifestName} names ${expected.bytes}.`);
    if ((await hashFile(file, undefined, onBytes)) !== expected.sha256)
      throw refused(
        folder,
        `the content of ${name} was changed: its SHA-256 is not the one in ${manifestName}.`,
      );
  }
  for (const name of new Set([manifest.image.file, manifest.text.file])) await checkWeights(pack, name);
  return { ...pack, digest: packDigest(manifest), bytes: packBytes(manifest) };
}

/** Sum of the sizes of a pack's files. */
export function packBytes(manifest: PackManifest): number {
  return Object.values(manifest.files).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Weights that lie outside of a graph's own file must be files of the pack, or their hashes say nothing. */
async function checkWeights({ folder, manifest }: FoundPack, graph: string): Promise<void> {
  const files = await externalWeights(join(folder, graph)).catch((error: unknown) => {
    if (errorCode(error) !== undefined) throw error;
    throw refused(folder, `${graph} is not a model that can be read.`, error);
  });
  const foreign = files.find((name) => !Object.hasOwn(manifest.files, name));
  if (foreign !== undefined)
    throw refused(folder, `${graph} takes weights from "${foreign}", which ${manifestName} does not list.`);
}

/**
 * The identity of a model: SHA-256 over the canonical JSON (RFC 8785) of its files' hashes and of
 * what pack.json says about their use. Two packs with the same digest give the same vectors and
 * scores; name, licence and measured accuracy are not part of it.
 */
export function packDigest(manifest: PackManifest): string {
  const { image, text, embeddings, patches, attention, uncertainty } = manifest;
  const files = Object.fromEntries(
    Object.entries(manifest.files).map(([name, { sha256 }]) => [name, sha256]),
  );
  const identity = {
    files,
    image,
    text,
    embeddings,
    ...(patches && { patches }),
    ...(attention && { attention }),
    ...(uncertainty && { uncertainty }),
  };
  return createHash('sha256').update(canonicalize(identity)!).digest('hex');
}

function refused(where: string, reason: string, cause?: unknown): DescryError {
  return new DescryError(
    'pack-refused',
    `The model pack in ${where} was refused: ${reason}`,
    { folder: where },
    cause,
  );
}
