import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseSnapshot } from '../../case/case-snapshot.ts';
import { errorCode } from '../../errors.ts';
import type { PackSummary } from '../../inference/schema.ts';
import { caseUco } from '../case-uco/case-uco.ts';
import type { ExportFolder } from '../export-folder.ts';
import { jsonText } from '../json.ts';
import { pages } from '../pages.ts';
import { listedOriginals, type ReportBody, type ReportBodySearch } from '../report-body.ts';
import type { ExportedFile } from '../schema.ts';
import type { SignatureFile } from '../signing/signer.ts';
import type { ReportTexts } from '../texts.ts';
import { bundleSchemas } from './schema.ts';

/** An installed pack by its id; null when there is none. */
export type BundleModels = (id: string) => Promise<Pick<PackSummary, 'digest' | 'path'> | null>;

export const noModels: BundleModels = () => Promise.resolve(null);

export interface BundleParts {
  snapshot: CaseSnapshot;
  body: ReportBody;
  folder: ExportFolder;
  models: BundleModels;
  texts: ReportTexts;
  /** The report's documents, as they were written. */
  files: readonly ExportedFile[];
  signal: AbortSignal | undefined;
}

/** Thumbnails that are read and written at once. */
const writtenAtOnce = 16;
const cardName = 'MODEL_CARD.md';

/**
 * What a bundle holds besides the report and the originals: thumbnails, searches, log, models, schemas
 * and the description for other programs. Yields after each step how many were done.
 */
export async function* writeBundleParts(parts: BundleParts): AsyncGenerator<{ step: string; done: number }> {
  const { body, folder, files, texts, signal } = parts;
  if (body.options.pictures) yield* writeThumbnails(parts);
  yield { step: 'Searches', done: 0 };
  for (const search of body.searches) {
    const name = `searches/search-${search.search.id}.json`;
    if (!folder.has(name))
      await folder.writeText('search', name, jsonText(bundledSearchOf(body, search)), signal);
  }
  await folder.writeText('audit', 'audit.json', jsonText(bundledAuditOf(body)), signal);
  await writeModels(parts);
  for (const [name, schema] of Object.entries(bundleSchemas()))
    await folder.writeText('schema', `schemas/${name}`, jsonText(schema), signal);
  yield { step: 'CASE/UCO', done: 1 };
  const description = caseUco(body, { files, texts, now: Date.now() });
  await folder.writeText('case-uco', 'case-uco.jsonld', jsonText(description), signal);
}

/** Smaller copies for display, as the case has them; a small original is its own. */
async function* writeThumbnails(parts: BundleParts): AsyncGenerator<{ step: string; done: number }> {
  const { snapshot, body, folder, texts, signal } = parts;
  const text = Buffer.from(`${texts.bundle.thumbnails}\n`);
  await folder.writeBytes('text', { fileName: 'thumbnails/README.txt', bytes: text }, signal);
  for (const page of pages(listedOriginals(body), writtenAtOnce)) {
    signal?.throwIfAborted();
    const hashes = new Set(page.map(({ sha256 }) => sha256));
    const found = await Promise.all(
      [...hashes].map(async (sha256): Promise<SignatureFile[]> => {
        const fileName = `thumbnails/thumbnail-of-${sha256}.jpg`;
        if (folder.has(fileName)) return [];
        const bytes = await snapshot.media.readThumbnail({ sha256 });
        return bytes ? [{ fileName, bytes }] : [];
      }),
    );
    await folder.writeAll('thumbnail', found.flat(), signal);
    yield { step: 'Thumbnails', done: page.length };
  }
}

function bundledSearchOf(body: ReportBody, { rows, marked: _, ...search }: ReportBodySearch): object {
  return {
    schema: 1,
    report: body.id,
    ...search,
    results: {
      *[Symbol.iterator]() {
        for (const { rank, score, id, folded, sha256, fileName, file } of rows)
          yield { rank, score, cropId: id, folded, sha256, fileName, file };
      },
    },
  };
}

function bundledAuditOf({ id, case: details, audit }: ReportBody): object {
  return { schema: 1, report: id, case: details.id, ...audit };
}

/** pack.json as the case recorded it when the model ranked, and the pack's card where it is installed. */
async function writeModels({ snapshot, body, folder, models, texts, signal }: BundleParts): Promise<void> {
  for (const { id, version, digest, files } of body.models) {
    const place = `models/${id}-${digest.slice(0, 12)}`;
    const manifest = snapshot.db
      .prepare<[string], string>('SELECT manifest FROM models WHERE digest = ?')
      .pluck()
      .get(digest)!;
    await folder.writeText('pack', `${place}/pack.json`, jsonText(JSON.parse(manifest)), signal);
    const installed = await models(id);
    const card = installed?.digest === digest ? await readCard(join(installed.path, cardName)) : null;
    const listed = files[cardName]?.sha256 ?? null;
    if (card && (listed === null || createHash('sha256').update(card).digest('hex') === listed)) {
      await folder.writeBytes('model-card', { fileName: `${place}/${cardName}`, bytes: card }, signal);
    } else {
      const text = Buffer.from(`${texts.bundle.noModelCard(id, version, listed)}\n`);
      await folder.writeBytes('text', { fileName: `${place}/NO_MODEL_CARD.txt`, bytes: text }, signal);
    }
  }
}

async function readCard(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
