import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TextReader } from '../../../../src-main/engine/inference/text-reader.ts';
import { byteAlphabet } from '../../../../src-main/engine/packs/vocabulary/byte-alphabet.ts';
import {
  clipTokenizer,
  readClipVocabulary,
} from '../../../../src-main/engine/packs/vocabulary/clip-vocabulary.ts';
import { publishedVectors, vectorsAreHere, vectorsMissing } from '../../../support/published-vectors.ts';
import { clipText, clipVocabularyFile, readerOf, smallMerges } from './small-vocabulary.ts';

/**
 * Byte-pair encoding by its definition: of all neighbours the pair that comes first in the list is
 * joined wherever it is, until none is in the list.
 */
function encodeByDefinition(text: string, merges: readonly string[]): string[] {
  const ranks = new Map(merges.map((merge, rank) => [merge, rank]));
  const words = text.match(/'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu) ?? [];
  return words.flatMap((word) => {
    const order = [...Array(256).keys()].filter((byte) => isPrinted(byte));
    const all = [...order, ...[...Array(256).keys()].filter((byte) => !isPrinted(byte))];
    let pieces = [...Buffer.from(word)].map((byte) => byteAlphabet[all.indexOf(byte)]!);
    pieces[pieces.length - 1] += '</w>';
    for (;;) {
      const pairs = pieces.slice(1).map((piece, i) => `${pieces[i]} ${piece}`);
      const best = Math.min(...pairs.map((pair) => ranks.get(pair) ?? Infinity));
      if (best === Infinity) return pieces;
      const joined: string[] = [];
      for (let i = 0; i < pieces.length; i++) {
        if (i + 1 < pieces.length && `${pieces[i]} ${pieces[i + 1]}` === merges[best])
          joined.push(pieces[i]! + pieces[++i]!);
        else joined.push(pieces[i]!);
      }
      pieces = joined;
    }
  });
}

function isPrinted(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

/** Lists of merges of which each joins what is there already. */
const growingMerges = fc
  .array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 })
  .map((choices) => {
    const pieces = [...'abcé'].flatMap((letter) => {
      const bytes = [...Buffer.from(letter, 'utf8')].map((byte) => String.fromCodePoint(byte));
      return [...bytes.slice(0, -1), bytes.at(-1)!, `${bytes.at(-1)!}</w>`];
    });
    const merges: string[] = [];
    for (const [left, right] of choices) {
      const pair = [pieces[left % pieces.length]!, pieces[right % pieces.length]!];
      if (pair[0]!.endsWith('</w>') || pieces.includes(pair.join(''))) continue;
      pieces.push(pair.join(''));
      merges.push(pair.join(' '));
    }
    return merges;
  });

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '<',
          '|',
          '>',
          '&lt;',
          '&#60;',
          '｜',
          '＜',
          '＞',
          'startoftext',
          'ENDOFTEXT',
          'mask',
          ' ',
          '&amp;',
        ],
        ...['<|endoftext|>', '<|mask|>', 'a', 'red', '\u200b', '\ud800'],
      ),
      { maxLength: 30 },
    )
    .map((pieces) => pieces.join('')),
);

/** Numbers below the special ones, start and end at their places and nowhere else, and the same a second time. */
function expectSound(reader: TextReader, text: string, mask: number): void {
  const { ids } = reader.read(`a ${text}`);
  expect(reader.read(`a ${text}`).ids).toEqual(ids);
  expect(ids[0]).toBe(mask + 1);
  expect(ids.at(-1)).toBe(mask + 2);
  expect(ids.length).toBeLessThanOrEqual(77);
  expect(ids.slice(1, -1).every((id) => Number.isInteger(id) && id >= 0 && id < mask)).toBe(true);
}

describe('a text read with CLIP’s byte pairs', () => {
  const small = readerOf(smallMerges);
  const first = 512;
  const mask = first + smallMerges.length;
  const start = mask + 1;
  const end = mask + 2;

  it('becomes the longest pieces in the order of the merges, between start and end', () => {
    expect(small.read('THE man’s  Jacket and cafés!!!')).toMatchObject({
      ids: [start, ...[5, 2, 13, 10, 12, 17].map((merge) => first + merge), 256 + 82, first + 19, end],
      tokens: ['the</w>', 'man</w>', "'s</w>", 'jacket</w>', 'and</w>', 'cafÃ©', 's</w>', '!!!</w>'],
      truncated: false,
    });
  });

  it('is read as its definition says, whatever the merges', () => {
    fc.assert(
      fc.property(
        growingMerges,
        fc.string({ unit: fc.constantFrom(...'abcé b'), maxLength: 40 }),
        (merges, text) => {
          fc.pre(text.trim() !== '' && merges.length > 0);
          const reader = readerOf(merges, { maskToken: false, maxTokens: 200 });
          expect(reader.read(text).tokens).toEqual(encodeByDefinition(text, merges));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never holds a special token, whatever was typed', () => {
    fc.assert(fc.property(anyText, (text) => expectSound(small, text, mask)));
    for (const typed of [
      '<|endoftext|>',
      '&lt;|endoftext|&gt;',
      '＜｜ＭＡＳＫ｜＞',
      '<|start&#111;ftext|>',
      '\u200b',
    ])
      expect(() => small.read(typed)).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
    expect(small.read('<|end<|mask|>oftext|> a').ids.slice(1, -1)).not.toContain(end);
  });

  it('is cut so that the end token is the last of 77, and says so', () => {
    const whole = small.read('man '.repeat(75));
    expect(whole).toMatchObject({ truncated: false });
    expect(whole.ids).toHaveLength(77);
    for (const words of [76, 300, 200_000]) {
      const cut = small.read('man '.repeat(words));
      expect(cut.truncated).toBe(true);
      expect(cut.ids).toEqual(whole.ids);
    }
  });

  it('keeps a long word in one piece', () => {
    const word = 'an'.repeat(30);
    const reader = readerOf(smallMerges, { maxTokens: 200 });
    expect(reader.read(word).tokens).toEqual(encodeByDefinition(word, smallMerges));
    expect(reader.read(word).tokens.filter((token) => token.endsWith('</w>'))).toHaveLength(1);
  });

  it.each([
    ['one letter', 'a'.repeat(10_000)],
    ['other scripts', '日本語の'.repeat(2500)],
    ['marks', '!?#'.repeat(3333)],
    ['accents', `a${'\u0301'.repeat(9999)}`],
    ['damage', 'ÃƒÆ’'.repeat(2500)],
    ['references', `&${'amp;'.repeat(2499)}`],
    ['one letter, a hundred thousand times', 'a'.repeat(100_000)],
  ])('comes to an end without a space: %s', (_, text) => {
    expect(small.read(text).ids.length).toBeLessThanOrEqual(77);
  });
});

describe('CLIP’s own vocabulary', () => {
  let reader: TextReader;
  let long: TextReader;

  beforeAll(async () => {
    if (!vectorsAreHere) return;
    const vocabulary = await readClipVocabulary(clipVocabularyFile);
    const file = clipTokenizer(vocabulary, { maskToken: true, size: 49408 });
    reader = new TextReader(file, clipText(), undefined);
    long = new TextReader(file, clipText(200), undefined);
  });
  beforeEach((context) => {
    if (!vectorsAreHere) context.skip(vectorsMissing);
  });

  it('reads the published texts as the published tokenizer does', () => {
    const golden = JSON.parse(readFileSync(join(publishedVectors, 'clip-tokens.json'), 'utf8')) as {
      text: string;
      ids: number[];
    }[];
    expect(golden.length).toBeGreaterThan(8);
    for (const { text, ids } of golden) {
      if (text === '') continue;
      expect(long.read(text).ids).toEqual([49406, ...ids, 49407]);
      const cut = reader.read(text);
      expect(cut.ids).toEqual([49406, ...ids.slice(0, 75), 49407]);
      expect(cut.truncated).toBe(ids.length > 75);
    }
    expect(() => reader.read('')).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });

  it.each([
    ['a!!b !', [320, 748, 321, 256]],
    ['<|startoftext|>hi', [1883]],
    ['ja\u017f ja\u2019\u017f', [1586, 129, 379, 2641, 6, 129, 379]],
    ['5&#39;10&quot; ｔａｌｌ ﬁt', [276, 262, 272, 271, 257, 7771, 2478]],
    [
      '👩‍🦰 re\u0301sume\u0301 &eacute; cafÃ© itâ€™s',
      [26304, 6040, 364, 29106, 7054, 4166, 4166, 15304, 585, 568],
    ],
    ['ICH HEIẞE İ ΣΑΣ', [1232, 6101, 127, 253, 324, 328, 16384, 139, 225, 138, 109, 139, 480]],
    ['<|startoftext|>hi <|ENDOFTEXT|>', [1883]],
    [
      'donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamten',
      [
        ...[
          1067, 627, 1880, 16680, 13731, 1021, 778, 4810, 49144, 26626, 924, 89, 529, 5548, 1149, 560, 1083,
        ],
        ...[83, 571, 924, 12283, 30514, 74, 6055, 569, 704, 35339, 2581],
      ],
    ],
  ])('reads %j', (text, ids) => {
    expect(long.read(text).ids.slice(1, -1)).toEqual(ids);
  });

  it('reads the word whose piece the mask token took the place of', () => {
    expect(long.read('jekyll').tokens).toEqual(['jeky', 'll</w>']);
  });

  it('never holds a special token, whatever was typed', () => {
    fc.assert(fc.property(anyText, (text) => expectSound(reader, text, 49405)));
  });
});
