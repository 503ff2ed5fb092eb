import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownWords } from '../../../src-main/engine/inference/known-words.ts';
import { packManifest, type PackManifest } from '../../../src-main/engine/inference/schema.ts';
import { TextReader } from '../../../src-main/engine/inference/text-reader.ts';
import { tinyFile, tinyManifest } from './tiny-pack.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/inference');
const expectedTokens = JSON.parse(readFileSync(join(fixtures, 'tiny-tokens.json'), 'utf8')) as {
  text: string;
  ids: number[];
}[];

function tinyReader(change: Partial<PackManifest['text']> = {}): TextReader {
  return new TextReader(
    tinyFile('tokenizer.json'),
    { ...tinyManifest().text, ...change },
    tinyFile('known-words.txt'),
  );
}

const builtIn = join(import.meta.dirname, '../../../models/descry-s');
const builtInManifest = packManifest.parse(JSON.parse(readFileSync(join(builtIn, 'pack.json'), 'utf8')));
const builtInReader = new TextReader(
  readFileSync(join(builtIn, builtInManifest.text.tokenizer.file), 'utf8'),
  builtInManifest.text,
  readFileSync(join(builtIn, builtInManifest.text.knownWords!), 'utf8'),
);

const [start, end] = [13, 14];

describe('TextReader', () => {
  it.each(expectedTokens)('reads "$text" as the reference tokenizer does', ({ text, ids }) => {
    expect(tinyReader().read(text).ids).toEqual(ids);
  });

  it('never takes a user’s words for special tokens', () => {
    const reader = tinyReader({ maxTokens: 200 });
    expect(reader.read('a man <end> <start> in red').ids).toEqual([start, 2, 3, 7, 5, end]);
    const piece = fc.constantFrom(
      '<start>',
      '<end>',
      ' ',
      'man',
      '[UNK]',
      '[PAD]',
      '<',
      'red',
      '\u0000',
      '\u200b',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.string({ unit: 'binary', maxLength: 30 }),
        (pieces, rest) => {
          const { ids } = reader.read(`a ${pieces.join('')} ${rest}`);
          expect(ids[0]).toBe(start);
          expect(ids.at(-1)).toBe(end);
          const inner = ids.slice(1, -1);
          expect(inner).not.toContain(start);
          expect(inner).not.toContain(end);
        },
      ),
    );
  });

  it('never gives the built-in model its padding token, whatever the text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constant('[PAD] [pad]'));
    fc.assert(
      fc.property(text, (words) => {
        const { ids } = builtInReader.read(`a ${words}`);
        expect(ids).not.toContain(builtInManifest.text.padId);
        expect(ids.length).toBeLessThanOrEqual(builtInManifest.text.maxTokens);
      }),
    );
  });

  it('reads control characters as spaces and drops invisible ones', () => {
    expect(tinyReader().read('a\u0000man\tin\r\nre\u200bd\u202e\ud800').ids).toEqual([
      start,
      2,
      3,
      7,
      5,
      end,
    ]);
  });

  it.each(['', '   ', '\n\t\u0000', '\u200b', '<end>', '<start> <end>'])(
    'refuses %j: nothing to read',
    (text) => {
      expect(() => tinyReader().read(text)).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
    },
  );

  it('cuts a text of 300 words, says so, and keeps the end token', () => {
    const long = tinyReader().read('man '.repeat(300));
    expect(long).toMatchObject({ truncated: true, knownWordCount: 300 });
    expect(long.ids).toEqual([start, 3, 3, 3, 3, 3, 3, end]);
    expect(long.tokens).toHaveLength(6);
    expect(tinyReader().read('man '.repeat(6)).truncated).toBe(false);
  });

  it('copes with a word of 100,000 letters', () => {
    const long = builtInReader.read('a'.repeat(100_000));
    expect(long.truncated).toBe(true);
    expect(long.ids).toHaveLength(builtInManifest.text.maxTokens);
  });

  it('names the words that the model was not trained on', () => {
    expect(tinyReader().read('A Man with 2 zebras, a Zebra and ZEBRAS')).toMatchObject({
      unknownWords: ['zebras', 'zebra', 'and'],
      knownWordCount: 4,
    });
    const withoutList = new TextReader(tinyFile('tokenizer.json'), tinyManifest().text, undefined);
    expect(withoutList.read('a zebra in red')).toMatchObject({ unknownWords: [], knownWordCount: 4 });
  });

  it('refuses a pack whose tokenizer cannot be used', () => {
    const refused = expect.objectContaining({ kind: 'pack-refused' }) as Error;
    const { text } = tinyManifest();
    expect(() => new TextReader('{', text, undefined)).toThrow(refused);
    expect(() => new TextReader('{"model": {}}', text, undefined)).toThrow(refused);
    expect(() => tinyReader({ maxTokens: 2 })).toThrow(refused);
  });
});

describe('KnownWords', () => {
  it('splits a text into runs of letters, without case, accents, numbers and possessives', () => {
    expect(KnownWords.split("The man's T-shirt: 2 cafés, O’Neill’s 4x4 ÜBER straße")).toEqual([
      ...['the', 'man', 't', 'shirt', 'cafes', 'o', 'neill', 'x', 'uber', 'straße'],
    ]);
  });

  it('knows an inflected word only when it is listed', () => {
    const words = new KnownWords('jacket\r\nJeans\n\n');
    expect(words.unknown(['jacket', 'jackets', 'jeans', 'jackets'])).toEqual(['jackets']);
    expect(words.countKnown(['jacket', 'jacket', 'jackets'])).toBe(2);
  });
});
