import { parentPort } from 'node:worker_threads';
import { toDescryError, type ErrorKind } from '../errors.ts';
import { ImageTower, type ImageVectors } from './image-tower.ts';
import type { GraphOptions } from './onnx-graph.ts';
import { TextTower } from './text-tower.ts';

/** What the thread is asked. `id` comes back with the answer. */
export type TowerRequest = { id: number } & (
  | { type: 'load'; options: GraphOptions }
  | { type: 'images'; pixels: Float32Array; count: number; withPatches: boolean }
  | { type: 'texts'; texts: readonly (readonly number[])[] }
  | { type: 'dispose' }
);

export type TowerResult = ImageVectors | Float32Array | null;

export type TowerAnswer = { id: number } & (
  | { ok: true; result: TowerResult }
  | { ok: false; kind: ErrorKind; message: string; detail: Record<string, unknown> }
);

/**
 * Entry of the thread in which a model's networks run: a run blocks its thread in native code, and
 * the engine must go on answering meanwhile.
 */
const port = parentPort;
let towers: { images: ImageTower; texts: TextTower } | undefined;
/** Sentences and single crops to explain go first: somebody waits for them, while an import's pictures come by the thousand. */
const queues: { urgent: TowerRequest[]; patient: TowerRequest[] } = { urgent: [], patient: [] };
let running = false;

async function work(request: TowerRequest): Promise<TowerResult> {
  if (request.type === 'load') {
    const texts = await TextTower.load(request.options);
    towers = { images: await ImageTower.load(request.options), texts };
    return null;
  }
  if (!towers) throw new Error('no model is loaded');
  if (request.type === 'images') return towers.images.run(request.pixels, request.count, request.withPatches);
  if (request.type === 'texts') return towers.texts.run(request.texts);
  await towers.images.dispose();
  await towers.texts.dispose();
  towers = undefined;
  return null;
}

async function drain(): Promise<void> {
  if (running) return;
  running = true;
  for (let next; (next = queues.urgent.shift() ?? queues.patient.shift());) {
    const { id, type } = next;
    try {
      const result = await work(next);
      answer({ id, ok: true, result });
    } catch (error) {
      const { kind, message, detail } = toDescryError(error);
      answer({ id, ok: false, kind, message, detail: JSON.parse(JSON.stringify(detail)) as typeof detail });
    }
    if (type === 'dispose') port?.close();
  }
  running = false;
}

function answer(message: TowerAnswer): void {
  port?.postMessage(message);
}

port?.on('message', (request: TowerRequest) => {
  const patient = request.type === 'images' && !request.withPatches;
  queues[patient ? 'patient' : 'urgent'].push(request);
  void drain();
});
