import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { existsSync } from 'node:fs';
import { DescryError } from '../errors.ts';
import { listedOriginals, rowsShown, type ReportBody } from './report-body.ts';
import type { ReportContainer, ReportFormat } from './schema.ts';

/**
 * Refuses a job that the drive has no room for, before anything is written.
 * @param folder where it is written; need not be there yet.
 * @param needed in bytes.
 * @param job what is written, and what else would help, in the words of the message.
 * @throws DescryError `disk-full`.
 */
export async function requireFreeSpace(
  folder: string,
  needed: number,
  job = { what: 'The export', help: 'Free some space, choose another drive, or export fewer rows.' },
): Promise<void> {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  let free: number;
  try {
    const { bavail, bsize, blocks } = await statfs(there);
    // Some network drives say nothing about themselves.
    if (blocks === 0) return;
    free = bavail * bsize;
  } catch {
    return;
  }
  if (free >= needed) return;
  throw new DescryError(
    'disk-full',
    `${job.what} needs up to ${megabytes(needed)}, and the drive of ${folder} has ${megabytes(free)} free. ${job.help} Nothing was written.`,
    { folder, needed, free },
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en-GB')} MB`;
}

/** Bytes that a row takes in each document at most, as a rule: notes and long paths are rare. */
const bytesOfRow = { json: 3000, csv: 900, html: 7000, pdf: 4000, bag: 9000 };
/** Fonts, log and method, whatever the lists. */
const fixedBytes = 8_000_000;
/** A thumbnail is seldom larger. */
const thumbnailBytes = 12_000;

/** Bytes that an export takes at most, as a rule; twice for a zip, which is made of a folder. */
export function neededSpace(
  body: ReportBody,
  formats: readonly ReportFormat[],
  container: ReportContainer,
): number {
  const isBag = container !== 'folder';
  let rows = 0;
  let originals = 0;
  for (const { bytes } of listedOriginals(body)) {
    rows++;
    originals += bytes;
  }
  if (!body.options.pictures)
    rows = body.searches.reduce((sum, { listed }) => sum + listed.rows + listed.marked, 0);
  const shown = Math.min(rows, 2 * rowsShown(body.searches.length) * body.searches.length);
  const shownOriginals = rows === 0 ? 0 : (originals / rows) * shown;
  const needed =
    fixedBytes +
    originals +
    rows * bytesOfRow.json +
    (formats.includes('csv') ? rows * bytesOfRow.csv : 0) +
    (formats.includes('html') ? shown * bytesOfRow.html + shownOriginals * 1.4 : 0) +
    (formats.includes('pdf') ? shown * bytesOfRow.pdf + shownOriginals : 0) +
    (isBag ? rows * (bytesOfRow.bag + (body.options.pictures ? thumbnailBytes : 0)) : 0);
  return container === 'bag-zip' ? 2 * needed : needed;
}
