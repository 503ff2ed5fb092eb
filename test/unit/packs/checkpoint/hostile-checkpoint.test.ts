import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DescryError, type ErrorKind } from '../../../../src-main/engine/errors.ts';
import { openCheckpoint } from '../../../../src-main/engine/packs/checkpoint/open-checkpoint.ts';
import { torchEntries, writeArchive, type ArchiveEntry } from '../../../support/checkpoint-writer.ts';
import { PickleWriter } from '../../../support/pickle-writer.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const storage: ArchiveEntry = { name: 'archive/data/0', content: new Uint8Array(96) };

async function archive(entries: readonly ArchiveEntry[]): Promise<string> {
  const path = join(temporaryFolder(), 'model.pth');
  await writeArchive(path, entries);
  return path;
}

const withPickle = (pickle: Uint8Array, ...more: ArchiveEntry[]): Promise<string> =>
  archive([...torchEntries('archive', pickle), storage, ...more]);

async function refused(path: Promise<string> | string, kind: ErrorKind, message: RegExp): Promise<void> {
  await expect(openCheckpoint(await path)).rejects.toMatchObject({
    name: 'DescryError',
    kind,
    message: expect.stringMatching(message) as string,
  });
}

/** A checkpoint that is in order but for one thing, which stands beside the model. */
const beside = (add: (pickle: PickleWriter) => PickleWriter): Uint8Array =>
  add(
    new PickleWriter()
      .protocol()
      .emptyDict()
      .text('model')
      .emptyDict()
      .text('weight')
      .tensor('FloatStorage', '0', 24, [2, 3])
      .setItem()
      .setItem()
      .text('optimizer'),
  )
    .setItem()
    .end();

const shortText = (text: string): Buffer => Buffer.from([0x8c, text.length, ...Buffer.from(text)]);

describe('a pickle that asks to run something', () => {
  it.each<[string, Uint8Array, string]>([
    ['os.system by REDUCE', Buffer.from("cos\nsystem\n(S'touch PWNED'\ntR."), 'os.system'],
    [
      'builtins.eval by STACK_GLOBAL',
      new PickleWriter()
        .protocol(4)
        .raw(shortText('builtins'), shortText('eval'), 0x93, shortText('1'), 0x85, 'R')
        .end(),
      'builtins.eval',
    ],
    [
      "Python 2's exec",
      new PickleWriter().protocol().global('__builtin__', 'exec').text('1').raw(0x85, 'R').end(),
      'builtins.exec',
    ],
    [
      'posix.system, kept in the memory and called much later',
      beside((pickle) =>
        pickle
          .global('posix', 'system')
          .raw('q', 77, '0')
          .emptyDict()
          .raw('h', 77)
          .text('id')
          .raw(0x85, 'R0'),
      ),
      'posix.system',
    ],
    [
      'a dangerous name that is never called',
      beside((pickle) => pickle.global('subprocess', 'Popen')),
      'subprocess.Popen',
    ],
    [
      '__reduce__ deep in the optimizer state',
      beside((pickle) =>
        pickle
          .emptyDict()
          .text('state')
          .emptyDict()
          .integer(0)
          .emptyDict()
          .text('step')
          .global('subprocess', 'check_output')
          .text('id')
          .raw(0x85, 'R')
          .setItem()
          .setItem()
          .setItem(),
      ),
      'subprocess.check_output',
    ],
    [
      'a class made by NEWOBJ',
      beside((pickle) => pickle.global('socket', 'socket').emptyTuple().raw(0x81)),
      'socket.socket',
    ],
    ['a class made by INST', beside((pickle) => pickle.mark().text('id').raw('ios\nsystem\n')), 'os.system'],
    [
      'a class made by OBJ',
      beside((pickle) => pickle.mark().global('runpy', 'run_path').text('x').raw('o')),
      'runpy.run_path',
    ],
    ['getattr', beside((pickle) => pickle.global('builtins', 'getattr')), 'builtins.getattr'],
    [
      'a module in the middle of a name',
      beside((pickle) => pickle.global('torch', 'os.system')),
      'torch.os.system',
    ],
    [
      'a module in the middle of a module',
      beside((pickle) => pickle.global('numpy.os', 'system')),
      'numpy.os.system',
    ],
    ["torch's own loader of code", beside((pickle) => pickle.global('torch.hub', 'load')), 'torch.hub.load'],
    [
      "a C module's name",
      beside((pickle) => pickle.global('_posixsubprocess', 'fork_exec')),
      '_posixsubprocess.fork_exec',
    ],
    ['an installer', beside((pickle) => pickle.global('pip', 'main')), 'pip.main'],
    ['torch.load', beside((pickle) => pickle.global('torch', 'load').text('x').raw(0x85, 'R')), 'torch.load'],
    [
      'any function',
      beside((pickle) => pickle.global('training.tools', 'prepare').emptyTuple().reduce()),
      'training.tools.prepare',
    ],
    [
      'a function within a tensor',
      beside((pickle) =>
        pickle
          .global('torch._tensor', '_rebuild_from_type_v2')
          .mark()
          .global('evil', 'run')
          .global('torch', 'Tensor')
          .emptyTuple()
          .none()
          .tuple()
          .reduce(),
      ),
      'evil.run',
    ],
  ])('is refused: %s', async (_what, pickle, name) => {
    await refused(
      withPickle(pickle),
      'invalid-input',
      new RegExp(`^This file asks to run ${name.replaceAll('.', '\\.')};.*Nothing was run`),
    );
  });

  it('shows a name without what could disturb a terminal', async () => {
    const pickle = beside((writer) => writer.global('os', `\u001b[2J${'x'.repeat(500)}`));
    await refused(withPickle(pickle), 'invalid-input', /^This file asks to run os\.\?\[2Jx{50,120}\.\.\.;/);
  });
});

describe('names', () => {
  it('of any length are refused before they are looked at', async () => {
    const pickle = beside((writer) => writer.global('a.'.repeat(1_000_000), 'B'));
    await refused(withPickle(pickle), 'invalid-input', /a name is too long/);
  });
});

describe('classes of the training code', () => {
  it('beside the model are data without effect', async () => {
    const pickle = beside((writer) =>
      writer
        .global('training.settings', 'Settings')
        .emptyTuple()
        .raw(0x81)
        .emptyDict()
        .text('momentum')
        .tensor('FloatStorage', '0', 24, [24])
        .setItem()
        .build(),
    );
    const checkpoint = await openCheckpoint(await withPickle(pickle));
    onTestFinished(() => checkpoint.close());
    expect([...checkpoint.tensors.keys()]).toEqual(['weight']);
    expect(checkpoint.others).toEqual([{ name: 'optimizer', tensors: 1, bytes: 96 }]);
  });

  it('that are dicts of a kind may hold the model', async () => {
    const pickle = new PickleWriter().protocol().global('collections', 'defaultdict').emptyTuple().reduce();
    pickle.text('weight').tensor('FloatStorage', '0', 24, [2]).setItem();
    const checkpoint = await openCheckpoint(await withPickle(pickle.end()));
    onTestFinished(() => checkpoint.close());
    expect([...checkpoint.tensors.keys()]).toEqual(['weight']);
  });
});

describe('tensors that do not fit their storage', () => {
  const bare = (write: (pickle: PickleWriter) => PickleWriter): Uint8Array =>
    write(new PickleWriter().protocol().emptyDict().text('weight')).setItem().end();
  const view = (
    shape: number[],
    { length = 24, ...more }: { length?: number; offset?: number; strides?: number[] } = {},
    key = '0',
  ): Uint8Array => bare((pickle) => pickle.tensor('FloatStorage', key, length, shape, more));

  it.each<[string, Uint8Array, RegExp]>([
    ['more elements', view([25]), /reaches beyond its storage/],
    ['an offset too far', view([4], { offset: 21 }), /reaches beyond its storage/],
    ['an offset before the start', view([4], { offset: -1 }), /reaches beyond its storage/],
    ['steps too far', view([4, 2], { strides: [7, 4] }), /reaches beyond its storage/],
    ['a negative size', view([-1]), /impossible shape/],
    ['a negative step', view([4], { strides: [-1], offset: 3 }), /impossible shape/],
    ['a product that no number holds', view([2 ** 40, 2 ** 40], { strides: [0, 0] }), /impossible shape/],
    ['fewer steps than sizes', view([2, 3], { strides: [1] }), /impossible shape/],
    ['more dimensions than torch has', view(new Array<number>(70).fill(1)), /not described as torch does/],
    ['a storage larger than its data', view([100], { length: 100 }), /weight is longer than its data/],
    ['a storage that is not there', view([4], {}, '1'), /weight has no data/],
    ['a storage outside of the data folder', view([4], {}, '../version'), /weight has no data/],
    [
      'one element, repeated to gigabytes',
      view([2 ** 15, 2 ** 15], { strides: [0, 0] }),
      /weight is too large/,
    ],
    [
      'a size that is text',
      bare((pickle) =>
        pickle
          .global('torch._utils', '_rebuild_tensor_v2')
          .mark()
          .storage('FloatStorage', '0', 24)
          .integer(0)
          .mark()
          .text('4')
          .tuple()
          .integers([1])
          .tuple()
          .reduce(),
      ),
      /not described as torch does/,
    ],
    [
      'no storage',
      bare((pickle) => pickle.global('torch._utils', '_rebuild_tensor_v2').integers([1, 2, 3]).reduce()),
      /has no storage/,
    ],
    ['a storage of a negative length', view([0], { length: -5 }), /storage is not described/],
    [
      'a tensor that is rebuilt by itself',
      bare((pickle) =>
        pickle
          .global('torch._tensor', '_rebuild_from_type_v2')
          .mark()
          .global('torch._tensor', '_rebuild_from_type_v2')
          .global('torch', 'Tensor')
          .emptyTuple()
          .none()
          .tuple()
          .reduce(),
      ),
      /described by itself/,
    ],
  ])('are refused: %s', async (_what, pickle, message) => {
    await refused(withPickle(pickle), 'invalid-input', message);
  });

  it('are refused even where the shape is changed after it was checked', async () => {
    const pickle = new PickleWriter().protocol().emptyDict().text('weight');
    pickle.global('torch._utils', '_rebuild_tensor_v2').mark().storage('FloatStorage', '0', 24).integer(0);
    pickle.emptyList().raw('q', 1).integer(4).append().integers([1]).tuple().reduce().setItem();
    // The list of sizes is taken out of the memory again and made longer.
    pickle.text('sizes').raw('h', 1).integer(1000).append().setItem();
    const checkpoint = await openCheckpoint(await withPickle(pickle.end()));
    onTestFinished(() => checkpoint.close());
    expect(checkpoint.tensors.get('weight')?.shape).toEqual([4]);
    expect(await checkpoint.read('weight')).toHaveLength(16);
  });
});

describe('dicts that are built to be endless', () => {
  it('are refused when a dict is within itself', async () => {
    const pickle = new PickleWriter().protocol().emptyDict().raw('q', 1);
    pickle.text('weight').tensor('FloatStorage', '0', 24, [2]).setItem();
    await refused(
      withPickle(pickle.text('again').raw('h', 1).setItem().end()),
      'invalid-input',
      /nested more than/,
    );
  });

  it('are refused when each holds the one before it twice', async () => {
    const pickle = new PickleWriter()
      .protocol()
      .emptyDict()
      .text('weight')
      .tensor('FloatStorage', '0', 24, [2]);
    pickle.setItem().raw('q', 0);
    for (let level = 1; level <= 30; level++) {
      pickle
        .emptyDict()
        .text('a')
        .raw('h', level - 1)
        .setItem();
      pickle
        .text('b')
        .raw('h', level - 1)
        .setItem()
        .raw('q', level);
    }
    await refused(withPickle(pickle.end()), 'invalid-input', /more than 100000 tensors|hold each other/);
  });

  it('are refused when one long list stands under very many names', async () => {
    const pickle = beside((writer) => {
      writer.mark().raw(Buffer.alloc(10_000, ')')).raw('l', 'q', 1);
      for (let index = 0; index < 10_000; index++) writer.setItem().text(`list ${index}`).raw('h', 1);
      return writer;
    });
    await refused(withPickle(pickle), 'invalid-input', /hold each other too often/);
  });

  it('cost nothing beside the model', async () => {
    const pickle = beside((writer) => {
      writer.emptyList().raw('q', 0, '0');
      for (let level = 1; level <= 200; level++)
        writer.emptyList().raw('h', level - 1, 'a', 'h', level - 1, 'a', 'q', level, '0');
      return writer.raw('h', 200);
    });
    const checkpoint = await openCheckpoint(await withPickle(pickle));
    onTestFinished(() => checkpoint.close());
    expect(checkpoint.others).toEqual([{ name: 'optimizer', tensors: 0, bytes: 0 }]);
  });
});

describe('archives that are not as torch writes them', () => {
  const plain = beside((pickle) => pickle.none());

  it('are refused with a list of contents that unpacks to something huge', async () => {
    const zeros = Buffer.alloc(1 << 20);
    const bytes = 100 * zeros.length;
    const chunks = function* (): Iterable<Buffer> {
      for (let index = 0; index < 100; index++) yield zeros;
    };
    const path = await archive([{ name: 'archive/data.pkl', content: { bytes, chunks }, compress: true }]);
    expect((await readFile(path)).length).toBeLessThan(1 << 20);
    await refused(path, 'unsupported', /data\.pkl is compressed, which torch never does/);
  });

  it('are refused with tensors that were compressed', async () => {
    const path = archive([...torchEntries('archive', plain), { ...storage, compress: true }]);
    await refused(path, 'unsupported', /data\/0 is compressed, which torch never does/);
  });

  it.each<[string, ArchiveEntry[], ErrorKind, RegExp]>([
    ['no list of contents', [storage], 'unsupported', /without a checkpoint in it/],
    [
      'two checkpoints',
      [...torchEntries('a', plain), ...torchEntries('b', plain)],
      'invalid-input',
      /more than one checkpoint/,
    ],
    [
      'an entry twice',
      [...torchEntries('archive', plain), storage, storage],
      'invalid-input',
      /is in it twice/,
    ],
    [
      'the other byte order',
      [
        { name: 'archive/data.pkl', content: plain },
        { name: 'archive/byteorder', content: Buffer.from('big') },
      ],
      'unsupported',
      /byte order "big"/,
    ],
    [
      'an endless byte order',
      [
        { name: 'archive/data.pkl', content: plain },
        { name: 'archive/byteorder', content: Buffer.alloc(1 << 20, 'x') },
      ],
      'unsupported',
      /byte order "x{16}"/,
    ],
  ])('are refused with %s', async (_what, entries, kind, message) => {
    await refused(archive(entries), kind, message);
  });

  it.each<[string, (central: Buffer) => void, RegExp]>([
    [
      'a list of contents of gigabytes',
      (central) => {
        central.writeUInt32LE(0xf000_0000, 20);
        central.writeUInt32LE(0xf000_0000, 24);
      },
      /has 4026531840 bytes; no checkpoint's is that large/,
    ],
    [
      'a list of contents that reaches beyond the file',
      (central) => {
        central.writeUInt32LE(1 << 20, 20);
        central.writeUInt32LE(1 << 20, 24);
      },
      /data\.pkl is not where the directory says/,
    ],
    [
      'an entry somewhere else',
      (central) => central.writeUInt32LE(11, 42),
      /data\.pkl is not where the directory says/,
    ],
    [
      'an entry beyond the end',
      (central) => central.writeUInt32LE(1 << 30, 42),
      /data\.pkl is not where the directory says/,
    ],
    [
      'sizes that contradict each other',
      (central) => central.writeUInt32LE(5, 24),
      /directory cannot be read/,
    ],
    ['a directory that is none', (central) => central.writeUInt32LE(0, 0), /directory cannot be read/],
  ])('are refused with %s', async (_what, change, message) => {
    const path = await withPickle(plain);
    const bytes = await readFile(path);
    // The first entry of the directory at the end is that of data.pkl.
    change(bytes.subarray(bytes.indexOf('PK\x01\x02')));
    await writeFile(path, bytes);
    await refused(path, 'invalid-input', message);
  });

  it('are refused with a directory at a place that no number holds', async () => {
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 'latin1');
    locator.writeBigUInt64LE(2n ** 63n + 5n, 8);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    const path = join(temporaryFolder(), 'model.pth');
    await writeFile(path, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(40), locator, end]));
    await refused(path, 'invalid-input', /directory at its end is missing/);
  });

  it('are refused as cut off, wherever the download ended', async () => {
    const path = await withPickle(plain);
    const bytes = await readFile(path);
    for (let length = 4; length < bytes.length; length += 31) {
      await writeFile(path, bytes.subarray(0, length));
      await refused(path, 'invalid-input', /download was probably cut off/);
    }
  });

  it('are read or refused, whichever bytes are damaged', async () => {
    const bytes = await readFile(join(import.meta.dirname, '../../../fixtures/packs/state-dict.pt'));
    const path = join(temporaryFolder(), 'model.pth');
    const place = fc.nat(bytes.length - 1);
    // The list of contents and the directory are where damage shows.
    const telling = fc.oneof(
      place,
      fc.nat(2000),
      fc.nat(1000).map((back) => bytes.length - 1 - back),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(telling, fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const damaged = Buffer.from(bytes);
          for (const [at, value] of changes) damaged[at] = value;
          await writeFile(path, damaged);
          try {
            const checkpoint = await openCheckpoint(path);
            try {
              for (const name of checkpoint.tensors.keys()) await checkpoint.read(name);
            } finally {
              await checkpoint.close();
            }
          } catch (error) {
            expect(error).toBeInstanceOf(DescryError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
