import fc from 'fast-check';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src-main/engine/ingest/decode.ts';
import { plainJpegHeader } from '../../../src-main/engine/ingest/pictures/jpeg-header.ts';
import { PlainJpegDecoder } from '../../../src-main/engine/ingest/pictures/plain-jpeg.ts';

/** 19 x 27 pixels, chroma halved across only, with restart markers: what many cameras write, and sharp does not. */
const fourTwoTwo = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO' +
    'UlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P' +
    'T09PT09PT0//wAARCAAbABMDASEAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAABAACBQH/xAAqEAABBAECBAQHAAAAAAAAAAAB' +
    'AAIDESEEEgUTMUEUIjJCUWFxgZGhsf/EABcBAQEBAQAAAAAAAAAAAAAAAAIBAwD/xAAZEQEBAAMBAAAAAAAAAAAAAAAAEQECAzH/' +
    '3QAEAAL/2gAMAwEAAhEDEQA/ACeB0zzudFGPiSaC9i4PDGNzRzT0ywkD9InGhFG3y8tgrttClXP/0CRRRjUMLd7c+0X/AFPmjjLb' +
    'MpDqwH6ij+Ai0w5w1bD0a4fK7UqNf//R48c5e8Me1ozkk0kRGNsjtoZVXQBdf3WHS1tp42Swm+UB9Cpag//SLx7SwafWzthj2hnp' +
    'ycITY2GRuKz2NIwyOmApVH//2Q==',
  'base64',
);

/** Every value equally likely: the hardest picture for a decoder to round in the same way. */
function noise(width: number, height: number, seed = 1): Sharp {
  let state = seed;
  const data = Buffer.from(
    Array.from({ length: width * height * 3 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function jpeg(width: number, height: number, options: JpegOptions = {}): Promise<Buffer> {
  return noise(width, height)
    .jpeg({ quality: 80, ...options })
    .toBuffer();
}

let decoder: PlainJpegDecoder;
beforeAll(async () => {
  decoder = await PlainJpegDecoder.load();
});

describe('the decoder of plain JPEG files', () => {
  it.each<[string, Promise<Buffer>]>([
    ['full chroma', jpeg(40, 90, { chromaSubsampling: '4:4:4' })],
    ['halved chroma', jpeg(48, 128, { chromaSubsampling: '4:2:0' })],
    ['chroma halved across', Promise.resolve(fourTwoTwo)],
    ['odd sides', jpeg(37, 91, { chromaSubsampling: '4:2:0' })],
    ['the smallest size', jpeg(8, 8)],
    ['the lowest quality', jpeg(33, 65, { quality: 1 })],
    ['the highest quality', jpeg(33, 65, { quality: 100 })],
    ['optimised tables', jpeg(128, 256, { optimiseCoding: true, trellisQuantisation: true })],
  ])('gives the very pixels of the usual decoder: %s', async (_what, file) => {
    const bytes = await file;
    const fast = await decoder.decode(bytes);
    const usual = await decodeImage(bytes);
    expect(Buffer.from(fast!.data).equals(Buffer.from(usual.data))).toBe(true);
    expect({ ...fast, data: null }).toEqual({ ...usual, data: null });
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['progressive', () => jpeg(40, 80, { progressive: true })],
    [
      'with EXIF',
      () =>
        noise(40, 80)
          .jpeg()
          .withExif({ IFD0: { Orientation: '6' } })
          .toBuffer(),
    ],
    ['with a colour profile', () => noise(40, 80).jpeg().withIccProfile('p3').toBuffer()],
    ['grey', () => noise(40, 80).toColourspace('b-w').jpeg().toBuffer()],
    ['in print colours', () => noise(40, 80).toColourspace('cmyk').jpeg().toBuffer()],
    ['a PNG', () => noise(40, 80).png().toBuffer()],
    ['too small', () => jpeg(7, 80)],
    ['long', () => jpeg(8, 2100)],
    ['large', () => jpeg(450, 450)],
    ['cut short', async () => (await jpeg(40, 80)).subarray(0, 900)],
    ['without pixels', async () => (await jpeg(40, 80)).subarray(0, 30)],
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
  ])('leaves every other file to the usual decoder: %s', async (_what, file) => {
    expect(await decoder.decode(await file())).toBeNull();
  });

  it('takes no file that the usual decoder would reject, and works on after a bad one', async () => {
    const sound = await jpeg(40, 80);
    let taken = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(sound);
      const at = (round * 7919) % bytes.length;
      bytes[at] = (bytes[at]! + 1 + (round % 255)) % 256;
      const cut = round % 3 === 0 ? bytes.subarray(0, at) : bytes;
      if (!(await decoder.decode(cut))) continue;
      taken++;
      await expect(decodeImage(cut)).resolves.toMatchObject({ width: expect.any(Number) as number });
    }
    expect(taken).toBeGreaterThan(10);
    expect(await decoder.decode(sound)).not.toBeNull();
  });

  it('never stumbles over a header, whatever its bytes are', async () => {
    const sound = await jpeg(16, 16);
    fc.assert(
      fc.property(fc.nat(400), fc.uint8Array({ maxLength: 60 }), (at, filling) => {
        const place = Math.min(at, sound.length);
        const bytes = Buffer.concat([sound.subarray(0, place), filling, sound.subarray(place)]);
        const header = plainJpegHeader(bytes);
        if (header) expect(Math.min(header.width, header.height)).toBeGreaterThan(0);
      }),
    );
  });
});
