import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { hashFile } from '../../hash-file.ts';
import { publish, type ExportFolder } from '../export-folder.ts';
import type { ReportBody } from '../report-body.ts';
import type { ExportedFile } from '../schema.ts';
import { tagManifestName, type SignatureFile } from '../signing/signer.ts';
import type { ReportTexts } from '../texts.ts';
import { bagDeclaration, bagInfo } from './bag-info.ts';
import { manifestPath, parseManifestLine } from './manifest-lines.ts';
import { ZipWriter } from './zip-writer.ts';

export { tagManifestName } from '../signing/signer.ts';

export interface BagFacts {
  folder: ExportFolder;
  body: ReportBody;
  reportSha256: string;
  texts: ReportTexts;
  /** Public parts of the keys that sign the manifest of this name. */
  publicFiles: (manifest: string) => SignatureFile[];
  /** Makes the files that no manifest can list. */
  sign: (manifest: string, bytes: Buffer) => Promise<SignatureFile[]>;
  /** One zip file in place of the folder. */
  zip: boolean;
  signal: AbortSignal | undefined;
}

/**
 * Makes a bag (RFC 8493) of a folder whose payload is complete: declaration, bag-info, manifests,
 * signatures over the tag manifest; then gives it its name, as a folder or as a zip file of it.
 * Yields what was written after each step.
 */
export async function* finishBag(facts: BagFacts): AsyncGenerator<{ step: string; files: ExportedFile[] }> {
  const { folder, body, texts, reportSha256, signal } = facts;
  const manifest = await folder.closeManifest();
  const info = bagInfo(body, {
    payload: folder.payload,
    description: texts.bundle.description(
      body.case.name,
      body.searches.map(({ search }) => search.id),
    ),
    reportSha256,
  });
  const tags: ExportedFile[] = [
    await folder.writeBeside('bagit', { fileName: 'bagit.txt', bytes: Buffer.from(bagDeclaration) }),
    await folder.writeBeside('bag-info', { fileName: 'bag-info.txt', bytes: Buffer.from(info) }),
    manifest,
  ];
  for (const file of facts.publicFiles(tagManifestName))
    tags.push(await folder.writeBeside('public-key', file));
  yield { step: 'Manifest', files: tags };

  signal?.throwIfAborted();
  const bytes = Buffer.from(tags.map(({ sha256, path }) => `${sha256}  ${manifestPath(path)}\n`).join(''));
  const last = [await folder.writeBeside('tag-manifest', { fileName: tagManifestName, bytes })];
  for (const file of await facts.sign(tagManifestName, bytes))
    last.push(await folder.writeBeside('signature', file));
  yield { step: facts.zip ? 'Zip' : 'Manifest', files: last };

  if (!facts.zip) {
    await folder.publish();
    return;
  }
  yield { step: 'Zip', files: [await zipBag(folder, [...last, ...tags], new Date(body.createdAt), signal)] };
}

/** One zip file of the folder (RFC 8493, 4.2: the bag's folder is the only one at its top). */
async function zipBag(
  folder: ExportFolder,
  tags: readonly ExportedFile[],
  at: Date,
  signal: AbortSignal | undefined,
): Promise<ExportedFile> {
  const { folder: source, zip: temporary } = folder.place;
  const top = basename(folder.path);
  const writer = await ZipWriter.create(temporary, join(source, '.zip-directory'), at);
  try {
    const manifest = tags.find(({ format }) => format === 'manifest')!;
    for (const { path } of tags) await writer.add(`${top}/${path}`, join(source, path), signal);
    for await (const line of createInterface({ input: createReadStream(join(source, manifest.path)) })) {
      const entry = parseManifestLine(line);
      if ('problem' in entry) throw new Error(`The manifest has a line that ${entry.problem}: ${line}`);
      await writer.add(`${top}/${entry.path}`, join(source, entry.path), signal);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  const path = `${folder.path}.zip`;
  const file = {
    format: 'zip',
    path: basename(path),
    bytes: (await stat(temporary)).size,
    sha256: await hashFile(temporary, signal),
  };
  await publish(temporary, path);
  await rm(source, { recursive: true, force: true });
  return file;
}
