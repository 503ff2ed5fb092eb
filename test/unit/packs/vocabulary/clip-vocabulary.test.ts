import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  clipTokenizer,
  readClipVocabulary,
} from '../../../../src-main/engine/packs/vocabulary/clip-vocabulary.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { vectorsAreHere, vectorsMissing } from '../../../support/published-vectors.ts';
import { clipVocabularyFile, smallMerges, vocabularyOf } from './small-vocabulary.ts';

const asText = `"bpe_simple_vocab_16e6.txt#version: 0.2\n${smallMerges.join('\n')}\n`;

function write(name: string, content: string | Uint8Array): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

interface TokenizerDocument {
  model: { vocab: Record<string, number>; merges: string[] };
  added_tokens: { id: number; content: string }[];
}

function tokenizerOf(maskToken: boolean, size: number): TokenizerDocument {
  return JSON.parse(clipTokenizer(vocabularyOf(smallMerges), { maskToken, size })) as TokenizerDocument;
}

/** A tokenizer.json as other programs write it. */
function exported(change: object = {}, vocab?: Record<string, number>): string {
  const { model } = tokenizerOf(false, 512 + smallMerges.length + 2);
  return JSON.stringify({ model: { ...model, ...change, ...(vocab && { vocab }) } });
}

describe('readClipVocabulary', () => {
  it('reads the list as text, as gzip, and with the line ends of Windows', async () => {
    for (const file of [
      write('bpe_simple_vocab_16e6.txt', asText),
      write('bpe_simple_vocab_16e6.txt.gz', gzipSync(asText)),
      write('list', asText.replaceAll('\n', '\r\n')),
      write('merges.txt', `#version: 0.2\n${smallMerges.join('\n')}`),
      write('merges.txt', smallMerges.join('\n')),
    ])
      expect(await readClipVocabulary(file)).toEqual({
        path: file,
        merges: smallMerges,
        numbered: false,
        published: false,
      });
  });

  it('reads a tokenizer.json with merges in either form', async () => {
    const pairs = smallMerges.map((merge) => merge.split(' '));
    for (const content of [exported(), exported({ merges: pairs })]) {
      const file = write('tokenizer.json', content);
      expect(await readClipVocabulary(file)).toMatchObject({
        path: file,
        merges: smallMerges,
        numbered: true,
      });
    }
  });

  it('finds the vocabulary in a folder, and reads vocab.json with the merges.txt beside it', async () => {
    const folder = temporaryFolder();
    await expect(readClipVocabulary(folder)).rejects.toMatchObject({ kind: 'not-found' });
    writeFileSync(join(folder, 'merges.txt'), `#version: 0.2\n${smallMerges.join('\n')}\n`);
    expect(await readClipVocabulary(folder)).toMatchObject({ numbered: false });
    const { vocab } = tokenizerOf(false, 512 + smallMerges.length + 2).model;
    writeFileSync(join(folder, 'vocab.json'), JSON.stringify(vocab));
    for (const path of [folder, join(folder, 'vocab.json')])
      expect(await readClipVocabulary(path)).toEqual({
        path: join(folder, 'merges.txt'),
        merges: smallMerges,
        numbered: true,
        published: false,
      });
  });

  it('refuses numbers that are not CLIP’s', async () => {
    const { vocab } = tokenizerOf(false, 512 + smallMerges.length + 2).model;
    const swapped = { ...vocab, '!': vocab['"']!, '"': vocab['!']! };
    await expect(readClipVocabulary(write('tokenizer.json', exported({}, swapped)))).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('otherwise than CLIP') as string,
    });
  });

  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '\n<!DOCTYPE html><html></html>', 'web page'],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', 'Git LFS'],
    ['a sentence', 'This is a text about something else.', 'entry 1 is not two pieces'],
    ['one word a line', 'a\nb\n', 'entry 1'],
    ['three words in a line', 'r e\nm a x\n', 'entry 2'],
    ['a zip archive', 'PK\x03\x04 and more', 'zip archive'],
    ['bytes', Uint8Array.of(0xff, 0xfe, 0x00, 0x80), 'not text'],
    ['zeros', 'r e\n\0\0\0\0', 'not text'],
    ['broken gzip', gzipSync(asText).subarray(0, 60), 'not downloaded to its end'],
    ['gzip of nothing useful', gzipSync('<html>'), 'web page'],
    ['a gzip bomb', gzipSync(Buffer.alloc(40 * 1024 * 1024, 'a b\n')), 'far larger'],
    ['broken JSON', '{"model": ', 'not JSON'],
    ['other JSON', '{"name": "x"}', 'no tokenizer.json'],
    ['numbers alone', '{"a": 0, "b": 1}', 'merges.txt that belongs to it'],
  ])('refuses %s and says what it is', async (_, content, reason) => {
    await expect(readClipVocabulary(write('vocabulary', content))).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining(reason) as string,
    });
  });

  it.each([
    ['a word-piece tokenizer', JSON.stringify({ model: { type: 'WordPiece', vocab: {} } }), 'CLIP’s kind'],
    ['a tokenizer of sentence pieces', JSON.stringify({ model: { type: 'Unigram', vocab: [] } }), 'kind'],
    ['pairs of bytes without ends of words', exported({ end_of_word_suffix: null }), 'kind'],
    ['merges of another model', 'Ġ t\nĠ a\nh e\n', 'none of its pieces ends a word'],
    ['merges of pieces that are not there', 'r e\nxyz e\n', 'merge 2'],
    ['merges that say the same twice', 'r e\nr e\n', 'merge 2'],
    ['pieces that no byte has', 'r e\n日 本</w>\n', 'merge 2'],
  ])('refuses %s', async (_, content, reason) => {
    await expect(readClipVocabulary(write('vocabulary', content))).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining(reason.replace('’', "'")) as string,
    });
  });

  it('names a path where there is nothing, and what is no file', async () => {
    const nowhere = join(temporaryFolder(), 'none.gz');
    await expect(readClipVocabulary(nowhere)).rejects.toMatchObject({ kind: 'not-found' });
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'tokenizer.json'));
    await expect(readClipVocabulary(folder)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining('not a plain file') as string,
    });
    writeFileSync(join(folder, 'vocab.json'), '{}');
    await expect(readClipVocabulary(join(folder, 'vocab.json'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('clipTokenizer', () => {
  const plain = 512 + smallMerges.length + 2;

  it('numbers bytes, bytes that end a word, merges, then the special tokens', () => {
    const { model, added_tokens: added } = tokenizerOf(false, plain);
    const { vocab } = model;
    expect(Object.keys(vocab)).toHaveLength(plain);
    expect([vocab['!'], vocab['Ń'], vocab['!</w>'], vocab['re'], vocab['!!!</w>']]).toEqual([
      ...[0, 255, 256, 512, plain - 3],
    ]);
    expect(added.map(({ id, content }) => [id, content])).toEqual([
      [plain - 2, '<|startoftext|>'],
      [plain - 1, '<|endoftext|>'],
    ]);
  });

  it('gives the place of the last merge to a mask token, and never makes that piece', () => {
    const { model, added_tokens: added } = tokenizerOf(true, plain);
    expect(added.map(({ id, content }) => [id, content])).toEqual([
      [plain - 3, '<|mask|>'],
      [plain - 2, '<|startoftext|>'],
      [plain - 1, '<|endoftext|>'],
    ]);
    expect(model.vocab['!!!</w>']).toBeUndefined();
    expect(model.merges).toEqual(smallMerges.slice(0, -1));
  });

  it('takes as many merges of a bare list as the model has, and refuses a list that is too short', () => {
    expect(tokenizerOf(false, plain - 5).model.merges).toEqual(smallMerges.slice(0, -5));
    for (const size of [plain + 1, 514, 0, 49408])
      expect(() => tokenizerOf(false, size)).toThrow(
        expect.objectContaining({
          kind: 'invalid-input',
          message: expect.stringContaining(`this one has ${size}`) as string,
        }),
      );
  });

  it('refuses a vocabulary with numbers of its own that is made for another size', () => {
    const numbered = { ...vocabularyOf(smallMerges), numbered: true };
    expect(() => clipTokenizer(numbered, { maskToken: false, size: plain })).not.toThrow();
    expect(() => clipTokenizer(numbered, { maskToken: true, size: plain })).not.toThrow();
    for (const size of [plain - 1, plain + 1])
      expect(() => clipTokenizer(numbered, { maskToken: false, size })).toThrow(/not the vocabulary/);
  });
});

describe('the published vocabulary', () => {
  it('is recognised, and has the numbers that are known of it', async (context) => {
    if (!vectorsAreHere) context.skip(vectorsMissing);
    const vocabulary = await readClipVocabulary(clipVocabularyFile);
    expect(vocabulary).toMatchObject({ numbered: false, published: true });
    const numbers = (maskToken: boolean): Record<string, number> =>
      (JSON.parse(clipTokenizer(vocabulary, { maskToken, size: 49408 })) as TokenizerDocument).model.vocab;
    const known = { '!': 0, '!</w>': 256, '<|startoftext|>': 49406, '<|endoftext|>': 49407 };
    expect(numbers(true)).toMatchObject({ ...known, '<|mask|>': 49405 });
    expect(numbers(false)).toMatchObject({ ...known, 'jekyll</w>': 49405 });
    expect(() => clipTokenizer(vocabulary, { maskToken: false, size: 400_000 })).toThrow(
      /not the vocabulary of this model/,
    );
  });
});
