import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { externalWeights } from '../../../src-main/engine/inference/external-weights.ts';
import { readPack, verifyPack } from '../../../src-main/engine/inference/pack-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { fileEntry, furtherFiles, openPack, writeFurtherPack } from './further-pack.ts';

const models = join(import.meta.dirname, '../../../models');

function written(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'graph.onnx');
  writeFileSync(path, bytes);
  return path;
}

/** A field that holds bytes, as protocol buffers write it. */
function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** A tensor (onnx.proto3) whose numbers lie in another file. */
function tensor(location: string): Buffer {
  const entry = (key: string, value: string): Buffer =>
    field(13, Buffer.concat([field(1, key), field(2, value)]));
  return Buffer.concat([entry('offset', '0'), entry('location', location), entry('length', '4')]);
}

describe('externalWeights', () => {
  it('names the file beside a graph, once for all its tensors', async () => {
    expect(await externalWeights(join(furtherFiles, 'image.onnx'))).toEqual(['image.weights']);
  });

  it('finds none in graphs that hold their own weights', async () => {
    expect(await externalWeights(join(furtherFiles, 'text.onnx'))).toEqual([]);
    expect(await externalWeights(join(models, 'descry-s', 'image.onnx'))).toEqual([]);
  });

  it('finds them wherever a graph can hold a tensor', async () => {
    const attribute = (content: Buffer): Buffer => field(7, field(1, field(5, content)));
    const places = {
      initialiser: field(7, field(5, tensor('a'))),
      'sparse initialiser': field(7, field(15, field(1, tensor('a')))),
      'constant node': attribute(field(5, tensor('a'))),
      'list of tensors': attribute(field(10, tensor('a'))),
      'branch of a node': attribute(field(6, field(5, tensor('a')))),
      'branch of a branch': attribute(field(11, field(1, field(5, field(6, field(5, tensor('a'))))))),
      function: field(25, field(7, field(5, field(5, tensor('a'))))),
    };
    for (const [place, bytes] of Object.entries(places))
      expect(await externalWeights(written(bytes)), place).toEqual(['a']);
  });

  it('passes over large weights without reading them', async () => {
    const large = field(
      7,
      Buffer.concat([field(5, field(9, Buffer.alloc(300_000, 0x6a))), field(5, tensor('b'))]),
    );
    expect(await externalWeights(written(large))).toEqual(['b']);
  });

  it('refuses what is no graph, and ends for any bytes', async () => {
    await expect(externalWeights(join(models, 'descry-s', 'known-words.txt'))).rejects.toThrow(/not an ONNX/);
    const nested = Array.from({ length: 150 }).reduce<Buffer>(
      (inner) => field(1, field(5, field(6, inner))),
      field(5, tensor('deep')),
    );
    await expect(externalWeights(written(field(7, nested)))).rejects.toThrow(/too deeply/);
    const graph = readFileSync(join(furtherFiles, 'image.onnx'));
    await expect(externalWeights(written(graph.subarray(0, 500)))).rejects.toThrow();
    const path = written(Buffer.alloc(0));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, insideGraph) => {
        writeFileSync(path, insideGraph ? field(7, bytes) : bytes);
        await externalWeights(path).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a pack whose graph takes weights from another file', () => {
  it('works where pack.json lists that file', async () => {
    const model = await openPack(writeFurtherPack(join(temporaryFolder(), 'further')));
    expect(await model.embedImages([new Float32Array(16 * 16 * 3).fill(0.3)])).toHaveLength(4);
    await model.dispose();
  });

  it('is refused where it does not, so that no weights go unchecked', async () => {
    const folder = writeFurtherPack(
      join(temporaryFolder(), 'further'),
      ({ files }) => delete files['image.weights'],
    );
    await expect(readPack(folder).then((pack) => verifyPack(pack))).rejects.toThrow(
      expect.objectContaining({
        kind: 'pack-refused',
        message: expect.stringMatching(/image\.onnx takes weights from "image\.weights"/) as string,
      }),
    );
  });

  it.each(['../my.weights', '/tmp/weightss', '*/_ORT_MEM_A_'])(
    'is refused where the file is outside of the pack: %s',
    async (outside) => {
      const folder = join(temporaryFolder(), 'further');
      writeFurtherPack(folder);
      const graph = readFileSync(join(folder, 'image.onnx'));
      const other = Buffer.from(graph.toString('latin1').replaceAll('image.weights', outside), 'latin1');
      writeFurtherPack(folder, ({ files }) => {
        writeFileSync(join(folder, 'image.onnx'), other);
        files['image.onnx'] = fileEntry(join(folder, 'image.onnx'));
      });
      await expect(openPack(folder)).rejects.toThrow(/which pack\.json does not list/);
    },
  );

  it('is refused where the file is a link out of the pack', async () => {
    const root = temporaryFolder();
    const folder = writeFurtherPack(join(root, 'further'));
    copyFileSync(join(folder, 'image.weights'), join(root, 'elsewhere'));
    const linked = writeFurtherPack(join(root, 'linked'));
    rmSync(join(linked, 'image.weights'));
    symlinkSync(join(root, 'elsewhere'), join(linked, 'image.weights'));
    await expect(openPack(linked)).rejects.toThrow(/not a plain file/);
  });
});
