import { parentPort, workerData } from 'node:worker_threads';
import { rankCrops, type ScoredGallery } from './ranked-list.ts';

/** Entry of a thread that orders one large list. */
const list = rankCrops(workerData as ScoredGallery);
parentPort?.postMessage(list, [
  list.cropIds.buffer as ArrayBuffer,
  list.scores.buffer as ArrayBuffer,
  list.folded.buffer as ArrayBuffer,
  list.members.buffer as ArrayBuffer,
  list.memberStarts.buffer as ArrayBuffer,
]);
