import sharp from 'sharp';
import type { OpenCase } from '../case/open-case.ts';

/** Formats that every browser engine shows as they are. */
const shownAsIs = new Set(['jpeg', 'png', 'webp', 'gif', 'avif']);

/**
 * The bytes of a crop for the screen. An original in a format that pages cannot show (TIFF) is handed
 * out as PNG, pixel by pixel; the file itself is untouched.
 * @throws DescryError `not-found`.
 */
export async function shownPicture(
  { crops, media }: Pick<OpenCase, 'crops' | 'media'>,
  cropId: number,
  kind: 'original' | 'thumbnail',
): Promise<{ bytes: Buffer; type: string }> {
  const row = crops.mediaOf(cropId);
  const thumbnail = kind === 'thumbnail' ? await media.readThumbnail(row) : undefined;
  if (thumbnail) return { bytes: thumbnail, type: 'image/jpeg' };
  const bytes = await media.readOriginal(row);
  if (shownAsIs.has(row.format)) return { bytes, type: `image/${row.format}` };
  return { bytes: await sharp(bytes).png({ compressionLevel: 1 }).toBuffer(), type: 'image/png' };
}
