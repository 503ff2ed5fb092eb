import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DescryError } from '../../../../src-main/engine/errors.ts';
import {
  readPickle,
  type PickleHost,
} from '../../../../src-main/engine/packs/checkpoint/pickle/read-pickle.ts';
import {
  GlobalName,
  Instance,
  type PickleValue,
} from '../../../../src-main/engine/packs/checkpoint/pickle/values.ts';
import { PickleWriter } from '../../../support/pickle-writer.ts';

/** Takes everything, as data. */
const host: PickleHost = {
  global: (module, name) => new GlobalName(module, name),
  call: ({ path }, args) =>
    path.endsWith('.set') ? new Set(args[0] as PickleValue[]) : new Instance(path, args),
  persistent: (id) => ['persistent', id],
};

const read = (bytes: Uint8Array, limit?: number): PickleValue => readPickle(bytes, host, limit);

/** What reading throws; it must be a foreseen error. */
function refusal(bytes: Uint8Array, limit?: number): DescryError {
  try {
    read(bytes, limit);
  } catch (error) {
    expect(error).toBeInstanceOf(DescryError);
    return error as DescryError;
  }
  throw new Error('nothing was refused');
}

/**
 * Python's pickle.dumps, by protocol, of v = {'a': [1, -2, 300, 70000, 2**40, -2**40,
 * 123456789012345678901234567890], 'b': (True, False, None, 0.1),
 * 'ä€': ['x', (), {1}, [(1,), (1, 2), (1, 2, 3)]]} with v['again'] = v['a'].
 */
const written: [number, string][] = [
  [
    2,
    'gAJ9cQAoWAEAAABhcQFdcQIoSwFK/v///00sAUpwEQEAigYAAAAAAAGKBgAAAAAA/4oN0go/Tu7gc8P2D+mOAWVYAQAAAGJxAyiIiU5HP7mZmZmZmZp0cQRYBQAAAMOk4oKscQVdcQYoWAEAAAB4cQcpY19fYnVpbHRpbl9fCnNldApxCF1xCUsBYYVxClJxC11xDChLAYVxDUsBSwKGcQ5LAUsCSwOHcQ9lZVgFAAAAYWdhaW5xEGgCdS4=',
  ],
  [
    3,
    'gAN9cQAoWAEAAABhcQFdcQIoSwFK/v///00sAUpwEQEAigYAAAAAAAGKBgAAAAAA/4oN0go/Tu7gc8P2D+mOAWVYAQAAAGJxAyiIiU5HP7mZmZmZmZp0cQRYBQAAAMOk4oKscQVdcQYoWAEAAAB4cQcpY2J1aWx0aW5zCnNldApxCF1xCUsBYYVxClJxC11xDChLAYVxDUsBSwKGcQ5LAUsCSwOHcQ9lZVgFAAAAYWdhaW5xEGgCdS4=',
  ],
  [
    4,
    'gASVhQAAAAAAAAB9lCiMAWGUXZQoSwFK/v///00sAUpwEQEAigYAAAAAAAGKBgAAAAAA/4oN0go/Tu7gc8P2D+mOAWWMAWKUKIiJTkc/uZmZmZmZmnSUjAXDpOKCrJRdlCiMAXiUKY+UKEsBkF2UKEsBhZRLAUsChpRLAUsCSwOHlGVljAVhZ2FpbpRoAnUu',
  ],
  [
    5,
    'gAWVhQAAAAAAAAB9lCiMAWGUXZQoSwFK/v///00sAUpwEQEAigYAAAAAAAGKBgAAAAAA/4oN0go/Tu7gc8P2D+mOAWWMAWKUKIiJTkc/uZmZmZmZmnSUjAXDpOKCrJRdlCiMAXiUKY+UKEsBkF2UKEsBhZRLAUsChpRLAUsCSwOHlGVljAVhZ2FpbpRoAnUu',
  ],
];

type Plain = null | boolean | number | string | Plain[] | [string, Plain][];

const plain = fc.letrec<{ value: Plain; key: string }>((tie) => ({
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.uniqueArray(fc.tuple(tie('key'), tie('value')), { maxLength: 5, selector: ([key]) => key }),
  ),
})).value;

function isDict(value: Plain[] | [string, Plain][]): value is [string, Plain][] {
  return (
    value.length > 0 &&
    value.every((item) => Array.isArray(item) && item.length === 2 && typeof item[0] === 'string')
  );
}

function write(writer: PickleWriter, value: Plain): PickleWriter {
  if (value === null) return writer.none();
  if (typeof value === 'boolean') return writer.boolean(value);
  if (typeof value === 'string') return writer.text(value);
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? writer.integer(value) : writer.float(value);
  if (isDict(value)) {
    writer.emptyDict().mark();
    for (const [key, item] of value) write(writer.text(key), item);
    return writer.raw('u');
  }
  writer.emptyList();
  for (const item of value) write(writer, item).append();
  return writer;
}

function asRead(value: Plain): PickleValue {
  if (!Array.isArray(value)) return value;
  return isDict(value) ? new Map(value.map(([key, item]) => [key, asRead(item)])) : value.map(asRead);
}

describe('readPickle', () => {
  it.each(written)('reads what Python wrote in protocol %i', (_protocol, base64) => {
    const numbers = [1, -2, 300, 70000, 2 ** 40, -(2 ** 40), 123456789012345678901234567890n];
    const value = read(Buffer.from(base64, 'base64'));
    expect(value).toEqual(
      new Map<PickleValue, PickleValue>([
        ['a', numbers],
        ['b', [true, false, null, 0.1]],
        ['ä€', ['x', [], new Set([1]), [[1], [1, 2], [1, 2, 3]]]],
        ['again', numbers],
      ]),
    );
    const dict = value as Map<PickleValue, PickleValue>;
    expect(dict.get('again')).toBe(dict.get('a'));
  });

  it('gives back whatever is written', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(read(write(new PickleWriter().protocol(), value).end())).toEqual(asRead(value));
      }),
    );
  });

  it('keeps a dict key "__proto__" as a key', () => {
    const pickle = new PickleWriter().protocol().emptyDict().text('__proto__');
    const value = read(pickle.emptyDict().text('polluted').boolean(true).setItem().setItem().end());
    expect(value).toEqual(new Map([['__proto__', new Map([['polluted', true]])]]));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('keeps attributes named "__proto__" of an inert object as data', () => {
    const pickle = new PickleWriter().protocol().global('a', 'B').emptyTuple().raw(0x81);
    const value = read(pickle.emptyDict().text('__proto__').boolean(true).setItem().build().end());
    expect(value).toBeInstanceOf(Instance);
    expect((value as Instance).state).toEqual(new Map([['__proto__', true]]));
    expect(Object.getPrototypeOf(value)).toBe(Instance.prototype);
  });

  it('reads lists within lists to any depth', () => {
    const depth = 200_000;
    let value = read(
      Buffer.concat([Buffer.alloc(depth, ']'), Buffer.alloc(depth - 1, 'a'), Buffer.from('.')]),
    );
    let found = 0;
    for (; Array.isArray(value); value = value[0] ?? null) found++;
    expect(found).toBe(depth);
  });

  it('reads long lists in one piece', () => {
    const items = Buffer.alloc(300_000, 'N');
    expect(read(Buffer.concat([Buffer.from(']('), items, Buffer.from('e.')]))).toHaveLength(items.length);
  });

  it('stops a pickle with too many instructions', () => {
    const bytes = Buffer.concat([Buffer.alloc(1000, ']'), Buffer.from('.')]);
    expect(read(bytes, 1001)).toEqual([]);
    expect(refusal(bytes, 1000).message).toMatch(/more than 1000 instructions/);
  });

  it('says that a pickle ends early, wherever it is cut', () => {
    const whole = write(new PickleWriter().protocol(), [1, 2 ** 40, 0.5, 'text', [['key', null]]]).end();
    for (let length = 0; length < whole.length; length++)
      expect(refusal(whole.subarray(0, length)).message).toMatch(/ends early|does not end/);
  });

  it('allocates nothing for a text that is said to be larger than the file', () => {
    for (const code of ['X', 'B', 'T'])
      expect(refusal(Buffer.from([code.charCodeAt(0), 255, 255, 255, 255])).kind).toBe('invalid-input');
    expect(refusal(Buffer.from([0x8d, 255, 255, 255, 255, 255, 255, 255, 255])).message).toMatch(
      /ends early/,
    );
    expect(refusal(Buffer.from([0x8b, 255, 255, 255, 127])).message).toMatch(/integer is too long/);
  });

  it.each([
    ['an instruction that nobody writes', '\x07.', /instruction 0x07/],
    ['a newer protocol', '\x80\x06N.', /protocol is newer/],
    ['an empty stack', '.', /value is missing/],
    ['a value below the mark', 'N(a.', /value is missing/],
    ['no mark', 'Nt.', /mark is missing/],
    ['a key without a value', '}(Nu.', /key has no value/],
    ['adding to a number', 'K\x01Na.', /added to no list/],
    ['setting in a list', ']NNs.', /set in no dict/],
    ['a memory that is empty', 'h\x01.', /not yet read/],
    ['calling a number', 'K\x01)R.', /no name/],
    ['calling with no tuple', 'ca\nB\nNR.', /no name/],
    ['changing a class', 'ca\nB\n}b.', /changes a\.B itself/],
    ['a name that is a number', 'NN\x93.', /name is not text/],
    ['an extension', '\x82\x01.', /instruction 0x82/],
    ['a line without an end', 'cos', /line does not end/],
  ])('refuses %s', (_what, bytes, message) => {
    expect(refusal(Buffer.from(bytes, 'latin1')).message).toMatch(message);
  });

  it('refuses or reads any bytes, and never fails otherwise', () => {
    const codes = Buffer.from(
      '(012qrpgjhcRibQ)]}tlduesaNKJMGXUTVSCBIL.\x80\x81\x85\x86\x87\x88\x8a\x8c\x8f\x90\x93\x94',
      'latin1',
    );
    const byte = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...codes) },
      { weight: 1, arbitrary: fc.nat(255) },
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
        try {
          read(Buffer.from([...bytes, 0x2e]));
        } catch (error) {
          expect(error).toBeInstanceOf(DescryError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
