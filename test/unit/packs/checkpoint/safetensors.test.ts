import { stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorKind } from '../../../../src-main/engine/errors.ts';
import { openCheckpoint } from '../../../../src-main/engine/packs/checkpoint/open-checkpoint.ts';
import { toFloat32 } from '../../../../src-main/engine/packs/checkpoint/numbers.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

async function written(header: unknown, data = Buffer.alloc(0), length?: bigint): Promise<string> {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  const path = join(temporaryFolder(), 'model.safetensors');
  await writeFile(path, Buffer.concat([size, text, data]));
  return path;
}

const two = {
  'module.b': { dtype: 'F32', shape: [2], data_offsets: [6, 14] },
  'module.a': { dtype: 'BF16', shape: [3, 1], data_offsets: [0, 6] },
};
const data = Buffer.concat([
  Buffer.from(Uint16Array.of(0x3f80, 0x4000, 0xc040).buffer),
  Buffer.from(Float32Array.of(0.5, -0.25).buffer),
]);

describe('a safetensors file', () => {
  it('gives its tensors by name, without a common prefix, and its metadata', async () => {
    const path = await written({ ...two, __metadata__: { format: 'pt', __proto__: 'x' } }, data);
    const checkpoint = await openCheckpoint(path);
    onTestFinished(() => checkpoint.close());
    expect(checkpoint).toMatchObject({ format: 'safetensors', others: [], path });
    expect([...checkpoint.tensors.values()]).toEqual([
      { name: 'b', type: 'float32', shape: [2] },
      { name: 'a', type: 'bfloat16', shape: [3, 1] },
    ]);
    expect(checkpoint.scalars.get('format')).toBe('pt');
    expect([...toFloat32(await checkpoint.read('a'), 'bfloat16')]).toEqual([1, 2, -3]);
    expect([...toFloat32(await checkpoint.read('b'), 'float32')]).toEqual([0.5, -0.25]);
  });

  it('may have any type of element, none and a single one', async () => {
    const widths = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 };
    const header: Record<string, unknown> = { none: { dtype: 'F32', shape: [0, 4], data_offsets: [0, 0] } };
    let end = 0;
    for (const [dtype, width] of Object.entries(widths))
      header[dtype] = { dtype, shape: [], data_offsets: [end, (end += width)] };
    const checkpoint = await openCheckpoint(await written(header, Buffer.alloc(end)));
    onTestFinished(() => checkpoint.close());
    expect([...checkpoint.tensors.values()].map(({ type }) => type)).toEqual([
      'float32',
      'float64',
      'float32',
      'float16',
      'bfloat16',
      'int64',
      'int32',
      'int16',
      'int8',
      'uint8',
      'bool',
    ]);
    expect(await checkpoint.read('none')).toHaveLength(0);
    expect(await checkpoint.read('I64')).toHaveLength(8);
  });

  it('keeps a tensor called "__proto__"', async () => {
    const header = '{"__proto__":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}';
    const checkpoint = await openCheckpoint(await written(header, Buffer.from([1, 2])));
    onTestFinished(() => checkpoint.close());
    expect([...(await checkpoint.read('__proto__'))]).toEqual([1, 2]);
  });

  it.each<[string, unknown, ErrorKind, RegExp]>([
    ['no tensors', {}, 'unsupported', /holds no tensors/],
    ['a header that is a list', '[{}]', 'invalid-input', /JSON|not a list of tensors/],
    ['a header that is no JSON', '{"a":', 'invalid-input', /header is not JSON/],
    ['a header of endless brackets', `{"a":${'['.repeat(200_000)}`, 'invalid-input', /header is not JSON/],
    [
      'a tensor without a place',
      { a: { dtype: 'F32', shape: [1] } },
      'invalid-input',
      /tensor a is not described/,
    ],
    [
      'a negative size',
      { a: { dtype: 'F32', shape: [-1], data_offsets: [0, 14] } },
      'invalid-input',
      /tensor a is not described/,
    ],
    [
      'a shape whose product no number holds',
      { a: { dtype: 'U8', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 14] } },
      'invalid-input',
      /tensor a is too large/,
    ],
    [
      'a place that does not fit the shape',
      { a: { dtype: 'F32', shape: [3], data_offsets: [0, 14] } },
      'invalid-input',
      /place of the tensor a does not fit/,
    ],
    [
      'a place that ends before it begins',
      { a: { dtype: 'U8', shape: [0], data_offsets: [14, 0] } },
      'invalid-input',
      /place of the tensor a does not fit/,
    ],
    [
      'two tensors in one place',
      {
        a: { dtype: 'U8', shape: [14], data_offsets: [0, 14] },
        b: { dtype: 'U8', shape: [4], data_offsets: [2, 6] },
      },
      'invalid-input',
      /tensor b does not follow/,
    ],
    [
      'a gap',
      { a: { dtype: 'U8', shape: [13], data_offsets: [1, 14] } },
      'invalid-input',
      /tensor a does not follow/,
    ],
    [
      'data after the last tensor',
      { a: { dtype: 'U8', shape: [4], data_offsets: [0, 4] } },
      'invalid-input',
      /belongs to no tensor/,
    ],
    [
      'a tensor beyond the end',
      { a: { dtype: 'U8', shape: [99], data_offsets: [0, 99] } },
      'invalid-input',
      /cut off/,
    ],
    [
      'elements of eight bits',
      { a: { dtype: 'F8_E4M3', shape: [14], data_offsets: [0, 14] } },
      'unsupported',
      /tensor a of this model is of the type F8_E4M3/,
    ],
  ])('is refused with %s', async (_what, header, kind, message) => {
    await expect(openCheckpoint(await written(header, data))).rejects.toMatchObject({
      name: 'DescryError',
      kind,
      message: expect.stringMatching(message) as string,
    });
  });

  it('is refused with a header that is said to be larger than the file or than any', async () => {
    await expect(openCheckpoint(await written(two, data, 10_000n))).rejects.toThrow(/cut off/);
    await expect(openCheckpoint(await written(two, data, 2n ** 31n))).rejects.toThrow(
      /more than any model needs/,
    );
    await expect(openCheckpoint(await written(two, data, 2n ** 63n))).rejects.toThrow(
      /more than any model needs/,
    );
  });

  it('is refused wherever it was cut off', async () => {
    const path = await written(two, data);
    const { size } = await stat(path);
    for (let length = size - 1; length > 0; length--) {
      await truncate(path, length);
      await expect(openCheckpoint(path), `${length} bytes`).rejects.toMatchObject({ name: 'DescryError' });
    }
  });
});
