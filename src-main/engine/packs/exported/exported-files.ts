import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../errors.ts';
import { externalWeights } from '../../inference/external-weights.ts';
import { cannotUse, doesNotFit } from './exported-problem.ts';

/**
 * Endings by which exporters tell variants of a graph, best first: what is closest to the published
 * numbers.
 */
const variants = ['', '_fp32', '_fp16', '_int8', '_uint8', '_quantized', '_q8', '_q4', '_q4f16', '_bnb4'];
const plainName = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/u;

/** The graphs of an exported model. */
export interface ExportedGraphs {
  /** The folder they lie in. */
  folder: string;
  /** File names; the same for one graph that serves both sides. */
  image: string;
  text: string;
  /** Graphs and files with their weights, with sizes. */
  files: { name: string; bytes: number }[];
  /** Other graphs in the folder, which are not taken. */
  others: { name: string; bytes: number }[];
}

/** Where an exported model may have its graphs and settings, in the order in which they are looked for. */
export function exportedFolders(folder: string): string[] {
  return [folder, join(folder, 'onnx')];
}

/**
 * Finds the graphs: two towers, or one for both; plain ones before reduced ones.
 * @returns null when there is no graph of such a name.
 * @throws DescryError `unsupported` when one tower is missing, `pack-refused` when weights are.
 */
export async function findGraphs(folder: string): Promise<ExportedGraphs | null> {
  for (const place of exportedFolders(folder)) {
    const names = (await namesIn(place)).filter((name) => name.endsWith('.onnx'));
    const chosen = chooseGraphs(names);
    if (!chosen) continue;
    const taken = new Set(Object.values(chosen));
    const files = new Map<string, number>();
    for (const name of taken) {
      files.set(name, await sizeOf(place, name));
      for (const weights of await weightsOf(place, name)) files.set(weights, await sizeOf(place, weights));
    }
    const others = [];
    for (const name of names.filter((other) => !taken.has(other)))
      others.push({ name, bytes: await sizeOf(place, name) });
    return {
      folder: place,
      ...chosen,
      files: [...files].map(([name, bytes]) => ({ name, bytes })),
      others,
    };
  }
  return null;
}

function chooseGraphs(names: readonly string[]): { image: string; text: string } | undefined {
  const named = (base: string): string[] =>
    variants.map((variant) => `${base}${variant}.onnx`).filter((name) => names.includes(name));
  const [image] = named('vision_model');
  const [text] = named('text_model');
  if (image !== undefined && text !== undefined) return { image, text };
  const [whole] = named('model');
  if (whole !== undefined) return { image: whole, text: whole };
  if (image !== undefined)
    throw cannotUse(`it has ${image} but no text_model.onnx, so that no sentence can be read.`);
  if (text !== undefined)
    throw cannotUse(`it has ${text} but no vision_model.onnx, so that no picture can be read.`);
  return undefined;
}

/** @throws DescryError `pack-refused` when weights are missing or lie elsewhere. */
async function weightsOf(folder: string, graph: string): Promise<string[]> {
  const files = await externalWeights(join(folder, graph)).catch((error: unknown) => {
    if (errorCode(error) !== undefined) throw error;
    throw doesNotFit(`${graph} is not a model that can be read.`, { graph }, error);
  });
  for (const name of files) {
    if (!plainName.test(name))
      throw doesNotFit(`${graph} takes weights from "${name}", which is not a file beside it.`, { graph });
    const path = join(folder, name);
    if ((await lstat(path).catch(() => undefined))?.isSymbolicLink())
      if (dirname(await realpath(path).catch(() => path)) !== (await realpath(folder)))
        throw cannotUse(
          `${name} is a link to another folder, which ONNX Runtime does not follow. Copy the model with the files themselves (for example with "cp -rL").`,
          { path },
        );
  }
  return files;
}

async function sizeOf(folder: string, name: string): Promise<number> {
  const found = await stat(join(folder, name)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') throw doesNotFit(`${name} is missing.`, { name });
    throw error;
  });
  if (!found.isFile()) throw doesNotFit(`${name} is not a file.`, { name });
  return found.size;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
