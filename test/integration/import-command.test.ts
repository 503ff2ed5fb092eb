import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportProgress } from '../../src-main/api/types.ts';
import { CommandLine } from './cli-setup.ts';
import { writeCrops } from './import-setup.ts';

const count = 40;
/** As docs/import.md lists them. */
const stages = ['scan', 'hash', 'decode', 'thumbnail', 'preprocess', 'embed', 'store'];
let descry: CommandLine;

beforeAll(async () => {
  descry = await CommandLine.create();
  await writeCrops(descry.path('crops'), count);
  await descry.run('case', 'create', 'station', '--time-zone', 'UTC');
});
afterAll(() => descry.remove());

describe('descry import', () => {
  test('gives the milliseconds of every stage with --json, and keeps them in the audit log', async () => {
    const { code, document } = await descry.json<ImportProgress>('import', 'station', 'crops');
    expect(code).toBe(0);
    expect(document.batch).toMatchObject({ state: 'done', imported: count });
    expect(Object.keys(document.stages)).toEqual(stages);
    for (const stage of ['scan', 'hash', 'decode', 'preprocess', 'embed', 'store'] as const)
      expect(document.stages[stage], stage).toBeGreaterThan(0);
    // Small JPEG files are their own thumbnails.
    expect(document.stages.thumbnail).toBe(0);
    expect(document.stages.embed).toBeLessThanOrEqual(document.elapsedMs + 1);
    const db = new Database(descry.path('station.descry', 'case.sqlite'), { readonly: true });
    const detail = db
      .prepare<[], string>(`SELECT detail FROM audit WHERE action = 'import-finished'`)
      .pluck()
      .get();
    db.close();
    const { stageMs } = JSON.parse(detail ?? '{}') as { stageMs?: object };
    expect(Object.keys(stageMs ?? {}).sort()).toEqual([...stages].sort());
  });

  test('decodes nothing and asks no model when the same files are given again', async () => {
    const { document } = await descry.json<ImportProgress>('import', 'station', 'crops');
    expect(document.batch).toMatchObject({ state: 'done', imported: 0, alreadyPresent: count });
    expect(document.stages).toMatchObject({ decode: 0, thumbnail: 0, preprocess: 0, embed: 0 });
  });

  test('says the time of every stage in words', async () => {
    const { stdout } = await descry.run('import', 'station', 'crops');
    for (const stage of stages) expect(stdout).toMatch(new RegExp(`\\b${stage} [\\d.]+ (ms|s)`));
  });
});
