import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  writeFileSync(join(openCase.path, 'media', 'a.tiff'), tiff);
  openCase.db.prepare("UPDATE media SET format = 'tiff', stored_path = 'a.tiff'").run();
  const shown = await shownPicture(openCase, cropId!, 'original');
  expect(shown.type).toBe('image/png');
  expect(await sharp(shown.bytes).raw().toBuffer()).toEqual(await sharp(tiff).raw().toBuffer());
  expect(await openCase.media.readOriginal(openCase.crops.mediaOf(cropId!))).toEqual(tiff);
});
