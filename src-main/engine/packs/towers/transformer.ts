import type { TransformerSize } from '../layouts/layout.ts';
import { branches } from '../layouts/tower-tensors.ts';
import type { Value } from '../onnx/graph-builder.ts';
import type { TowerContext } from './layers.ts';
import { logSigmaBlock, transformerBlock, type BlockResult } from './transformer-block.ts';

/** What all of a tower's blocks make of its tokens; the attention is that of the last one. */
export interface TowerResult extends BlockResult {
  /** Of a Gaussian head, for every token; [batch, tokens, dimensions]. */
  logSigma: Value | null;
}

/**
 * All blocks of a tower. A Gaussian head has its last block twice: one gives the mean, the other the
 * logarithm of the standard deviation.
 * @param module "visual.transformer" or "transformer".
 */
export function transformer(
  context: TowerContext,
  x: Value,
  module: string,
  size: TransformerSize,
  split: boolean,
  mask?: Value,
): TowerResult {
  const shared = size.layers - 1;
  let tokens = x;
  for (let i = 0; i < shared; i++)
    ({ tokens } = transformerBlock(context, tokens, `${module}.resblocks.${i}`, size, mask));
  const last = `${module}.${split ? branches.mean : `resblocks.${shared}`}`;
  const mean = transformerBlock(context, tokens, last, size, mask);
  if (!split) return { ...mean, logSigma: null };
  const branch = `${module}.${branches.logSigma}`;
  return { ...mean, logSigma: logSigmaBlock(context, tokens, branch, size, mask) };
}
