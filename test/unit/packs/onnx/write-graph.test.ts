import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GraphBuilder } from '../../../../src-main/engine/packs/onnx/graph-builder.ts';
import { writeGraph } from '../../../../src-main/engine/packs/onnx/write-graph.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const files = { graph: 'part.onnx', weights: 'part.weights' };

async function run(
  builder: GraphBuilder,
  feeds: Record<string, Tensor>,
): Promise<Record<string, { shape: readonly number[]; data: number[] }>> {
  const folder = temporaryFolder();
  await writeGraph(builder, folder, files);
  const session = await InferenceSession.create(join(folder, files.graph));
  onTestFinished(() => session.release());
  const outputs = await session.run(feeds);
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [
      name,
      { shape: tensor.dims, data: [...(tensor.data as Float32Array)] },
    ]),
  );
}

function bytes(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer);
}

/** Two matrices beside the graph and a vector in it. */
function twoMatrices(): GraphBuilder {
  const builder = new GraphBuilder('part');
  const x = builder.input('x', 'float32', ['batch', 200]);
  const matrix = (name: string, scale: number): string =>
    builder.weight({
      name,
      type: 'float32',
      shape: [200, 100],
      read: async () => bytes(Float32Array.from({ length: 20_000 }, (_, i) => scale * (i % 7))),
    });
  const bias = builder.weight({
    name: 'bias',
    type: 'float32',
    shape: [100],
    read: async () => bytes(new Float32Array(100).fill(0.5)),
  });
  const one = builder.node('MatMul', [x, matrix('one', 1)]);
  const other = builder.node('MatMul', [x, matrix('other', -2)]);
  builder.output('sum', builder.node('Add', [builder.node('Add', [one, other]), bias]), ['batch', 100]);
  return builder;
}

describe('a written graph', () => {
  it('is computed by ONNX Runtime with the weights beside it', async () => {
    const x = Float32Array.from({ length: 400 }, (_, i) => (i % 5) - 2);
    const { sum } = await run(twoMatrices(), { x: new Tensor('float32', x, [2, 200]) });
    const expected = Array.from({ length: 200 }, (_, i) => {
      const [row, column] = [Math.floor(i / 100), i % 100];
      let total = 0.5;
      for (let k = 0; k < 200; k++) total -= x[row * 200 + k]! * ((k * 100 + column) % 7);
      return total;
    });
    expect(sum?.shape).toEqual([2, 100]);
    expect(sum?.data).toEqual(expected);
  });

  it('keeps large weights at places that every system can map into memory', async () => {
    const folder = temporaryFolder();
    const seen: [string, number][] = [];
    await writeGraph(twoMatrices(), folder, files, (name, size) => seen.push([name, size]));
    expect(seen).toEqual([
      ['bias', 400],
      ['one', 80_000],
      ['other', 80_000],
    ]);
    const stored = readFileSync(join(folder, files.weights));
    expect(stored).toHaveLength(2 * 65_536 + 80_000);
    expect([...new Float32Array(stored.buffer, stored.byteOffset + 2 * 65_536, 3)]).toEqual([-0, -2, -4]);
    expect(statSync(join(folder, files.graph)).size).toBeLessThan(2000);
  });

  it('has attributes of every kind, constants and several results of one operator', async () => {
    const builder = new GraphBuilder('part');
    const x = builder.input('x', 'float32', [2, 'columns']);
    const [left, right] = builder.nodes('Split', [x, builder.integers([1, 3])], 2, { axis: 1 });
    const turned = builder.node('Transpose', [right!], { perm: [1, 0] });
    const leaky = builder.node('LeakyRelu', [left!], { alpha: { float: 0.25 } });
    builder.output('turned', turned, [3, 2]);
    builder.output('left', builder.node('Add', [leaky, builder.floats(10)]), [2, 1]);
    const outputs = await run(builder, {
      x: new Tensor('float32', Float32Array.of(-4, 1, 2, 3, 8, 4, 5, 6), [2, 4]),
    });
    expect(outputs).toEqual({
      turned: { shape: [3, 2], data: [1, 4, 2, 5, 3, 6] },
      left: { shape: [2, 1], data: [9, 18] },
    });
  });

  it('reads float16 weights', async () => {
    const builder = new GraphBuilder('part');
    const x = builder.input('x', 'float32', [2]);
    const read = async (): Promise<Uint8Array> => new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer);
    const narrow = builder.weight({ name: 'narrow', type: 'float16', shape: [2], read });
    builder.output('product', builder.node('Mul', [x, builder.node('Cast', [narrow], { to: 1 })]), [2]);
    const outputs = await run(builder, { x: new Tensor('float32', Float32Array.of(3, 4), [2]) });
    expect(outputs['product']?.data).toEqual([3, -10]);
  });
});

describe('writing a graph', () => {
  it('keeps one constant for numbers that are the same', () => {
    const builder = new GraphBuilder('part');
    expect(builder.integers([1, 2])).toBe(builder.integers([1, 2]));
    expect(builder.integers(1)).not.toBe(builder.integers([1]));
    expect(builder.integers(1)).not.toBe(builder.floats(1));
    expect(builder.constants).toHaveLength(4);
  });

  it('refuses weights that are not as large as their shape says', async () => {
    const builder = twoMatrices();
    builder.weight({ name: 'short', type: 'float16', shape: [3], read: async () => new Uint8Array(4) });
    await expect(writeGraph(builder, temporaryFolder(), files)).rejects.toThrow(
      'short has 4 bytes, but its shape needs 6',
    );
  });

  it('stops between two weights when it is told to, and leaves no graph', async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    const seen: string[] = [];
    const writing = writeGraph(
      twoMatrices(),
      folder,
      files,
      (name) => {
        seen.push(name);
        stop.abort();
      },
      stop.signal,
    );
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toEqual(['bias']);
    expect(existsSync(join(folder, files.graph))).toBe(false);
  });

  it('writes a graph without large weights', async () => {
    const builder = new GraphBuilder('part');
    const x = builder.input('x', 'int32', ['n']);
    builder.output('wide', builder.node('Cast', [x], { to: 1 }), ['n']);
    const outputs = await run(builder, { x: new Tensor('int32', Int32Array.of(1, -2), [2]) });
    expect(outputs['wide']?.data).toEqual([1, -2]);
  });
});
