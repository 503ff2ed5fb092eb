import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveService } from '../../../src-main/engine/archive/archive-service.ts';
import type { ArchiveOutcome, RestoreOutcome } from '../../../src-main/engine/archive/format.ts';
import { restoreArchive } from '../../../src-main/engine/archive/restore-archive.ts';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { ZipWriter } from '../../../src-main/engine/report/bundle/zip-writer.ts';
import { casePassphrase } from '../../support/cases.ts';
import { identity, temporaryCase } from '../../support/temporary.ts';

const application = { name: 'Descry', version: '0.0.0-test' };

/** A case with so many originals, each with a thumbnail, an export, and a note that is in the log. */
export async function caseWithFiles(count = 5): Promise<OpenCase> {
  const openCase = temporaryCase();
  for (let i = 0; i < count; i++) {
    const bytes = Buffer.from(`original ${i} `.repeat(20));
    const sha256 = sha256Of(bytes);
    const storedPath = await openCase.media.storeOriginal(sha256, '.jpg', bytes);
    await openCase.media.storeThumbnail(sha256, Buffer.from(`thumbnail ${i}`));
    openCase.crops.ensureMedia({
      sha256,
      bytes: bytes.length,
      format: 'jpeg',
      width: 48,
      height: 128,
      storage: 'copy',
      storedPath,
    });
  }
  mkdirSync(join(openCase.exportsFolder, 'report-1', 'originals'), { recursive: true });
  writeFileSync(join(openCase.exportsFolder, 'report-1', 'report.html'), '<p>report</p>');
  writeFileSync(join(openCase.exportsFolder, 'report-1', 'originals', 'Österreich.jpg'), 'picture');
  writeFileSync(join(openCase.exportsFolder, 'report-1.zip'), 'zip');
  openCase.audit.append('error', { text: 'a note' });
  return openCase;
}

export function archiverOf(openCase: OpenCase): ArchiveService {
  return new ArchiveService({ openCase, application, holder: identity.holder });
}

export async function archive(
  openCase: OpenCase,
  path: string,
  signal?: AbortSignal,
): Promise<ArchiveOutcome> {
  return lastOutcome(archiverOf(openCase).write(path, signal));
}

export async function restore(path: string, folder: string, signal?: AbortSignal): Promise<RestoreOutcome> {
  return lastOutcome(
    restoreArchive({ archive: path, folder, passphrase: casePassphrase?.reveal(), ...identity, signal }),
  );
}

async function lastOutcome<T>(events: AsyncIterable<{ outcome: T | null }>): Promise<T> {
  let last: T | null = null;
  for await (const { outcome } of events) last = outcome;
  if (!last) throw new Error('there was no outcome');
  return last;
}

/** Every file below a folder with its content's hash, but those of the database and its lock. */
export function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => !/^(case\.sqlite|lock\.)/.test(name) && statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, sha256Of(readFileSync(join(folder, name)))]),
  );
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface ForgedEntry {
  name: string;
  content: Buffer;
  /** Where its content lies in the archive. */
  start?: number;
}

/** The entries of an archive by name: archives are stored, so that their local headers are read in turn. */
export function entriesOf(path: string): ForgedEntry[] {
  const bytes = readFileSync(path);
  const entries: ForgedEntry[] = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    const size = bytes.readUInt32LE(at + 18);
    const nameEnd = at + 30 + bytes.readUInt16LE(at + 26);
    const start = nameEnd + bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.subarray(at + 30, nameEnd).toString(),
      content: Buffer.from(bytes.subarray(start, start + size)),
      start,
    });
    at = start + size;
  }
  return entries;
}

/**
 * Writes an archive of given files of a case, with a manifest and facts that fit them.
 * @param change what is made of the facts, for facts that do not.
 */
export async function forge(
  path: string,
  files: readonly ForgedEntry[],
  like: ForgedEntry[],
  change: (facts: Record<string, unknown>) => Record<string, unknown> = (facts) => facts,
): Promise<void> {
  const manifest = Buffer.from(files.map(({ name, content }) => `${sha256Of(content)}  ${name}\n`).join(''));
  const facts = JSON.parse(like.find(({ name }) => name === 'archive.json')!.content.toString()) as Record<
    string,
    unknown
  >;
  const fitting = {
    ...facts,
    files: files.length,
    bytes: files.reduce((sum, { content }) => sum + content.length, 0),
    manifestSha256: sha256Of(manifest),
  };
  const zip = await ZipWriter.create(path, `${path}.directory`, new Date(0));
  for (const { name, content } of files) await zip.addBytes(name, content);
  await zip.addBytes('manifest-sha256.txt', manifest);
  await zip.addBytes('archive.json', Buffer.from(JSON.stringify(change(fitting))));
  await zip.finish();
  await zip.close();
}

/** The files of the case in an archive's entries. */
export function caseEntries(entries: readonly ForgedEntry[]): ForgedEntry[] {
  return entries.filter(({ name }) => name.startsWith('case/'));
}
