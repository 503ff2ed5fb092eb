import exifr from 'exifr';

/**
 * When the picture was taken, by its EXIF data, as a wall-clock time exactly as the camera wrote it
 * (`2026-03-14T08:15:02`); null where there is none or it cannot be read.
 */
export async function readExifTime(bytes: Buffer): Promise<string | null> {
  const tags: unknown = await exifr
    .parse(bytes, { pick: ['DateTimeOriginal', 'CreateDate', 'SubSecTimeOriginal'], reviveValues: false })
    .catch(() => undefined);
  if (typeof tags !== 'object' || tags === null) return null;
  const {
    DateTimeOriginal: original,
    CreateDate: created,
    SubSecTimeOriginal: fraction,
  } = tags as Record<string, unknown>;
  const text = typeof original === 'string' ? original : typeof created === 'string' ? created : '';
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(text);
  if (!parts || parts[1] === '0000') return null;
  const [, year, month, day, hour, minute, second] = parts;
  const milliseconds =
    typeof original === 'string' && typeof fraction === 'string' ? /^\d{1,3}/.exec(fraction)?.[0] : undefined;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${milliseconds ? `.${milliseconds.padEnd(3, '0')}` : ''}`;
}
