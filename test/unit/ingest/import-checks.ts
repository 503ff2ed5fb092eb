import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { folderRequest, type TestCase } from './case-folder.ts';
import { vectorFindings } from '../../support/vectors.ts';

export interface StoredCrop {
  file_name: string;
  camera: string | null;
  recorded_time: string | null;
  time_source: string;
  recorded_at: number | null;
  corrected_at: number | null;
}

/** Rows of the case, in the order in which they were stored. */
export function storedCrops({ openCase }: TestCase): StoredCrop[] {
  return openCase.db
    .prepare<[], StoredCrop>(
      'SELECT file_name, cam.name AS camera, recorded_time, time_source, recorded_at, corrected_at FROM crops LEFT JOIN cameras AS cam ON cam.id = camera_id ORDER BY crops.id',
    )
    .all();
}

/** Imports a folder to its end. */
export async function importAll(
  test: TestCase,
  folder: string,
  options = {},
): Promise<ReturnType<TestCase['imports']['list']>[number]> {
  const { id } = await test.imports.start(folderRequest(folder, options));
  await test.imports.idle();
  return test.imports.list().find((batch) => batch.id === id)!;
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 2));
}

/** Every crop has exactly one vector, every medium its files, and the rows agree. */
export function expectConsistent({ openCase, embeddings }: TestCase, crops: number): void {
  expect(openCase.db.prepare('SELECT count(*) FROM crops').pluck().get()).toBe(crops);
  expect(openCase.db.prepare('SELECT count(*) FROM embeddings').pluck().get()).toBe(crops);
  expect(openCase.db.pragma('foreign_key_check')).toEqual([]);
  expect(vectorFindings(embeddings)).toEqual([]);
  for (const media of openCase.crops.allMedia()) {
    expect(existsSync(openCase.media.originalPath(media))).toBe(true);
  }
  expect(openCase.audit.verify().findings).toEqual([]);
}
