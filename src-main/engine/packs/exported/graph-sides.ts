import type { GraphValue } from '../../inference/onnx-graph.ts';
import type { GraphDescription } from '../../inference/tower-messages.ts';
import { cannotUse, doesNotFit } from './exported-problem.ts';
import type { ModelFamily } from './model-family.ts';

/** How a graph is fed and what is taken from it, as its own names say. */
export interface PictureSide {
  input: string;
  output: string;
}

export interface TextSide {
  input: string;
  idType: 'int32' | 'int64';
  attentionMask: string | undefined;
  output: string;
  /** The one length of texts that the graph takes, or null. */
  length: number | null;
}

interface Graph extends GraphDescription {
  file: string;
}

const pictureInputs = ['pixel_values'];
const textInputs = ['input_ids', 'attention_mask'];

/**
 * @param size width and height that pictures are brought to.
 * @throws DescryError `unsupported` for other inputs, float16 and graphs without the shared space;
 * `pack-refused` when graph and settings disagree.
 */
export function pictureSide(
  graph: Graph,
  family: ModelFamily,
  size: { width: number; height: number },
  isCombined: boolean,
): PictureSide {
  refuseOthers(graph, isCombined ? [...pictureInputs, ...textInputs] : pictureInputs);
  const input = tensorOf(graph, 'pixel_values', ['float32'], 4);
  const [batch, channels, height, width] = input.shape;
  requireFreeBatch(graph.file, batch);
  if (channels !== null && channels !== 3)
    throw cannotUse(`${graph.file} takes pictures of ${channels} channels instead of 3.`);
  if ((height ?? size.height) !== size.height || (width ?? size.width) !== size.width)
    throw doesNotFit(
      `${graph.file} takes pictures of ${width} x ${height}, but preprocessor_config.json makes them ${size.width} x ${size.height}.`,
    );
  return { input: input.name, output: outputOf(graph, 'image_embeds', family, isCombined) };
}

/** @throws DescryError as `pictureSide`. */
export function textSide(graph: Graph, family: ModelFamily, isCombined: boolean): TextSide {
  refuseOthers(graph, isCombined ? [...pictureInputs, ...textInputs] : textInputs);
  const input = tensorOf(graph, 'input_ids', ['int64', 'int32'], 2);
  const [batch, length] = input.shape;
  requireFreeBatch(graph.file, batch);
  const mask = graph.inputs.find(({ name }) => name === 'attention_mask');
  if (mask && family === 'SigLIP')
    throw cannotUse(
      `${graph.file} wants an attention mask. SigLIP is trained without one; export it so that input_ids is its only input.`,
    );
  return {
    input: input.name,
    idType: input.type === 'int32' ? 'int32' : 'int64',
    attentionMask: mask && tensorOf(graph, 'attention_mask', ['int64', 'int32'], 2).name,
    output: outputOf(graph, 'text_embeds', family, isCombined),
    length: length ?? null,
  };
}

function refuseOthers({ file, inputs }: Graph, known: readonly string[]): void {
  const names = inputs.map(({ name }) => name);
  if (names.includes('pixel_attention_mask') || names.includes('spatial_shapes'))
    throw cannotUse(
      `${file} takes pictures of any form in patches (NaFlex); Descry reads models with one fixed size.`,
    );
  const other = names.find((name) => !known.includes(name));
  if (other !== undefined) throw cannotUse(`${file} wants the input "${other}", which Descry cannot give.`);
}

function tensorOf(graph: Graph, name: string, types: readonly string[], rank: number): GraphValue {
  const input = graph.inputs.find((value) => value.name === name);
  if (!input) {
    const given = graph.inputs.map((value) => value.name).join(', ');
    throw cannotUse(`${graph.file} has no input "${name}"; it has ${given}.`);
  }
  if (input.type === 'float16') throw isHalf(graph.file, 'input', name);
  if (input.type === null || !types.includes(input.type) || input.shape.length !== rank)
    throw cannotUse(
      `${graph.file}: its input "${name}" is ${input.type ?? 'no tensor'} of ${input.shape.length} axes; ${types.join(' or ')} of ${rank} is needed.`,
    );
  return input;
}

/** SigLIP's pooled output lies in the space that pictures and texts share; CLIP's does not before its projection. */
function outputOf(graph: Graph, embeds: string, family: ModelFamily, isCombined: boolean): string {
  const names = [embeds, ...(family === 'SigLIP' && !isCombined ? ['pooler_output'] : [])];
  const found = names
    .map((name) => graph.outputs.find((value) => value.name === name))
    .find((value) => value);
  if (!found) {
    const given = graph.outputs.map(({ name }) => name).join(', ');
    const hint = family === 'CLIP' ? ' Export it with its projection.' : '';
    throw cannotUse(`${graph.file} has no output ${names.join(' or ')}; it has ${given}.${hint}`);
  }
  if (found.type === 'float16') throw isHalf(graph.file, 'output', found.name);
  if (found.type !== 'float32')
    throw cannotUse(
      `${graph.file}: its output "${found.name}" is ${found.type ?? 'no tensor'}, not float32.`,
    );
  return found.name;
}

function requireFreeBatch(file: string, batch: number | null | undefined): void {
  if (typeof batch === 'number')
    throw cannotUse(
      `${file} always takes ${batch} at a time. Export it with a free first axis ("dynamic batch").`,
    );
}

function isHalf(file: string, kind: 'input' | 'output', name: string): Error {
  return cannotUse(
    `${file}: its ${kind} "${name}" is float16, which cannot be passed to ONNX Runtime here. Use the variant without "fp16", or export it with float32 inputs and outputs.`,
  );
}
