import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { JSONParser } from '@streamparser/json';
import type { CaseDatabase } from '../../case/database.ts';
import type { AuditEntry } from '../../case/schema.ts';
import { payloadManifestName } from '../export/check-bag.ts';
import { checkManifest, hashOf } from '../export/check-manifest.ts';
import type { ExportFiles } from '../export/export-files.ts';
import { Findings } from '../export/findings.ts';
import { FolderFiles } from '../export/folder-files.ts';
import { ZipFiles } from '../export/zip-files.ts';
import { fault, warning, type CaseFinding, type WrittenBy } from './case-finding.ts';
import { record, text } from './log-values.ts';

interface LoggedExport {
  name: string;
  folder: string;
  /** Whether it was written into the case's own exports. */
  inCase: boolean;
  /** SHA-256 by path of the files that the log names, all but originals. */
  files: Map<string, string>;
  written: WrittenBy;
}

/** What the log says of exports. */
export class LoggedExports {
  readonly #exports: LoggedExport[] = [];

  get size(): number {
    return this.#exports.length;
  }

  read({ action, detail, sequence, at }: AuditEntry): void {
    // A copy does not take exports along: what was written before it lies with the case that it was made of.
    if (action === 'case-copied' && typeof detail['from'] === 'string') this.#exports.length = 0;
    if (action !== 'report-exported' && action !== 'discovery-exported') return;
    const folder = text(detail['folder']);
    if (folder === null) return;
    const files = Array.isArray(detail['files']) ? detail['files'].map(record) : [];
    this.#exports.push({
      name: basename(folder.replaceAll('\\', '/')),
      folder,
      inCase: detail['inCase'] === true,
      files: new Map(
        files.flatMap(({ path, sha256 }) =>
          typeof path === 'string' && typeof sha256 === 'string' ? [[path, sha256] as const] : [],
        ),
      ),
      written: { sequence, at },
    });
  }

  /**
   * Compares the exports that lie where they were written, or in the case's exports, with what the log
   * says of them, and the chain heads that they hold with the log.
   */
  async *compare(
    db: CaseDatabase,
    exportsFolder: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<CaseFinding | undefined> {
    const known = new Set<string>();
    for (const logged of this.#exports) {
      signal?.throwIfAborted();
      yield undefined;
      known.add(logged.name);
      // The case may have been moved since.
      const place = logged.inCase ? join(exportsFolder, logged.name) : logged.folder;
      if (!existsSync(place)) yield missingExport(logged, exportsFolder);
      else yield* compareExport(db, place, logged, signal);
    }
    const present = existsSync(exportsFolder) ? await readdir(exportsFolder) : [];
    for (const name of present)
      if (!known.has(name) && !name.startsWith('.'))
        yield fault('exports', join(exportsFolder, name), 'The log knows nothing of an export of this name.');
  }
}

function missingExport({ name, folder, inCase, written }: LoggedExport, exportsFolder: string): CaseFinding {
  return inCase
    ? fault(
        'exports',
        join(exportsFolder, name),
        `This export is not there any more; audit entry ${written.sequence} wrote it.`,
        written,
      )
    : warning(
        'exports',
        folder,
        `This export of audit entry ${written.sequence} does not lie where it was written, and was not compared.`,
      );
}

async function* compareExport(
  db: CaseDatabase,
  place: string,
  { files: logged, written }: LoggedExport,
  signal: AbortSignal | undefined,
): AsyncGenerator<CaseFinding> {
  let files: ExportFiles | undefined;
  try {
    files = await openExport(place);
    for (const [path, sha256] of logged) {
      const where = join(place, path);
      const found = await files.find(path);
      if (!found || found.problem !== undefined)
        yield fault('exports', where, 'This file of an export is not there any more.', written);
      else if ((await hashOf(files, path, signal)) !== sha256)
        yield fault(
          'exports',
          where,
          `It is not as it was exported: the log gives it SHA-256 ${sha256}.`,
          written,
        );
    }
    yield* checkListed(files, place, written, signal);
    yield* checkHead(db, files, place, signal);
  } catch (error) {
    signal?.throwIfAborted();
    yield fault(
      'exports',
      place,
      `It cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      written,
    );
  } finally {
    await files?.close();
  }
}

/** The files that only the manifest names, with the hashes there: originals. */
async function* checkListed(
  files: ExportFiles,
  place: string,
  written: WrittenBy,
  signal: AbortSignal | undefined,
): AsyncGenerator<CaseFinding> {
  const findings = new Findings();
  await checkManifest(files, payloadManifestName, findings, { signal });
  for (const finding of findings.list)
    yield { ...finding, check: 'exports', where: join(place, finding.where), written };
}

/** An export given to somebody knows what the log ended with: the log must still have that entry. */
export async function* checkHead(
  db: CaseDatabase,
  files: ExportFiles,
  place: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<CaseFinding> {
  for (const name of ['report.json', 'data/report.json', 'discovery.json']) {
    const found = await files.find(name);
    if (!found || found.problem !== undefined) continue;
    const where = join(place, name);
    const head = await headOf(files, name, signal);
    if (!head) yield fault('chain heads', where, 'It does not say what the audit log ended with.');
    else yield* compareHead(db, head, where);
    return;
  }
  yield fault('chain heads', place, 'It has no body that says what the audit log ended with.');
}

function* compareHead(
  db: CaseDatabase,
  { headHash, total }: { headHash: string; total: number },
  where: string,
): Generator<CaseFinding> {
  const hash = db.prepare<[number], string>('SELECT hash FROM audit WHERE sequence = ?').pluck().get(total);
  if (hash === headHash) return;
  yield fault(
    'chain heads',
    where,
    hash === undefined
      ? `When this was exported, the audit log had ${total} entries; entry ${total} is not there any more: its end was cut off.`
      : `When this was exported, audit entry ${total} had another hash (${headHash}): the log was written anew.`,
  );
}

async function headOf(
  files: ExportFiles,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ headHash: string; total: number } | undefined> {
  const parser = new JSONParser({ paths: ['$.audit.headHash', '$.audit.total'], keepStack: false });
  const head: Record<string, unknown> = {};
  parser.onValue = ({ key, value }) => {
    head[String(key)] = value;
  };
  for await (const chunk of await files.read(name)) {
    signal?.throwIfAborted();
    parser.write(chunk as Buffer);
  }
  const { headHash, total } = head;
  return typeof headHash === 'string' && typeof total === 'number' ? { headHash, total } : undefined;
}

/** @throws when there is nothing. */
export async function openExport(place: string): Promise<ExportFiles> {
  return (await stat(place)).isFile() ? ZipFiles.open(place) : new FolderFiles(place);
}
