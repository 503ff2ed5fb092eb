import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { DescryError, errorCode } from '../../errors.ts';
import { endOfWord } from './byte-alphabet.ts';

/** What a vocabulary's file holds. */
export interface VocabularyFile {
  /** The file that the merges came from. */
  file: string;
  /** "a b" for each merge, earlier ones first. */
  merges: string[];
  /** The number of every piece, where a file gives them. */
  ids: ReadonlyMap<string, number> | null;
}

/** CLIP's vocabulary takes 3.2 MB as text and 3.6 MB as JSON. */
const sizeLimit = 32 * 1024 * 1024;

/** Looked for in a folder, in this order. */
const knownNames = [
  'bpe_simple_vocab_16e6.txt.gz',
  'bpe_simple_vocab_16e6.txt',
  'tokenizer.json',
  'merges.txt',
];

const vocabularyJson = z.record(z.string(), z.int().nonnegative());

const tokenizerJson = z.object({
  model: z.object({
    type: z.string().optional(),
    end_of_word_suffix: z.string().nullish(),
    vocab: z.unknown(),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])).optional(),
  }),
});

/**
 * Reads the file of a byte-pair vocabulary, or finds it in a folder.
 * @throws DescryError `not-found`, `invalid-input` or `unsupported`, saying what the file is instead.
 */
export async function readVocabularyFile(path: string): Promise<VocabularyFile> {
  const isFolder = (await orNotFound(path, stat(path))).isDirectory();
  const file = isFolder ? await findIn(path) : path;
  if (basename(file) === 'vocab.json') return readPair(join(dirname(file), 'merges.txt'), file);
  const numbers = join(dirname(file), 'vocab.json');
  if (isFolder && basename(file) === 'merges.txt' && (await exists(numbers))) return readPair(file, numbers);
  const text = await readText(file);
  return /^\s*\{/u.test(text) ? readTokenizer(text, file) : { file, merges: mergesOf(text, file), ids: null };
}

async function findIn(folder: string): Promise<string> {
  for (const name of knownNames) {
    const file = join(folder, name);
    if (await exists(file)) return file;
  }
  throw new DescryError(
    'not-found',
    `There is no vocabulary in ${folder}. CLIP's is called ${knownNames[0]}, or comes as tokenizer.json or merges.txt.`,
    { folder },
  );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function readPair(merges: string, numbers: string): Promise<VocabularyFile> {
  const ids = numbersOf(parse(await readText(numbers), numbers), numbers);
  return { file: merges, merges: mergesOf(await readText(merges), merges), ids };
}

function readTokenizer(text: string, file: string): VocabularyFile {
  const document = parse(text, file);
  const parsed = tokenizerJson.safeParse(document);
  if (!parsed.success) {
    if (vocabularyJson.safeParse(document).success)
      throw new DescryError(
        'invalid-input',
        `${file} numbers pieces but does not say how they are joined. Point at the merges.txt that belongs to it.`,
        { file },
      );
    throw notOne(file, 'it is JSON, but no tokenizer.json');
  }
  const { type, end_of_word_suffix: suffix, vocab, merges } = parsed.data.model;
  if (merges === undefined || (type !== undefined && type !== 'BPE') || suffix !== endOfWord)
    throw new DescryError(
      'unsupported',
      `${file} is a tokenizer, but not one of CLIP's kind (byte pairs, with words that end in ${endOfWord}).`,
      { file, type, suffix },
    );
  const pairs = merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')));
  return { file, merges: pairs, ids: numbersOf(vocab, file) };
}

/** One merge a line, after a first line with the version. */
function mergesOf(text: string, file: string): string[] {
  if (/^\s*</u.test(text)) throw notOne(file, 'it is a web page; download the file itself');
  if (text.startsWith('version https://git-lfs'))
    throw notOne(file, 'it only points at the real file (Git LFS); download that');
  if (text.includes('\0')) throw notOne(file, 'it is not text');
  const lines = text.trimEnd().split(/\r?\n/u);
  if (/#version/u.test(lines[0] ?? '')) lines.shift();
  const odd = lines.findIndex((line) => !/^[^ ]+ [^ ]+$/u.test(line));
  if (odd >= 0) throw notOne(file, `entry ${odd + 1} is not two pieces with a space between`);
  return lines;
}

function numbersOf(document: unknown, file: string): ReadonlyMap<string, number> {
  const parsed = vocabularyJson.safeParse(document);
  if (!parsed.success) throw notOne(file, 'it does not give every piece a number');
  return new Map(Object.entries(parsed.data));
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notOne(file, 'it is not JSON', error);
  }
}

/** A text file, unpacked where it is gzip; bounded in both sizes. */
async function readText(file: string): Promise<string> {
  let bytes = await readBytes(file);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    bytes = await promisify(gunzip)(bytes, { maxOutputLength: sizeLimit }).catch((error: unknown) => {
      throw errorCode(error) === 'ERR_BUFFER_TOO_LARGE'
        ? notOne(file, 'unpacked, it is far larger than a vocabulary', error)
        : notOne(file, 'it is damaged or was not downloaded to its end', error);
    });
  }
  if (bytes.subarray(0, 2).toString('latin1') === 'PK')
    throw notOne(file, 'it is a zip archive or a checkpoint');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw notOne(file, 'it is not text', error);
  }
}

async function readBytes(file: string): Promise<Buffer> {
  // Before it is opened: opening a pipe would wait for somebody to write to it.
  const found = await orNotFound(file, stat(file));
  if (!found.isFile()) throw notOne(file, 'it is not a plain file');
  if (found.size === 0) throw notOne(file, 'it is empty');
  if (found.size > sizeLimit) throw notOne(file, 'it is far larger than a vocabulary');
  return readFile(file);
}

async function orNotFound<T>(path: string, pending: Promise<T>): Promise<T> {
  return pending.catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR')
      throw new DescryError('not-found', `There is no vocabulary at ${path}.`, { path }, error);
    throw error;
  });
}

function notOne(file: string, reason: string, cause?: unknown): DescryError {
  return new DescryError('invalid-input', `${file} is not a vocabulary of CLIP: ${reason}.`, { file }, cause);
}
