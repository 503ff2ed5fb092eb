import type { ErrorKind } from '../errors.ts';
import type { ImageVectors } from './image-tower.ts';
import type { GraphOptions } from './onnx-graph.ts';

/** What the thread is asked. `id` comes back with the answer. */
export type TowerRequest = { id: number } & (
  | { type: 'load'; options: GraphOptions }
  | { type: 'images'; pixels: Float32Array; count: number; withPatches: boolean }
  | { type: 'texts'; texts: readonly (readonly number[])[] }
  | { type: 'dispose' }
);

/**
 * Places in memory that both threads see. A process that ends while native code runs in a thread
 * aborts, so the main thread waits for `running` to become 0 after it has set `stopping`.
 */
export const flag = { running: 0, stopping: 1 } as const;

export type TowerResult = ImageVectors | Float32Array | null;

export type TowerAnswer = { id: number } & (
  | { ok: true; result: TowerResult }
  | { ok: false; kind: ErrorKind; message: string; detail: Record<string, unknown> }
);
