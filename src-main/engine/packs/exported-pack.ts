import { basename } from 'node:path';
import { DescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import type { PackProgress } from '../inference/pack-files.ts';
import { copyExported } from './exported/copy-exported.ts';
import { describeExported, type ExportedModel } from './exported/describe-exported.ts';
import { idFrom } from './pack-id.ts';
import { intendedUse, limitsOf } from './pack-words.ts';
import { describePack } from './prepared-pack.ts';
import type { ModelAccount, ModelAnswers } from './schema.ts';

/** What an exported model is. */
export async function examineExported(path: string, answers: ModelAnswers): Promise<ModelAccount> {
  const model = await read(path);
  return {
    path,
    kind: 'exported',
    summary: `An exported ${model.family} model, used as it is.`,
    bytes: model.bytes,
    facts: model.facts,
    leftOut: model.others.map(({ name, bytes }) => ({
      name,
      tensors: 0,
      bytes,
      reason: 'another form of the same graph',
    })),
    questions: [],
    id: answers.id ?? defaultId(path, model),
    name: nameOf(path, model),
  };
}

/** Writes an exported model as a pack into an empty folder. */
export async function takeExported(
  path: string,
  answers: ModelAnswers,
  folder: string,
  report: (progress: PackProgress) => void,
  signal?: AbortSignal,
): Promise<void> {
  const model = await read(path);
  const files = await copyExported(model, folder, report, signal);
  const graph = model.files.find(({ name }) => name === model.image.file);
  await describePack(
    folder,
    {
      id: answers.id ?? defaultId(path, model),
      version: '1',
      name: nameOf(path, model),
      licence: answers.licence ?? 'not stated',
      provenance: {
        source: basename(path),
        ...(graph && 'path' in graph.from && { sourceSha256: await hashFile(graph.from.path, signal) }),
        convertedFrom: `exported ${model.family} (${model.image.file})`,
        ...(model.exportedFrom !== null && { exportedFrom: model.exportedFrom }),
        date: new Date().toISOString().slice(0, 10),
      },
      intendedUse,
      limits: limitsOf('clip'),
      accuracy: [],
      image: model.image,
      text: model.text,
      embeddings: model.embeddings,
    },
    files,
    model.facts,
  );
}

async function read(path: string): Promise<ExportedModel> {
  const model = await describeExported(path);
  if (model) return model;
  throw new DescryError(
    'unsupported',
    `${path} holds ONNX graphs, but neither vision_model.onnx and text_model.onnx nor model.onnx.`,
    { path },
  );
}

function nameOf(path: string, model: ExportedModel): string {
  return `${model.family} (${model.exportedFrom ?? basename(path)})`.slice(0, 120);
}

function defaultId(path: string, model: ExportedModel): string {
  return idFrom(model.family, model.exportedFrom ?? basename(path));
}
