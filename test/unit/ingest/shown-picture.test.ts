import sharp from 'sharp';
import { expect, it } from 'vitest';
import { shownPicture } from '../../../src-main/engine/ingest/shown-picture.ts';
import { addCrops } from '../../support/crops.ts';
import { temporaryCase } from '../../support/temporary.ts';

it('shows a TIFF as PNG, pixel by pixel, and leaves the file alone', async () => {
  const openCase = temporaryCase();
  const [cropId] = addCrops(openCase, [{}]);
  const pixels = Buffer.from(Array.from({ length: 12 * 20 * 3 }, (_, i) => (i * 37) % 256));
  const tiff = await sharp(pixels, { raw: { width: 12, height: 20, channels: 3 } })
    .tiff()
    .toBuffer();
  const { sha256 } = openCase.crops.mediaOf(cropId!);
  const storedPath = await openCase.media.storeOriginal(sha256, '.tiff', tiff);
  openCase.db.prepare("UPDATE media SET format = 'tiff', stored_path = ?").run(storedPath);
  const shown = await shownPicture(openCase, cropId!, 'original');
  expect(shown.type).toBe('image/png');
  expect(await sharp(shown.bytes).raw().toBuffer()).toEqual(await sharp(tiff).raw().toBuffer());
  expect(await openCase.media.readOriginal(openCase.crops.mediaOf(cropId!))).toEqual(tiff);
});
