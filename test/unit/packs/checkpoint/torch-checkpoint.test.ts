import { truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Checkpoint, TensorType } from '../../../../src-main/engine/packs/checkpoint/checkpoint.ts';
import { toFloat32 } from '../../../../src-main/engine/packs/checkpoint/numbers.ts';
import { openCheckpoint } from '../../../../src-main/engine/packs/checkpoint/open-checkpoint.ts';
import {
  torchEntries,
  writeArchive,
  writeCheckpoint,
  type WrittenTensor,
} from '../../../support/checkpoint-writer.ts';
import { PickleWriter } from '../../../support/pickle-writer.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../../../fixtures/packs', name);

async function opened(path: string): Promise<Checkpoint> {
  const checkpoint = await openCheckpoint(path);
  onTestFinished(() => checkpoint.close());
  return checkpoint;
}

async function numbers(checkpoint: Checkpoint, name: string): Promise<number[]> {
  const type = checkpoint.tensors.get(name)?.type ?? 'float32';
  return [...toFloat32(await checkpoint.read(name), type)];
}

/** A checkpoint whose data.pkl is the given one, with one storage of 24 float32 counted up. */
async function archive(
  pickle: PickleWriter,
  { root = 'archive', zip64 = false, extra = [] as string[] } = {},
): Promise<string> {
  const path = join(temporaryFolder(), 'model.pth');
  const storage = Buffer.from(Float32Array.from({ length: 24 }, (_, index) => index).buffer);
  await writeArchive(path, [
    ...torchEntries(root, pickle.end()),
    { name: `${root}/data/0`, content: storage, zip64 },
    ...extra.map((name) => ({ name, content: Buffer.from('x') })),
  ]);
  return path;
}

const tensor = (pickle: PickleWriter, shape = [2, 3]): PickleWriter =>
  pickle.tensor('FloatStorage', '0', 24, shape);

describe('a state dict that torch saved', () => {
  it('has its tensors without the wrapper, whatever else stands beside them', async () => {
    const checkpoint = await opened(fixture('state-dict.pt'));
    expect(checkpoint.format).toBe('pytorch');
    expect([...checkpoint.tensors.values()].map(({ name, type, shape }) => [name, type, shape])).toEqual([
      ['plain', 'float32', [3, 4]],
      ['transposed', 'float32', [4, 3]],
      ['repeated', 'float32', [3, 4]],
      ['sliced', 'bfloat16', [2, 3]],
      ['first', 'float32', [2, 6]],
      ['column', 'float32', [6]],
      ['turned', 'int64', [4, 2, 3]],
      ['parameter', 'float32', [2]],
      ['empty', 'float32', [0, 3]],
      ['double', 'float64', [2, 2]],
      ['flags', 'bool', [3]],
    ]);
    expect(Object.fromEntries(checkpoint.scalars)).toEqual({
      epoch: 7,
      large: 2 ** 40,
      loss: 0.25,
      note: 'trained',
      done: true,
    });
    expect(checkpoint.others.map(({ name }) => name)).toEqual([
      'best',
      'arguments',
      'numbers',
      'shape',
      'type',
      'device',
      'names',
      'complex',
    ]);
    expect(checkpoint.others.at(-1)).toEqual({ name: 'complex', tensors: 1, bytes: 16 });
  });

  it('gives elements in row-major order, however they lie in the file', async () => {
    const checkpoint = await opened(fixture('state-dict.pt'));
    expect(await numbers(checkpoint, 'transposed')).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(await numbers(checkpoint, 'repeated')).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect(await numbers(checkpoint, 'sliced')).toEqual([6, 8, 10, 12, 14, 16]);
    expect(await numbers(checkpoint, 'first')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await numbers(checkpoint, 'column')).toEqual([5, 11, 17, 23, 29, 35]);
    expect((await numbers(checkpoint, 'turned')).slice(0, 7)).toEqual([0, 4, 8, 12, 16, 20, 1]);
    expect(await numbers(checkpoint, 'parameter')).toEqual([1, 1]);
    expect(await numbers(checkpoint, 'empty')).toEqual([]);
    expect(await numbers(checkpoint, 'double')).toEqual([0, 1 / 3, 2 / 3, 1].map(Math.fround));
    expect(await numbers(checkpoint, 'flags')).toEqual([1, 0, 1]);
  });

  it('is refused where torch was older than 1.6', async () => {
    await expect(openCheckpoint(fixture('before-1.6.pt'))).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/torch before 1\.6/) as string,
    });
  });
});

describe('a TorchScript archive', () => {
  it('has the weights of its modules by their dotted names, and its plain numbers', async () => {
    const checkpoint = await opened(fixture('torchscript.pt'));
    expect(checkpoint.format).toBe('torchscript');
    expect([...checkpoint.tensors.keys()].sort()).toEqual([
      'blocks.0.ln_1.bias',
      'blocks.0.ln_1.weight',
      'blocks.1.ln_1.bias',
      'blocks.1.ln_1.weight',
      'logit_scale',
      'proj',
    ]);
    expect(Object.fromEntries(checkpoint.scalars)).toEqual({
      input_resolution: 224,
      context_length: 77,
      vocab_size: 49408,
      'blocks.0.scale': 0.5,
      'blocks.1.scale': 0.5,
    });
    expect(checkpoint.others).toEqual([]);
    expect(await numbers(checkpoint, 'proj')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await numbers(checkpoint, 'logit_scale')).toEqual([2.5]);
  });
});

describe('the model in a checkpoint', () => {
  const dict = (): PickleWriter => new PickleWriter().protocol().emptyDict();
  const model = (pickle: PickleWriter, name = 'weight'): PickleWriter =>
    tensor(pickle.emptyDict().text(name)).setItem();

  it.each(['model', 'state_dict', 'model_state_dict', 'module', 'net', 'ema'])(
    'is found under "%s"',
    async (key) => {
      const checkpoint = await opened(await archive(model(dict().text(key)).setItem()));
      expect([...checkpoint.tensors.keys()]).toEqual(['weight']);
    },
  );

  it('is the bare dict where there is no name for it', async () => {
    const checkpoint = await opened(await archive(model(new PickleWriter().protocol(), 'visual.proj')));
    expect([...checkpoint.tensors.keys()]).toEqual(['visual.proj']);
  });

  it('is found one step deeper', async () => {
    const inner = model(dict().text('model').emptyDict().text('state_dict')).setItem();
    const checkpoint = await opened(await archive(inner.text('depth').integer(12).setItem().setItem()));
    expect([...checkpoint.tensors.keys()]).toEqual(['weight']);
    expect(Object.fromEntries(checkpoint.scalars)).toEqual({ depth: 12 });
  });

  it('is the bare dict where one of its parts is called "model"', async () => {
    const pickle = model(dict().text('model')).setItem();
    tensor(pickle.text('first')).setItem();
    tensor(pickle.text('second')).setItem();
    const checkpoint = await opened(await archive(pickle));
    expect([...checkpoint.tensors.keys()]).toEqual(['model.weight', 'first', 'second']);
  });

  it('joins nested dicts by dots and leaves an optimizer beside it', async () => {
    const pickle = model(dict().text('visual')).setItem();
    model(pickle.text('text')).setItem();
    model(pickle.text('optimizer'), 'exp_avg').setItem();
    const checkpoint = await opened(await archive(pickle));
    expect([...checkpoint.tensors.keys()]).toEqual(['visual.weight', 'text.weight']);
    expect(checkpoint.others).toEqual([{ name: 'optimizer', tensors: 1, bytes: 96 }]);
  });

  it('loses the prefixes that wrapping put before all of its names, one after the other', async () => {
    const pickle = dict().text('state_dict').emptyDict();
    for (const name of ['module._orig_mod.a', 'module._orig_mod.module.b'])
      tensor(pickle.text(name)).setItem();
    const checkpoint = await opened(await archive(pickle.setItem()));
    expect([...checkpoint.tensors.keys()]).toEqual(['a', 'module.b']);
  });

  it('may have a tensor called "__proto__"', async () => {
    const checkpoint = await opened(await archive(model(dict().text('model'), '__proto__').setItem()));
    expect([...checkpoint.tensors.keys()]).toEqual(['__proto__']);
    expect(await numbers(checkpoint, '__proto__')).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([
    ['nothing', dict(), /no tensors under a name/],
    ['a single tensor', tensor(new PickleWriter().protocol()), /a single tensor/],
    ['optimizer state alone', model(dict().text('optimizer')).setItem(), /no tensors under a name/],
    [
      'a whole Python object',
      new PickleWriter().protocol().global('models.rde', 'RDE').emptyTuple().raw(0x81).emptyDict().build(),
      /whole Python object of the class models\.rde\.RDE/,
    ],
  ])('is missing in %s', async (_what, pickle, message) => {
    await expect(openCheckpoint(await archive(pickle))).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is refused with a tensor of a type that cannot be read, by its name', async () => {
    const complex = dict()
      .text('model')
      .emptyDict()
      .text('spectrum')
      .tensor('ComplexFloatStorage', '0', 12, [3]);
    await expect(openCheckpoint(await archive(complex.setItem().setItem()))).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'The tensor spectrum of this model is of the type ComplexFloat, which cannot be converted.',
    });
  });
});

describe('the archive', () => {
  const simple = (): PickleWriter =>
    tensor(new PickleWriter().protocol().emptyDict().text('weight')).setItem();

  it('may name its root as it likes and write its sizes in 64 bits', async () => {
    const checkpoint = await opened(await archive(simple(), { root: 'best model', zip64: true }));
    expect(await numbers(checkpoint, 'weight')).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is read in places: a tensor of the optimizer may be missing', async () => {
    const pickle = simple().text('optimizer').emptyDict().text('step').tensor('FloatStorage', '9', 4, [4]);
    const checkpoint = await opened(await archive(pickle.setItem().setItem()));
    expect(checkpoint.others).toEqual([{ name: 'optimizer', tensors: 1, bytes: 0 }]);
  });

  it('is not read on when it shrank since it was opened', async () => {
    const path = await archive(simple());
    const checkpoint = await opened(path);
    await truncate(path, checkpoint.bytes - 10);
    await expect(checkpoint.read('weight')).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringMatching(/changed while it was read/) as string,
    });
  });

  it('is not read on when it was written anew in place', async () => {
    const path = await archive(simple());
    const checkpoint = await opened(path);
    await utimes(path, new Date(), new Date(2020, 1, 1));
    await expect(checkpoint.read('weight')).rejects.toThrow(/changed while it was read/);
  });

  it('written with optimizer state gives the model alone, of the numbers that were asked for', async () => {
    const tensors: WrittenTensor[] = [
      { name: 'a.weight', type: 'float16', shape: [300, 400], fill: 'normal' },
      { name: 'ln_1.weight', type: 'float32', shape: [64], fill: 'ones' },
      { name: 'steps', type: 'int64', shape: [], fill: 'zeros' },
    ];
    const path = join(temporaryFolder(), 'model.pth');
    await writeCheckpoint(path, tensors, { optimizer: true });
    const checkpoint = await opened(path);
    const found = [...checkpoint.tensors.values()].map(
      ({ name, type, shape }): [string, TensorType, number[]] => [name, type, [...shape]],
    );
    expect(found).toEqual(tensors.map(({ name, type, shape }) => [name, type, shape]));
    expect(checkpoint.others).toEqual([{ name: 'optimizer', tensors: 4, bytes: 2 * (240_000 + 256) }]);
    const values = await numbers(checkpoint, 'a.weight');
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(mean).toBeCloseTo(0, 3);
    expect(deviation).toBeCloseTo(0.02, 3);
    expect(new Set(await numbers(checkpoint, 'ln_1.weight'))).toEqual(new Set([1]));
  });
});
