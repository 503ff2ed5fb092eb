import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** Draws the icon's PNG files from resources/icons/icon.svg; run by hand when the drawing changes. */
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'resources', 'icons');
const drawing = readFileSync(join(folder, 'icon.svg'));

mkdirSync(folder, { recursive: true });
for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
  await sharp(drawing, { density: Math.max(72, (72 * size) / 1024) })
    .resize(size, size)
    .png({ compressionLevel: 9, palette: true })
    .toFile(join(folder, `${size}x${size}.png`));
}
