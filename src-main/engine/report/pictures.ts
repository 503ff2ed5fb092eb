import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { ReadableCase } from '../case/case-snapshot.ts';
import { shownPicture } from '../ingest/shown-picture.ts';
import type { PictureReference } from './document/blocks.ts';
import { redactedPicture } from './redacted-picture.ts';

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
  /** The original's bytes, where a document is to carry them as an attachment. */
  original?: { bytes: Buffer; type: string };
}

export type PictureSource = (picture: PictureReference) => Promise<ReportPicture | null>;

/** Larger originals are shown by their thumbnail: they lie beside the report in full. */
const largestEmbedded = 1024 * 1024;

/**
 * The originals' own bytes where a document format can carry them, else the thumbnail; where parts are to
 * be covered, a picture made anew with boxes over them, and never anything else. Answers null when
 * neither can be read, so that one lost file never stops a report.
 * @param formats what the document format takes as it is; empty for thumbnails only.
 * @param options.attach give the originals of pictures that ask for an attachment, too.
 */
export function casePictures(
  openCase: ReadableCase,
  formats: readonly string[],
  options: { attach?: boolean } = {},
): PictureSource {
  return async ({ cropId, sha256, width, height, covered, attachment }) => {
    try {
      const media = openCase.crops.mediaOf(cropId);
      if (covered) {
        const original = await openCase.media.readOriginal(media);
        const picture = await redactedPicture(original, covered, { width, height });
        return { ...picture, thumbnail: picture.width < width };
      }
      const format = media.format === 'jpg' ? 'jpeg' : media.format;
      const isShown = formats.includes(format) && media.bytes <= largestEmbedded;
      const isAttached = options.attach === true && attachment !== null;
      const original = isShown || isAttached ? await openCase.media.readOriginal(media) : undefined;
      if (original && hashOf(original) !== sha256) return null;
      const attached =
        original && isAttached ? { original: { bytes: original, type: `image/${format}` } } : {};
      if (original && isShown)
        return { bytes: original, format, width, height, thumbnail: false, ...attached };
      const { bytes } = await shownPicture(openCase, cropId, 'thumbnail');
      const facts = await sharp(bytes).metadata();
      return {
        bytes,
        format: facts.format,
        width: Math.min(width, facts.width),
        height: Math.min(height, facts.height),
        thumbnail: true,
        ...attached,
      };
    } catch {
      return null;
    }
  };
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
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
