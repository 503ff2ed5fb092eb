import sharp from 'sharp';
import type { OpenCase } from '../case/open-case.ts';
import { shownPicture } from '../ingest/shown-picture.ts';
import type { PictureReference } from './document/blocks.ts';

/** The bytes that show a crop in a document. */
export interface ReportPicture {
  bytes: Buffer;
  /** Format in sharp's words: jpeg, png, webp … */
  format: string;
  /** Size at which it is shown without enlarging, in pixels. */
  width: number;
  height: number;
  /** Not the original's bytes: a smaller copy, to be marked as such. */
  thumbnail: boolean;
}

export type PictureSource = (picture: PictureReference) => Promise<ReportPicture | null>;

/** Larger originals are shown by their thumbnail: they lie beside the report in full. */
const largestEmbedded = 1024 * 1024;

/**
 * The originals' own bytes where a document format can carry them, else the thumbnail.
 * Answers null when neither can be read, so that one lost file never stops a report.
 * @param formats what the document format takes as it is; empty for thumbnails only.
 */
export function casePictures(openCase: OpenCase, formats: readonly string[]): PictureSource {
  return async ({ cropId, width, height }) => {
    try {
      const media = openCase.crops.mediaOf(cropId);
      const format = media.format === 'jpg' ? 'jpeg' : media.format;
      if (formats.includes(format) && media.bytes <= largestEmbedded) {
        return { bytes: await openCase.media.readOriginal(media), format, width, height, thumbnail: false };
      }
      const { bytes } = await shownPicture(openCase, cropId, 'thumbnail');
      const facts = await sharp(bytes).metadata();
      return {
        bytes,
        format: facts.format,
        width: Math.min(width, facts.width),
        height: Math.min(height, facts.height),
        thumbnail: true,
      };
    } catch {
      return null;
    }
  };
}

/**
 * Size at which a picture is shown: as it is, or made smaller to fit, with its aspect ratio kept.
 * Never larger than 1 (one picture's pixel for one of the unit given).
 */
export function fitWithin(
  picture: { width: number; height: number },
  box: { width: number; height: number },
): { width: number; height: number; scale: number } {
  const scale = Math.min(1, box.width / picture.width, box.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale, scale };
}
