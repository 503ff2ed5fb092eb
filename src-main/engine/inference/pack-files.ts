import { createHash } from 'node:crypto';
import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import canonicalize from 'canonicalize';
import { DescryError, errorCode } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { packManifest, type PackManifest } from './schema.ts';

export const manifestName = 'pack.json';

/** A pack.json is a page of text; anything larger is something else. */
const manifestLimit = 1024 * 1024;

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
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(folder, `${manifestName} is not JSON.`, error);
  }
  const parsed = packManifest.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refused(
      folder,
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
      throw refused(folder, `${manifestName} uses ${file} but does not list its hash.`);
  }
  return { folder, manifest };
}

/**
 * Checks size and SHA-256 of every file of a pack.
 * @throws DescryError `pack-refused`, naming the first file that does not fit.
 */
export async function verifyPack(pack: FoundPack): Promise<VerifiedPack> {
  let bytes = 0;
  for (const [name, expected] of Object.entries(pack.manifest.files)) {
    const file = join(pack.folder, name);
    const stat = await lstat(file).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') throw refused(pack.folder, `its file ${name} is missing.`);
      throw error;
    });
    if (!stat.isFile())
      throw refused(pack.folder, `${name} is not a plain file. Links out of a pack are not followed.`);
    if (stat.size !== expected.bytes)
      throw refused(pack.folder, `${name} has ${stat.size} bytes; ${manifestName} names ${expected.bytes}.`);
    const hash = await hashFile(file);
    if (hash !== expected.sha256)
      throw refused(
        pack.folder,
        `the content of ${name} was changed: its SHA-256 is not the one in ${manifestName}.`,
      );
    bytes += stat.size;
  }
  return { ...pack, digest: packDigest(pack.manifest), bytes };
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

function refused(folder: string, reason: string, cause?: unknown): DescryError {
  return new DescryError(
    'pack-refused',
    `The model pack in ${folder} was refused: ${reason}`,
    { folder },
    cause,
  );
}
