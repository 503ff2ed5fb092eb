import type { ErrorKind } from '../errors.ts';
import type { Besides, TowerVectors } from './graph-outputs.ts';
import type { GraphOptions, GraphValue } from './onnx-graph.ts';
import type { TowerSizes } from './towers.ts';

/** What the thread can be asked, and what it answers. */
interface TowerCalls {
  /** Opens a pack; asked once, before anything that a pack is needed for. */
  load: { asked: { options: GraphOptions }; answer: null };
  images: { asked: { pixels: Float32Array; count: number; besides: Besides | null }; answer: TowerVectors };
  texts: {
    asked: { texts: readonly (readonly number[])[]; besides: 'outputs' | null };
    answer: TowerVectors;
  };
  sizes: { asked: { texts: readonly (readonly number[])[] }; answer: TowerSizes };
  /** Inputs and outputs of any graph; no pack is needed. */
  describe: { asked: { folder: string; file: string }; answer: GraphDescription };
  dispose: { asked: object; answer: null };
}

export interface GraphDescription {
  inputs: GraphValue[];
  outputs: GraphValue[];
}

export type TowerCall = keyof TowerCalls;
export type TowerQuestion<Call extends TowerCall> = TowerCalls[Call]['asked'];
export type TowerResult<Call extends TowerCall = TowerCall> = TowerCalls[Call]['answer'];

/** A question on its way to the thread. `id` comes back with the answer. */
export type TowerRequest = {
  [Call in TowerCall]: { id: number; type: Call } & TowerQuestion<Call>;
}[TowerCall];

export type TowerAnswer = { id: number } & (
  | { ok: true; result: TowerResult }
  | { ok: false; kind: ErrorKind; message: string; detail: Record<string, unknown> }
);

/**
 * Places in memory that both threads see. A process that ends while native code runs in a thread
 * aborts, so the main thread waits for `running` to become 0 after it has set `stopping`.
 */
export const flag = { running: 0, stopping: 1 } as const;
