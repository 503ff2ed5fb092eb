import { writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { DescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import { detectLayout, type Layout } from './layouts/detect-layout.ts';
import type { PackProgress } from '../inference/pack-files.ts';
import { idFrom } from './pack-id.ts';
import { intendedUse, kindWords, limitsOf } from './pack-words.ts';
import { describePack } from './prepared-pack.ts';
import type { Activation, ModelAccount, ModelAnswers } from './schema.ts';
import { writeTowers } from './towers/write-towers.ts';
import { clipTokenizer, readClipVocabulary, type ClipVocabulary } from './vocabulary/clip-vocabulary.ts';
import { findVocabulary } from './vocabulary/find-vocabulary.ts';

const tokenizerFile = 'tokenizer.json';

/** What a checkpoint is and what has to be answered before it becomes a pack. */
export async function examineCheckpoint(path: string, answers: ModelAnswers): Promise<ModelAccount> {
  const checkpoint = await openCheckpoint(path);
  try {
    const layout = detectLayout(checkpoint);
    const vocabulary = answers.vocabulary ?? (await findVocabulary(path));
    if (vocabulary !== undefined) tokenizerOf(await readClipVocabulary(vocabulary), layout);
    return {
      path,
      kind: layout.kind,
      summary: wordsOf(layout).summary,
      bytes: checkpoint.bytes,
      facts: [
        ...layout.facts,
        ...(vocabulary === undefined ? [] : [{ label: 'Vocabulary', value: vocabulary }]),
      ],
      leftOut: layout.leftOut,
      questions: questionsOf(layout, answers, vocabulary),
      id: answers.id ?? defaultId(path, layout),
      name: nameOf(path, layout),
    };
  } finally {
    await checkpoint.close();
  }
}

/**
 * Writes a checkpoint as a pack into an empty folder.
 * @throws DescryError `unsupported`, `pack-refused` for what cannot be converted; `invalid-input` while a
 * question is open; `cancelled`.
 */
export async function convertCheckpoint(
  path: string,
  answers: ModelAnswers,
  folder: string,
  onProgress: (progress: PackProgress) => void,
  signal?: AbortSignal,
): Promise<void> {
  const checkpoint = await openCheckpoint(path);
  try {
    const layout = detectLayout(checkpoint);
    const vocabulary = answers.vocabulary ?? (await findVocabulary(path));
    const [question] = questionsOf(layout, answers, vocabulary);
    if (question || vocabulary === undefined)
      throw new DescryError('invalid-input', question?.text ?? 'The vocabulary is missing.', { question });
    const tokenizer = tokenizerOf(await readClipVocabulary(vocabulary), layout);
    onProgress({ done: 0, total: checkpoint.bytes, step: 'Reading the file' });
    const sourceSha256 = await hashFile(path, signal);
    const { files, ...towers } = await writeTowers(
      checkpoint,
      layout,
      folder,
      { weights: answers.weights, activation: activationOf(layout, answers)! },
      onProgress,
      signal,
    );
    await writeFile(join(folder, tokenizerFile), tokenizer);
    onProgress({ done: 0, total: 1, step: 'Describing the pack' });
    await describePack(
      folder,
      {
        id: answers.id ?? defaultId(path, layout),
        version: sourceSha256.slice(0, 12),
        name: nameOf(path, layout),
        licence: answers.licence ?? 'not stated',
        provenance: {
          source: basename(path),
          sourceSha256,
          sourceBytes: checkpoint.bytes,
          convertedFrom: wordsOf(layout).name,
          vocabulary: basename(vocabulary),
          vocabularySha256: await hashFile(vocabulary, signal),
          weights: answers.weights,
          date: new Date().toISOString().slice(0, 10),
        },
        intendedUse,
        limits: limitsOf(layout.kind),
        accuracy: [],
        ...towers,
        text: { ...towers.text, tokenizer: { kind: 'huggingface', file: tokenizerFile, cleaning: 'clip' } },
      },
      [...files, tokenizerFile],
      layout.facts,
    );
  } finally {
    await checkpoint.close();
  }
}

function tokenizerOf(vocabulary: ClipVocabulary, layout: Layout): string {
  return clipTokenizer(vocabulary, { maskToken: layout.usesMaskToken, size: layout.vocabularySize });
}

function activationOf(layout: Layout, answers: ModelAnswers): Activation | undefined {
  return layout.activation ?? answers.activation;
}

function questionsOf(
  layout: Layout,
  answers: ModelAnswers,
  vocabulary: string | undefined,
): ModelAccount['questions'] {
  const questions: ModelAccount['questions'] = [];
  if (vocabulary === undefined)
    questions.push({
      answer: 'vocabulary',
      text: 'CLIP’s vocabulary does not lie beside the checkpoint. Point at bpe_simple_vocab_16e6.txt.gz; it is part of the code that the model was trained with.',
      choices: [],
    });
  if (activationOf(layout, answers) === undefined)
    questions.push({
      answer: 'activation',
      text: 'The weights do not tell which activation function the model was trained with.',
      choices: [
        { value: 'quickgelu', label: 'QuickGELU: OpenAI’s models, and names that end in "-quickgelu"' },
        { value: 'gelu', label: 'GELU: other OpenCLIP models (LAION, DataComp)' },
      ],
    });
  return questions;
}

function wordsOf(layout: Layout): (typeof kindWords)[keyof typeof kindWords] {
  if (layout.kind === 'pack' || layout.kind === 'exported')
    throw new DescryError('internal', 'A checkpoint was taken for a pack.');
  return kindWords[layout.kind];
}

function stemOf(path: string): string {
  return basename(path, extname(path));
}

function nameOf(path: string, layout: Layout): string {
  return `${wordsOf(layout).name} (${stemOf(path)})`.slice(0, 120);
}

function defaultId(path: string, layout: Layout): string {
  return idFrom(wordsOf(layout).short, stemOf(path));
}
