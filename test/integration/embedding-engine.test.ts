import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src-main/engine/engine.ts';
import type { EngineEvent } from '../../src-main/engine/events.ts';
import { importOptions, type ImportRequest } from '../../src-main/engine/ingest/schema.ts';
import { searchQuery } from '../../src-main/engine/search/schema.ts';
import { verifyCase } from '../../src-main/engine/verify/verify-case.ts';
import { writeTinyPack } from '../unit/inference/tiny-pack.ts';
import { writeCrops } from './import-setup.ts';
import { casePassphrase } from '../support/cases.ts';

const count = 60;
const kind = (name: string): Error => expect.objectContaining({ kind: name }) as Error;

let shared: string;
let folder: string;
let engine: Engine;
let events: EngineEvent[];

beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), 'descry-crops-'));
  await writeCrops(join(shared, 'first'), count);
  await writeCrops(join(shared, 'second'), count + 20);
});
afterAll(() => rmSync(shared, { recursive: true, force: true, maxRetries: 5 }));
afterEach(async () => {
  await engine.shutdown();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function open(): Engine {
  const made = new Engine({
    version: 'test',
    holder: 'the tests',
    dataFolder: join(folder, 'data'),
    modelsFolder: join(folder, 'models'),
    demoFolder: join(folder, 'none'),
    casesFolder: join(folder, 'cases'),
    resumeImports: true,
    fallbackOperator: 'A. Tester',
  });
  events = [];
  made.listen((event) => void events.push(event));
  return made;
}

/** An engine with a built-in pack and two of the user, and a case that the built-in one has read. */
async function begin(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'descry-engine-'));
  writeTinyPack(join(folder, 'models', 'descry-s'), (manifest) => (manifest.id = 'descry-s'));
  for (const [id, weight] of [
    ['second', 0.5],
    ['third', 0.75],
  ] as const)
    writeTinyPack(join(folder, 'data', 'packs', id), (manifest) => {
      manifest.id = id;
      manifest.name = `The ${id}`;
      manifest.embeddings[0]!.weight = weight;
    });
  engine = open();
  await engine.createCase(join(folder, 'case'), { name: 'Case', timeZone: 'UTC' }, casePassphrase);
  await engine.services.imports.start(request('first'));
  await engine.services.imports.idle();
}

function request(name: string): ImportRequest {
  return { source: { kind: 'folder', path: join(shared, name) }, options: importOptions.parse({}) };
}

const query = searchQuery.parse({ statements: [{ text: 'red jacket', weight: 1 }] });

async function read(pack: string): Promise<void> {
  await engine.services.embedding.start(pack);
  await engine.services.embedding.idle();
  expect(engine.services.embedding.current()).toMatchObject({ packId: pack, state: 'finished', failed: 0 });
}

describe('an engine with several packs', () => {
  it('searches a case with each of them, and every search names its own', async () => {
    await begin();
    const first = await engine.services.search.run(query, 10);
    expect(first.search).toMatchObject({ model: { id: 'descry-s' }, gallery: { searched: count } });
    await engine.useModel('second');
    expect(engine.caseInfo().counts).toMatchObject({ crops: count, embedded: 0 });
    const none = await engine.services.search.run(query, 10);
    expect(none.search).toMatchObject({
      gallery: { searched: 0 },
      warnings: [{ kind: 'not-embedded', message: expect.stringContaining('read with second 1 yet') }],
    });
    await read('second');
    expect(engine.caseInfo().counts).toMatchObject({ crops: count, embedded: count });
    const second = await engine.services.search.run(query, 10);
    expect(second.search).toMatchObject({ model: { id: 'second' }, gallery: { searched: count } });
    expect(second.top[0]!.score).not.toBe(first.top[0]!.score);
    expect(await engine.coverage()).toEqual([
      { packId: 'descry-s', crops: count, total: count },
      { packId: 'second', crops: count, total: count },
      { packId: 'third', crops: 0, total: count },
    ]);
    expect((await engine.services.search.rerun(first.search.id, 10)).identical).toBe(true);

    const { lists, shared: both } = await engine.compare(['descry-s', 'second'], query, 10);
    expect(lists.map(({ rows }) => rows)).toEqual([first.top, second.top]);
    expect(both).toBeGreaterThan(0);
    const third = await engine.compare(['third', 'second'], query, 10);
    expect(third.lists[0]).toMatchObject({ packName: 'The third', searched: 0, rows: [] });
    for await (const { verification } of verifyCase(engine.services.openCase, engine.services.embeddings, {
      media: true,
    }))
      if (verification) expect(verification.findings).toEqual([]);
  });

  it('switches between loaded ones without loading, also while searches run', async () => {
    await begin();
    await read('second');
    await read('third');
    const { library } = engine;
    let loads = 0;
    const load = library.load.bind(library);
    library.load = (id) => {
      loads++;
      return load(id);
    };
    await engine.useModel('third');
    await engine.useModel('descry-s');
    expect(loads).toBe(0);
    const searches = Array.from({ length: 30 }, (_, i) =>
      engine.services.search.run(
        searchQuery.parse({ statements: [{ text: `red jacket ${i}`, weight: 1 }] }),
        5,
      ),
    );
    // It needs the place beside the pack in use, which changes meanwhile.
    const comparison = engine.compare(['second', 'third'], query, 5);
    await engine.useModel('second');
    await engine.useModel('third');
    const outcomes = await Promise.all(searches);
    expect(new Set(outcomes.map(({ search }) => search.gallery.searched))).toEqual(new Set([count]));
    expect((await comparison).lists.map(({ searched }) => searched)).toEqual([count, count]);
    expect(await engine.services.search.run(query, 5)).toMatchObject({ search: { model: { id: 'third' } } });
    expect(events.filter(({ type }) => type === 'model')).toHaveLength(4);
  });

  it('removes a pack only when nothing needs it, and keeps what the case has of it', async () => {
    await begin();
    await read('second');
    await engine.useModel('second');
    const { search } = await engine.services.search.run(query, 5);
    await expect(engine.removeModel('second')).rejects.toThrow(kind('busy'));
    await engine.useModel('descry-s');
    await expect(engine.removeModel('descry-s')).rejects.toThrow(kind('busy'));
    const loan = await engine.models.borrow({ pack: 'second', task: 'an evaluation' });
    await expect(engine.removeModel('second')).rejects.toThrow(/an evaluation/);
    loan.release();

    await engine.services.embedding.start('third');
    await expect(engine.removeModel('third')).rejects.toThrow(kind('busy'));
    await engine.services.embedding.pause().catch(() => undefined);
    if (engine.services.embedding.current()!.state === 'paused') {
      await expect(engine.removeModel('third')).rejects.toThrow(kind('busy'));
      await engine.services.embedding.cancel();
    }
    await engine.removeModel('third');
    expect(existsSync(join(folder, 'data', 'packs', 'third'))).toBe(false);
    await engine.removeModel('second');
    expect((await engine.library.list()).map(({ id }) => id)).toEqual(['descry-s']);
    await expect(engine.services.embedding.start('second')).rejects.toThrow(kind('not-found'));
    expect((await engine.services.search.rerun(search.id, 5)).identical).toBe(true);
    expect(events.filter(({ type }) => type === 'models')).toHaveLength(2);
  });

  it('refuses to remove a pack that ships with it', async () => {
    await begin();
    await engine.useModel('second');
    await expect(engine.removeModel('descry-s')).rejects.toThrow(kind('unsupported'));
  });

  it('takes a pack into use only when it can be loaded', async () => {
    await begin();
    rmSync(join(folder, 'data', 'packs', 'third', 'image.onnx'));
    await expect(engine.useModel('third')).rejects.toThrow(kind('pack-refused'));
    await expect(engine.useModel('fourth')).rejects.toThrow(kind('not-found'));
    expect(await engine.library.inUse()).toBe('descry-s');
    expect((await engine.services.search.run(query, 5)).search.model.id).toBe('descry-s');
  });
});

describe('a job and an import', () => {
  it('of new crops end with all of them read by both packs', async () => {
    await begin();
    await engine.services.imports.start(request('second'));
    await engine.services.embedding.start('second');
    await expect(engine.useModel('second')).rejects.toThrow(kind('busy'));
    await engine.services.imports.idle();
    await engine.services.embedding.idle();
    // Twice the first crops, which differ in where they lie, and twenty more.
    const crops = 2 * count + 20;
    expect(engine.services.imports.list()[0]).toMatchObject({ state: 'done', total: count + 20 });
    expect(engine.services.embedding.current()).toMatchObject({
      state: 'finished',
      done: crops,
      total: crops,
    });
    expect(await engine.coverage()).toMatchObject([{ crops }, { crops }, { crops: 0 }]);
    const jobs = events.flatMap((event) => (event.type === 'embedding' ? [event.job] : []));
    expect(jobs[0]).toMatchObject({ state: 'running', message: expect.stringContaining('import') as string });
    expect(jobs.at(-1)).toMatchObject({ state: 'finished', message: '' });
    expect(events.at(-1)).toMatchObject({ type: 'case', case: { counts: { crops } } });
  });

  it('goes on when the case is opened again', async () => {
    await begin();
    const { path } = engine.services.openCase;
    await engine.services.embedding.start('third');
    await engine.closeCase();
    await engine.shutdown();
    engine = open();
    await engine.openCase(path, casePassphrase);
    expect(engine.caseInfo().counts.embedded).toBe(count);
    await engine.services.embedding.idle();
    expect(engine.services.embedding.current()).toMatchObject({
      packId: 'third',
      state: 'finished',
      done: count,
    });
    expect(
      engine.services.openCase.audit
        .list({ limit: 50 })
        .map(({ action }) => action)
        .filter((action) => action.startsWith('embedding')),
    ).toEqual(['embedding-finished', 'embedding-resumed', 'embedding-paused', 'embedding-started']);
  });
});
