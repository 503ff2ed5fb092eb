import sharp from 'sharp';
import type { CaseDatabase } from '../../case/database.ts';
import type { MediaStore } from '../../case/media-store.ts';
import type { MediaRow } from '../../case/repositories/crop-repository.ts';
import { errorCode } from '../../errors.ts';
import { decodeImage } from '../../ingest/decode.ts';
import { makeThumbnail } from '../../ingest/thumbnail.ts';
import { fault, type CaseFinding } from './case-finding.ts';

/** Files that are read at once. */
const atOnce = 8;
const pageLength = 256;

/**
 * Reads every original and compares it with its hash, and decodes every thumbnail. Nothing is held but a page.
 * @returns after every page how many originals were read, and what was found.
 */
export async function* checkMedia(
  db: CaseDatabase,
  media: MediaStore,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ read: number; findings: CaseFinding[] }> {
  // A content whose last crop was taken out of the case has no file any more.
  const page = db.prepare<[number, number], MediaRow>(
    `SELECT id, sha256, bytes, format, width, height, storage, stored_path AS storedPath FROM media
     WHERE id > ? AND removed_at IS NULL ORDER BY id LIMIT ?`,
  );
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const rows = page.all(after, pageLength);
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
    const findings: CaseFinding[] = [];
    const waiting = rows.values();
    const workers = Array.from({ length: atOnce }, async () => {
      for (const row of waiting)
        findings.push(...(await checkOriginal(media, row, signal)), ...(await checkThumbnail(media, row)));
    });
    await Promise.all(workers);
    signal?.throwIfAborted();
    yield { read: rows.length, findings };
  }
}

async function checkOriginal(
  media: MediaStore,
  row: MediaRow,
  signal: AbortSignal | undefined,
): Promise<CaseFinding[]> {
  const file = media.originalPath(row);
  try {
    const hash = await media.hashOriginal(row, signal);
    if (hash === row.sha256) return [];
    return [fault('media', file, `Its content changed: SHA-256 ${hash}, at import ${row.sha256}.`)];
  } catch (error) {
    if (signal?.aborted) return [];
    const gone = errorCode(error) === 'ENOENT';
    return [
      fault(
        'media',
        file,
        gone ? 'The original is not there any more.' : `It cannot be read: ${String(error)}`,
      ),
    ];
  }
}

/** Levels of a channel by which a thumbnail may differ from one made now: another encoder rounds otherwise. */
const tolerance = 48;

/** A thumbnail may be missing, since it can be made again; one that is there must show its original. */
async function checkThumbnail(media: MediaStore, row: MediaRow): Promise<CaseFinding[]> {
  const file = media.thumbnailPath(row.sha256);
  let stored: Buffer | undefined;
  try {
    stored = await media.readThumbnail(row);
  } catch (error) {
    return [fault('thumbnails', file, `It cannot be read: ${String(error)}`)];
  }
  if (!stored) return [];
  const shown = await pixels(stored);
  if (!shown)
    return [fault('thumbnails', file, 'It cannot be decoded. Delete it: its original is shown instead.')];
  let made: Buffer;
  try {
    const original = await media.readOriginal(row);
    if (original.equals(stored)) return [];
    made = await makeThumbnail(await decodeImage(original));
  } catch {
    // What is wrong with the original is a finding of its own.
    return [];
  }
  if (made.equals(stored)) return [];
  const expected = await pixels(made);
  const fits =
    expected?.length === shown.length &&
    expected.every((level, i) => Math.abs(level - shown[i]!) <= tolerance);
  return fits
    ? []
    : [fault('thumbnails', file, 'It does not show its original. Delete it: the original is shown instead.')];
}

async function pixels(bytes: Buffer): Promise<Buffer | undefined> {
  return sharp(bytes, { failOn: 'warning' })
    .removeAlpha()
    .raw()
    .toBuffer()
    .catch(() => undefined);
}
