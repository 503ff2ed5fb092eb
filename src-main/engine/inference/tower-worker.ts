import { parentPort, workerData } from 'node:worker_threads';
import { toDescryError } from '../errors.ts';
import { describeGraph } from './onnx-graph.ts';
import { flag, type TowerAnswer, type TowerRequest, type TowerResult } from './tower-messages.ts';
import { Towers } from './towers.ts';

/**
 * Entry of the thread in which a model's networks run: a run blocks its thread in native code, and
 * the engine must go on answering meanwhile.
 */
const port = parentPort;
const flags = new Int32Array(workerData as SharedArrayBuffer);
let towers: Towers | undefined;
/** Sentences and single crops to explain go first: somebody waits for them, while an import's pictures come by the thousand. */
const queues: { urgent: TowerRequest[]; patient: TowerRequest[] } = { urgent: [], patient: [] };
let running = false;

async function work(request: TowerRequest): Promise<TowerResult> {
  if (request.type === 'describe') return describeGraph(request.folder, request.file);
  if (request.type === 'load') {
    towers = await Towers.load(request.options);
    return null;
  }
  if (request.type === 'dispose') {
    await towers?.dispose();
    towers = undefined;
    return null;
  }
  if (!towers) throw new Error('no model is loaded');
  if (request.type === 'images') return towers.images.run(request.pixels, request.count, request.besides);
  if (request.type === 'texts') return towers.texts.run(request.texts, request.besides);
  return towers.sizes(request.texts);
}

async function drain(): Promise<void> {
  if (running) return;
  running = true;
  for (let next; (next = queues.urgent.shift() ?? queues.patient.shift());) {
    const { id, type } = next;
    Atomics.store(flags, flag.running, 1);
    if (Atomics.load(flags, flag.stopping) === 1) return rest();
    try {
      const result = await work(next);
      answer({ id, ok: true, result });
    } catch (error) {
      const { kind, message, detail } = toDescryError(error);
      answer({ id, ok: false, kind, message, detail: JSON.parse(JSON.stringify(detail)) as typeof detail });
    }
    rest();
    if (type === 'dispose') port?.close();
  }
  running = false;
}

function rest(): void {
  Atomics.store(flags, flag.running, 0);
  Atomics.notify(flags, flag.running);
}

function answer(message: TowerAnswer): void {
  port?.postMessage(message);
}

port?.on('message', (request: TowerRequest) => {
  const patient = request.type === 'images' && request.besides !== 'patches';
  queues[patient ? 'patient' : 'urgent'].push(request);
  void drain();
});
