import { setTimeout } from 'node:timers/promises';
import { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { RemovalService } from '../../src-main/engine/removal/removal-service.ts';

/** A process that takes a batch out of a case, made to be killed: `removal-child.ts CASE`. Tells its progress to its parent. */
const [path] = process.argv.slice(2) as [string];
const openCase = OpenCase.open(path, { operator: () => 'A. Tester', holder: 'the child' });
const embeddings = new EmbeddingStore(openCase.db);
let running: Promise<void> | null = null;
const removals = new RemovalService({
  openCase,
  removeVectors: (cropIds) => embeddings.remove(cropIds),
  importRunning: () => running,
  requireEnded: () => undefined,
  emit: () => undefined,
  onRemoved: () => {
    // Slowed down by an import after each group, so that there is a middle to be killed in on any machine.
    running = setTimeout(20).then(() => {
      running = null;
    });
    process.send?.(removals.current()?.removed);
  },
  mostCrops: 10,
});
if (openCase.db.prepare('SELECT 1 FROM batch_removals').get()) removals.resumeInterrupted();
else await removals.start(1, await removals.preview(1));
await removals.idle();
openCase.close();
process.send?.('ended');
process.disconnect?.();
