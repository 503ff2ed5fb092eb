import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, readImageFile } from '../../../src-main/engine/ingest/decode.ts';
import { readExifTime } from '../../../src-main/engine/ingest/exif-time.ts';
import { clampBox, cutBox, encodePng } from '../../../src-main/engine/ingest/frame-crop.ts';
import { ImageRejection } from '../../../src-main/engine/ingest/image-rejection.ts';
import { makeThumbnail } from '../../../src-main/engine/ingest/thumbnail.ts';

/** Left half red, right half blue. */
function picture(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[(y * width + x) * 3 + (x < width / 2 ? 0 : 2)] = 255;
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return 'accepted';
  if (!(error instanceof ImageRejection)) throw error;
  expect(error.message).toMatch(/^[A-Z].*\.$/s);
  expect(error.kind).toBe('invalid-input');
  return error.reason;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descry-decode-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('decoding', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('reads %s', async (format) => {
    const decoded = await decodeImage(await picture(40, 80).toFormat(format).toBuffer());
    expect(decoded).toMatchObject({
      format,
      width: 40,
      height: 80,
      fileWidth: 40,
      fileHeight: 80,
      hasExif: false,
    });
    expect(decoded.data.length).toBe(40 * 80 * 3);
    expect(decoded.data[0]).toBeGreaterThan(200);
    expect(decoded.data[39 * 3 + 2]).toBeGreaterThan(200);
  });

  it('turns 16 bits, grey and CMYK into 8-bit RGB', async () => {
    const sources = [
      picture(16, 32).toColourspace('rgb16').png(),
      picture(16, 32).toColourspace('grey16').png(),
      picture(16, 32).toColourspace('b-w').jpeg(),
      picture(16, 32).toColourspace('cmyk').jpeg(),
    ];
    for (const source of sources)
      expect((await decodeImage(await source.toBuffer())).data.length).toBe(16 * 32 * 3);
  });

  it('puts transparent parts on black', async () => {
    const bytes = await sharp({
      create: { width: 10, height: 10, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect(Math.max(...(await decodeImage(bytes)).data)).toBe(0);
  });

  it('turns the picture upright', async () => {
    // Orientation 6: the left of the file is the top of the scene.
    const decoded = await decodeImage(
      await picture(80, 40).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer(),
    );
    expect(decoded).toMatchObject({ width: 40, height: 80, fileWidth: 40, fileHeight: 80 });
    expect(decoded.data[0]).toBeGreaterThan(200);
    expect(decoded.data[(79 * 40 + 39) * 3 + 2]).toBeGreaterThan(200);
  });

  it('reduces a picture that is far larger than any crop, and says its true size', async () => {
    const bytes = await sharp({ create: { width: 5000, height: 2500, channels: 3, background: '#123' } })
      .jpeg()
      .toBuffer();
    expect(await decodeImage(bytes)).toMatchObject({
      width: 2048,
      height: 1024,
      fileWidth: 5000,
      fileHeight: 2500,
    });
    expect(await decodeImage(bytes, { longerSide: Infinity })).toMatchObject({ width: 5000, height: 2500 });
  });

  it('accepts what only looks odd: bytes after the end', async () => {
    const jpeg = await picture(40, 80).jpeg().toBuffer();
    expect(await reasonOf(decodeImage(Buffer.concat([jpeg, Buffer.from('trailing camera data')])))).toBe(
      'accepted',
    );
  });
});

describe('what is refused', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'a %s file that ends early',
    async (format) => {
      const noise = Buffer.from(Array.from({ length: 64 * 128 * 3 }, (_, i) => (i * 2654435761) >>> 24));
      const bytes = await sharp(noise, { raw: { width: 64, height: 128, channels: 3 } })
        .toFormat(format)
        .toBuffer();
      for (const part of [0.3, 0.6, 0.9]) {
        expect(
          await reasonOf(decodeImage(bytes.subarray(0, Math.floor(bytes.length * part)))),
          `${part}`,
        ).toMatch(format === 'tiff' ? /truncated|unreadable/ : /truncated/);
      }
    },
  );

  it('broken pixel data', async () => {
    const noise = Buffer.from(Array.from({ length: 64 * 128 * 3 }, (_, i) => (i * 2654435761) >>> 24));
    const jpeg = await sharp(noise, { raw: { width: 64, height: 128, channels: 3 } })
      .jpeg()
      .toBuffer();
    for (let i = 2000; i < 2200; i++) jpeg[i] = i % 2 === 0 ? 0xff : 0x00;
    const png = await sharp(noise, { raw: { width: 64, height: 128, channels: 3 } })
      .png()
      .toBuffer();
    png[png.length >> 1]! ^= 0xff;
    expect(await reasonOf(decodeImage(jpeg))).toBe('unreadable');
    expect(await reasonOf(decodeImage(png))).toBe('unreadable');
  });

  it('what is not a picture', async () => {
    const texts = [
      'hello',
      '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"/>',
      '%PDF-1.7',
      'BM\0\0\0\0',
      '\0\0\0\x18ftypmp42',
      'PK\x03\x04',
    ];
    for (const text of texts)
      expect(await reasonOf(decodeImage(Buffer.from(text, 'latin1'))), text).toBe('not-an-image');
    expect(await reasonOf(decodeImage(Buffer.alloc(0)))).toBe('zero-bytes');
  });

  it('a picture that claims to be enormous, before its pixels are read', async () => {
    const png = Buffer.from(await picture(40, 80).png().toBuffer());
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    expect(await reasonOf(decodeImage(png))).toBe('over-pixel-limit');
    expect(await reasonOf(decodeImage(await picture(40, 80).png().toBuffer(), { pixels: 3000 }))).toBe(
      'over-pixel-limit',
    );
  });

  it('tiny pictures and files over the limit', async () => {
    expect(await reasonOf(decodeImage(await picture(7, 80).png().toBuffer()))).toBe('too-small');
    expect(await reasonOf(decodeImage(await picture(40, 80).png().toBuffer(), { bytes: 50 }))).toBe(
      'too-large',
    );
    const file = join(folder, 'large.jpg');
    await writeFile(file, 'x'.repeat(100));
    expect(await reasonOf(readImageFile(file, { bytes: 50 }))).toBe('too-large');
    expect(await reasonOf(readImageFile(folder))).toMatch(/not-an-image|unreadable/);
    expect(await reasonOf(readImageFile(join(folder, 'absent.jpg')))).toBe('file-missing');
  });

  it('never anything else than a reason, whatever the bytes', async () => {
    const seeds = await Promise.all(
      (['jpeg', 'png', 'webp', 'gif', 'tiff'] as const).map((format) =>
        picture(16, 32).toFormat(format).toBuffer(),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
        fc.nat(),
        async (seed, changes, cut) => {
          const bytes = Buffer.from(seed);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          await reasonOf(
            decodeImage(bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % bytes.length : 0))),
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('EXIF time', () => {
  it('is read as the camera wrote it', async () => {
    const exif = { IFD2: { DateTimeOriginal: '2026:03:14 08:15:02', SubSecTimeOriginal: '25' } };
    expect(await readExifTime(await picture(20, 40).jpeg().withExif(exif).toBuffer())).toBe(
      '2026-03-14T08:15:02.250',
    );
    const unset = { IFD2: { DateTimeOriginal: '0000:00:00 00:00:00' } };
    expect(await readExifTime(await picture(20, 40).jpeg().withExif(unset).toBuffer())).toBeNull();
    expect(await readExifTime(await picture(20, 40).jpeg().toBuffer())).toBeNull();
    expect(await readExifTime(Buffer.from('not a picture'))).toBeNull();
  });
});

describe('thumbnails and cuts', () => {
  it('a thumbnail keeps proportions and is never enlarged', async () => {
    const size = async (width: number, height: number): Promise<unknown> => {
      const {
        width: w,
        height: h,
        format,
      } = await sharp(
        await makeThumbnail(await decodeImage(await picture(width, height).png().toBuffer())),
      ).metadata();
      return [w, h, format];
    };
    expect(await size(400, 400)).toEqual([128, 128, 'jpeg']);
    expect(await size(200, 1000)).toEqual([51, 256, 'jpeg']);
    expect(await size(30, 60)).toEqual([30, 60, 'jpeg']);
  });

  it('a box is cut exactly, and clamped to the frame', async () => {
    const frame = await decodeImage(await picture(100, 60).png().toBuffer());
    expect(clampBox({ x: -10.4, y: 20.2, width: 30, height: 100 }, frame)).toEqual({
      x: 0,
      y: 20,
      width: 20,
      height: 40,
    });
    expect(await reasonOf((async () => clampBox({ x: 100, y: 0, width: 20, height: 20 }, frame))())).toBe(
      'box-outside-frame',
    );
    expect(await reasonOf((async () => clampBox({ x: 95, y: 0, width: 20, height: 20 }, frame))())).toBe(
      'too-small',
    );
    const crop = cutBox(frame, { x: 40, y: 10, width: 20, height: 30 });
    const expected = await picture(100, 60)
      .extract({ left: 40, top: 10, width: 20, height: 30 })
      .raw()
      .toBuffer();
    expect(Buffer.from(crop.data).equals(expected)).toBe(true);
    const decoded = await decodeImage(await encodePng(crop));
    expect(Buffer.from(decoded.data).equals(expected)).toBe(true);
  });

  it('a clamped box always lies in the frame', () => {
    const side = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(
        side,
        side,
        fc.double({ min: 0.1, max: 1e4, noNaN: true }),
        fc.double({ min: 0.1, max: 1e4, noNaN: true }),
        (x, y, width, height) => {
          try {
            const box = clampBox({ x, y, width, height }, { width: 640, height: 480 });
            expect(Object.values(box).every(Number.isInteger)).toBe(true);
            expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 640 && box.y + box.height <= 480).toBe(
              true,
            );
          } catch (error) {
            expect(error).toBeInstanceOf(ImageRejection);
          }
        },
      ),
    );
  });
});
