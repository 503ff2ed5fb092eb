import sharp from 'sharp';
import type { DecodedImage } from '../inference/embedding-model.ts';

/** Box that a thumbnail fits into, pixels. */
export const thumbnailBox = { width: 128, height: 256 };

/** A JPEG of the picture that fits into the box: proportions kept, never enlarged. */
export async function makeThumbnail({ data, width, height }: DecodedImage): Promise<Buffer> {
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  if (width > thumbnailBox.width || height > thumbnailBox.height) {
    picture.resize(thumbnailBox.width, thumbnailBox.height, { fit: 'inside', withoutEnlargement: true });
  }
  return picture.jpeg({ quality: 82 }).toBuffer();
}
