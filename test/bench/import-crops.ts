import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const different = 200;

/** A JPEG with a comment that makes its bytes its own, and leaves its pixels. */
function distinct(jpeg: Buffer, number: number): Buffer {
  const comment = Buffer.from(`crop ${number}`);
  const marker = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, comment, jpeg.subarray(2)]);
}

const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');

/**
 * Writes crops as cameras give them: JPEG of quality 85, the people of the demo.
 * @returns their paths.
 */
export async function writeCrops(
  folder: string,
  demo: string,
  count: number,
  { width, height }: { width: number; height: number },
): Promise<string[]> {
  const names = readdirSync(demo).slice(0, different);
  const jpegs = await Promise.all(
    names.map((name) =>
      sharp(join(demo, name)).resize(width, height, { fit: 'fill' }).jpeg({ quality: 85 }).toBuffer(),
    ),
  );
  mkdirSync(folder);
  return Array.from({ length: count }, (_, i) => {
    const clock = `${padded(Math.floor(i / 3600) % 24, 2)}${padded(Math.floor(i / 60) % 60, 2)}${padded(i % 60, 2)}`;
    const path = join(folder, `gate_20260314-${clock}_${padded(Math.floor(i / 4), 6)}_${i}.jpg`);
    writeFileSync(path, distinct(jpegs[i % jpegs.length]!, i));
    return path;
  });
}
