import { setTimeout } from 'node:timers/promises';
import type { CropEmbedder } from '../../src-main/engine/ingest/prepare.ts';
import { importOptions } from '../../src-main/engine/ingest/schema.ts';
import { importsOf, loadModel } from './import-setup.ts';
import { reopenCase } from '../support/cases.ts';

/** A process that imports, made to be killed: `import-child.ts CASE CROPS USERFOLDER`. Tells its progress to its parent. */
const [path, crops, userFolder] = process.argv.slice(2) as [string, string, string];
const openCase = reopenCase(path, { operator: () => 'A. Tester', holder: 'the child' });
const model = await loadModel(userFolder);
// The real model, slowed down, so that there is a middle to be killed in on any machine. Like the real one it takes
// one batch after the other, however many it is given at once; small ones, since what is in work at the end is stored
// together.
let answered: Promise<unknown> = Promise.resolve();
const slow: CropEmbedder = {
  manifest: model.manifest,
  summary: model.summary,
  dimensions: model.dimensions,
  batch: Math.min(model.batch, 16),
  preprocess: (image) => model.preprocess(image),
  embedImages: (pixels) => {
    const vectors = answered.then(async () => {
      await setTimeout(15 * pixels.length);
      return model.embedImages(pixels);
    });
    answered = vectors;
    return vectors;
  },
};
const { imports } = importsOf(openCase, slow, (progress) => process.send?.(progress.done));
if (imports.list().length > 0) imports.resumeInterrupted();
else await imports.start({ source: { kind: 'folder', path: crops }, options: importOptions.parse({}) });
await imports.idle();
openCase.close();
process.send?.('ended');
process.disconnect?.();
