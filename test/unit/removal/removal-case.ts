import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import {
  RemovalService,
  type RemovalServiceParts,
} from '../../../src-main/engine/removal/removal-service.ts';
import type { RemovalProgress } from '../../../src-main/engine/removal/schema.ts';
import { folderRequest, testCase, type TestCase } from '../ingest/case-folder.ts';

export interface RemovalCase extends TestCase {
  removals: RemovalService;
  progress: RemovalProgress[];
  removed: number[];
}

const stopping: RemovalService[] = [];
afterEach(async () => {
  for (const removals of stopping.splice(0)) await removals.stop();
});

/** A case with an importer and a remover; or the case at `path` opened again. */
export async function removalCase(
  options: Parameters<typeof testCase>[0] & Partial<RemovalServiceParts> = {},
): Promise<RemovalCase> {
  const made = await testCase(options);
  const { openCase, embeddings, imports } = made;
  const progress: RemovalProgress[] = [];
  const removed: number[] = [];
  const removals = new RemovalService({
    openCase,
    removeVectors: options.removeVectors ?? ((cropIds) => embeddings.remove(cropIds)),
    importRunning: () => (imports.current() ? imports.idle() : null),
    requireEnded: (batchId) => imports.requireEnded(batchId),
    emit: (event) => void progress.push(event),
    onRemoved: (cropIds) => {
      removed.push(...cropIds);
      options.onRemoved?.(cropIds);
    },
    ...(options.mostCrops !== undefined && { mostCrops: options.mostCrops }),
  });
  stopping.push(removals);
  return { ...made, removals, progress, removed };
}

/** Imports a folder to its end. @returns the batch. */
export async function importFolder({ imports }: TestCase, path: string, reference = false): Promise<number> {
  const { id } = await imports.start(folderRequest(path, { reference }));
  await imports.idle();
  return id;
}

/** Agrees to whatever the preview says, and waits for the end. */
export async function removeBatch({ removals }: RemovalCase, batchId: number): Promise<void> {
  await removals.start(batchId, await removals.preview(batchId));
  await removals.idle();
}

/** Files of originals and thumbnails in the case folder, by their names. */
export function filesOf({ openCase }: TestCase): string[] {
  return ['media', 'thumbnails'].flatMap((name) => {
    const folder = join(openCase.path, name);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${name}/${entry.name}`);
  });
}

/** Crops that are in the case. */
export function cropsOf({ openCase }: TestCase): { id: number; batchId: number; fileName: string }[] {
  return openCase.db
    .prepare<[], { id: number; batchId: number; fileName: string }>(
      'SELECT id, batch_id AS batchId, file_name AS fileName FROM crops WHERE removed_at IS NULL ORDER BY id',
    )
    .all();
}
