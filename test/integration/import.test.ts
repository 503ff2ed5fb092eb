import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenCase } from '../../src-main/engine/case/open-case.ts';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { decodeImage } from '../../src-main/engine/ingest/decode.ts';
import { importOptions } from '../../src-main/engine/ingest/schema.ts';
import { verifyCase } from '../../src-main/engine/verify/verify-case.ts';
import { contentOf, drawPerson, importsOf, loadModel, writeCrops } from './import-setup.ts';
import { createCase, reopenCase } from '../support/cases.ts';

const identity = { operator: () => 'A. Tester', holder: 'the tests' };
const count = 300;

const demoCrops = join(import.meta.dirname, '..', '..', 'resources', 'demo', 'crops');

let folder: string;
let crops: string;
let model: EmbeddingModel;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'descry-import-'));
  crops = join(folder, 'crops');
  await writeCrops(crops, count);
  model = await loadModel(join(folder, 'user'));
});
afterAll(async () => {
  await model.dispose();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function create(name: string): OpenCase {
  return createCase(join(folder, name), { name, timeZone: 'Europe/Berlin' }, identity);
}

async function expectSound(
  openCase: OpenCase,
  embeddings: ReturnType<typeof importsOf>['embeddings'],
): Promise<void> {
  for await (const { verification } of verifyCase(openCase, embeddings, { media: true })) {
    if (verification) expect(verification.findings).toEqual([]);
  }
}

describe('an import with the built-in model', () => {
  it('stores the vector of each crop, as the model gives it for the file', async () => {
    const openCase = create('vectors');
    const { imports, embeddings } = importsOf(openCase, model);
    await imports.start({ source: { kind: 'folder', path: crops }, options: importOptions.parse({}) });
    await imports.idle();
    expect(imports.list()[0]).toMatchObject({ state: 'done', total: count, imported: count, rejected: 0 });
    expect(openCase.cameras.list().map(({ name, crops: number }) => [name, number])).toEqual([
      ['cam-0', count / 3],
      ['cam-1', count / 3],
      ['cam-2', count / 3],
    ]);
    for (const id of [1, 100, count]) {
      const file = join(crops, openCase.crops.detail(id, 'UTC').fileName);
      const expected = await model.embedImages([model.preprocess(await decodeImage(file))]);
      const stored = embeddings.vectorOf(1, id)!;
      expect(Math.max(...expected.map((value, index) => Math.abs(value - stored[index]!)))).toBeLessThan(
        1e-4,
      );
    }
    await expectSound(openCase, embeddings);
    openCase.close();
  });

  it('reads the demo crops by their names without being told how', async () => {
    const openCase = create('demo');
    const { imports, embeddings } = importsOf(openCase, model);
    const request = {
      source: { kind: 'folder', path: demoCrops },
      options: importOptions.parse({}),
    } as const;
    const files = readdirSync(demoCrops);
    const preview = await imports.preview(request);
    expect(preview).toMatchObject({
      pattern: 'descry',
      total: files.length,
      parsed: files.length,
      rejected: 0,
    });
    await imports.start(request);
    await imports.idle();
    expect(imports.list()[0]).toMatchObject({
      state: 'done',
      imported: files.length,
      duplicates: 0,
      rejected: 0,
    });
    expect(openCase.cameras.list().map(({ name, crops: number }) => ({ name, crops: number }))).toEqual(
      preview.cameras.map(({ name, crops: number }) => ({ name, crops: number })),
    );
    expect(openCase.crops.summaries([1], 'UTC')[0]).toMatchObject({
      fileName: files.sort()[0],
      width: expect.any(Number) as number,
    });
    expect(
      openCase.db
        .prepare('SELECT count(*) FROM crops WHERE corrected_at IS NULL OR track IS NULL')
        .pluck()
        .get(),
    ).toBe(0);
    await expectSound(openCase, embeddings);
    openCase.close();
  });

  it('killed twice in the middle and resumed, gives what an undisturbed import gives', async () => {
    const undisturbed = create('undisturbed');
    const whole = importsOf(undisturbed, model);
    await whole.imports.start({ source: { kind: 'folder', path: crops }, options: importOptions.parse({}) });
    await whole.imports.idle();
    const expected = contentOf(undisturbed, whole.embeddings);
    undisturbed.close();

    const first = create('killed');
    const { path } = first;
    first.close();
    const done: number[] = [];
    for (const share of [0.2, 0.5]) done.push(await killAt(path, share * count));
    expect(done[0]).toBeLessThan(count);
    expect(done[1]).toBeGreaterThan(done[0]!);

    const openCase = reopenCase(path, identity);
    const { imports, embeddings } = importsOf(openCase, model);
    expect(imports.list()[0]).toMatchObject({ state: 'interrupted', total: count });
    const before = openCase.db.prepare('SELECT count(*) FROM crops').pluck().get() as number;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(count);
    expect(before).toBe(imports.list()[0]!.imported);
    imports.resumeInterrupted();
    await imports.idle();
    expect(imports.list()).toMatchObject([
      { state: 'done', total: count, imported: count, duplicates: 0, alreadyPresent: 0, rejected: 0 },
    ]);
    const found = contentOf(openCase, embeddings);
    expect([...found.keys()]).toEqual([...expected.keys()]);
    for (const [line, vector] of expected) {
      const other = found.get(line)!;
      expect(Math.max(...vector.map((value, index) => Math.abs(value - other[index]!)))).toBeLessThan(1e-4);
    }
    const originals = readdirSync(join(path, 'media'), { recursive: true, withFileTypes: true });
    expect(originals.filter((entry) => entry.isFile())).toHaveLength(count);
    await expectSound(openCase, embeddings);
    expect(
      openCase.audit
        .list({ limit: 100 })
        .map(({ action }) => action)
        .filter((action) => action.startsWith('import')),
    ).toEqual([
      'import-finished',
      'import-resumed',
      'import-interrupted',
      'import-resumed',
      'import-interrupted',
      'import-started',
    ]);
    openCase.close();
  });

  it('refers to originals without touching them, from a folder that cannot be written', async () => {
    const source = join(folder, 'read-only');
    await writeCrops(source, 12);
    for (const name of readdirSync(source)) chmodSync(join(source, name), 0o444);
    chmodSync(source, 0o555);
    const state = (): string =>
      readdirSync(source)
        .map(
          (name) =>
            `${name} ${createHash('sha256')
              .update(readFileSync(join(source, name)))
              .digest('hex')}`,
        )
        .join('\n');
    const before = state();
    const openCase = create('reference');
    const { imports, embeddings } = importsOf(openCase, model);
    await imports.start({
      source: { kind: 'folder', path: source },
      options: importOptions.parse({ reference: true }),
    });
    await imports.idle();
    expect(imports.list()[0]).toMatchObject({ state: 'done', imported: 12 });
    expect(state()).toBe(before);
    expect(readdirSync(join(openCase.path, 'media'))).toEqual([]);
    await expectSound(openCase, embeddings);
    openCase.close();
    chmodSync(source, 0o755);
  });

  it('cuts people out of frames, and gives them the vectors of those parts', async () => {
    const frames = join(folder, 'frames');
    mkdirSync(frames);
    const people = [3, 14, 25];
    const background = sharp({ create: { width: 400, height: 200, channels: 3, background: '#667' } });
    const frame = await background
      .composite(
        people.map((number, index) => ({ input: drawPerson(number), left: 20 + index * 120, top: 40 })),
      )
      .png()
      .toBuffer();
    writeFileSync(join(frames, '000001.png'), frame);
    writeFileSync(
      join(folder, 'gt.txt'),
      people.map((number, index) => `1,${number},${20 + index * 120},40,64,128,1,1,1`).join('\n'),
    );
    const openCase = create('frames');
    const { imports, embeddings } = importsOf(openCase, model);
    await imports.start({
      source: { kind: 'detections', path: join(folder, 'gt.txt'), frames },
      options: importOptions.parse({ camera: 'Hall' }),
    });
    await imports.idle();
    expect(imports.list()[0]).toMatchObject({ state: 'done', imported: people.length });
    for (const [index, number] of people.entries()) {
      expect(openCase.crops.detail(index + 1, 'UTC')).toMatchObject({
        track: String(number),
        camera: 'Hall',
        frameSha256: createHash('sha256').update(frame).digest('hex'),
      });
      const alone = await model.embedImages([
        model.preprocess(await decodeImage(await sharp(drawPerson(number)).png().toBuffer())),
      ]);
      const stored = embeddings.vectorOf(1, index + 1)!;
      expect(stored.reduce((sum, value, at) => sum + value * alone[at]!, 0)).toBeGreaterThan(0.99);
    }
    openCase.close();
  });
});

/** Runs the importing process until so many items are done, and kills it. @returns how many were. */
async function killAt(path: string, items: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'import-child.ts'), [path, crops, join(folder, 'user')], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let reached = 0;
    child.on('message', (message) => {
      if (typeof message !== 'number') return reject(new Error('the import ended before it could be killed'));
      reached = message;
      if (message >= items) child.kill('SIGKILL');
    });
    child.on('exit', (_code, signal) =>
      signal === 'SIGKILL' ? resolve(reached) : reject(new Error('the child ended by itself')),
    );
  });
}
