import { createHash } from 'node:crypto';
import { ArchiveReader, refused, type ArchivedFile } from './archive-reader.ts';

/** Bytes, or files, between two reports. */
const reportedBytes = 16_000_000;
const reportedFiles = 500;

/**
 * Reads a whole archive and compares every file with its manifest. Yields how many more bytes it has read.
 * @throws DescryError `archive-refused` for the first thing that does not fit; `cancelled`.
 */
export async function* checkArchive(path: string, signal?: AbortSignal): AsyncGenerator<number> {
  const reader = await ArchiveReader.open(path, signal);
  const read = { files: 0, bytes: 0 };
  try {
    for await (const file of reader.files(signal)) {
      const hash = createHash('sha256');
      for await (const chunk of await file.read()) hash.update(chunk as Buffer);
      requireHash(path, file, hash.digest('hex'));
      read.bytes += file.bytes;
      if (++read.files % reportedFiles !== 0 && read.bytes < reportedBytes) continue;
      yield read.bytes;
      read.bytes = 0;
    }
    yield read.bytes;
  } finally {
    await reader.close();
  }
}

/** @throws DescryError `archive-refused`. */
export function requireHash(path: string, file: ArchivedFile, sha256: string): void {
  if (sha256 === file.sha256) return;
  throw refused(
    path,
    `${file.name} was changed: its SHA-256 is ${sha256}, the manifest says ${file.sha256}.`,
  );
}
