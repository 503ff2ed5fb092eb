import sharp from 'sharp';
import type { DecodedImage } from '../inference/embedding-model.ts';
import type { DecodedPicture } from './decode.ts';

/** Box that a thumbnail fits into, pixels. */
export const thumbnailBox = { width: 128, height: 256 };

/** Files up to this size serve as their own thumbnail where they fit into the box. */
const smallFile = 48 * 1024;

/** A JPEG of the picture that fits into the box: proportions kept, never enlarged. */
export async function makeThumbnail({ data, width, height }: DecodedImage): Promise<Buffer> {
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  if (width > thumbnailBox.width || height > thumbnailBox.height) {
    picture.resize(thumbnailBox.width, thumbnailBox.height, { fit: 'inside', withoutEnlargement: true });
  }
  return picture.jpeg({ quality: 82 }).toBuffer();
}

/** Whether a thumbnail would only repeat the file: a small, plain JPEG, as most crops are. */
export function isOwnThumbnail(picture: DecodedPicture, bytes: number): boolean {
  const { isPlainJpeg, fileWidth, fileHeight } = picture;
  return (
    isPlainJpeg && fileWidth <= thumbnailBox.width && fileHeight <= thumbnailBox.height && bytes <= smallFile
  );
}
