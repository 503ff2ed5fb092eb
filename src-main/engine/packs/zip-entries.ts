import type { Entry, ZipFile } from 'yauzl';
import { DescryError } from '../errors.ts';

/** A pack has a handful of files. */
const mostEntries = 10_000;
/** Weights hardly shrink; what shrinks more than this is a trap for the disk. Small texts may. */
const mostShrunk = 100;
const smallBytes = 1024 * 1024;

const stored = 0;
const deflated = 8;
/** Kinds of a Unix file mode (`S_IFMT`), which a zip keeps in the upper half of the external attributes. */
const fileKind = { mask: 0o170000, none: 0, regular: 0o100000, folder: 0o040000 };

/**
 * The files of a zip by name, after looking at what could do harm: links, encryption, several entries for
 * one name or for names that a disk may take for one, sizes that cannot be true.
 * @throws DescryError `pack-refused`; what yauzl throws for unsafe names and damage is passed on.
 */
export async function checkEntries(zip: ZipFile, zipName: string): Promise<Map<string, Entry>> {
  const files = new Map<string, Entry>();
  const seen = new Set<string>();
  if (zip.entryCount > mostEntries) throw refused(zipName, `it holds more than ${mostEntries} files.`);
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    const problem = problemOf(entry, seen);
    if (problem !== undefined) throw refused(zipName, `${JSON.stringify(name)} ${problem}.`);
    if (!name.endsWith('/')) files.set(name, entry);
  }
  return files;
}

function problemOf(entry: Entry, seen: Set<string>): string | undefined {
  const key = entry.fileName.normalize('NFC').toLowerCase();
  if (seen.has(key)) return 'is in it more than once';
  seen.add(key);
  const kind = (entry.externalFileAttributes >>> 16) & fileKind.mask;
  if (kind !== fileKind.none && kind !== fileKind.regular && kind !== fileKind.folder)
    return 'is a link or a device';
  if (entry.isEncrypted()) return 'is encrypted';
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated)
    return 'is compressed in a way that Descry cannot read';
  if (entry.uncompressedSize > Math.max(smallBytes, mostShrunk * entry.compressedSize))
    return 'is compressed more than any model is';
  return undefined;
}

function refused(zipName: string, reason: string): DescryError {
  return new DescryError('pack-refused', `${zipName} was refused: ${reason}`, { zip: zipName });
}
