import { renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encrypted } from '../../support/cases.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { Colours, gate, JobCase, picture, shades } from './job-case.ts';
import { damageAllVectors, vectorFindings } from '../../support/vectors.ts';

const kind = (name: string): Error => expect.objectContaining({ kind: name }) as Error;

/** The vector that "red" gives a picture of one colour. */
const expected = (shade: number, factor = 1): number[] =>
  [shade % 256, (shade * 7) % 256, (shade * 13) % 256].map(
    (value) => expect.closeTo(value * factor, 2) as number,
  );

describe('a job', () => {
  it('gives every crop of the case its vector, beside those of other packs', async () => {
    const place = new JobCase();
    const ids = await place.add(...shades(30));
    expect(place.service.current()).toBeNull();
    const job = await place.run('red');
    expect(job).toMatchObject({
      packId: 'red',
      packVersion: '1',
      state: 'finished',
      ...{ done: 30, failed: 0, total: 30, message: '', failures: [], rate: null, remainingSeconds: null },
    });
    expect(job.finishedAt).toBeGreaterThanOrEqual(job.startedAt);
    expect(await place.run('dim')).toMatchObject({ state: 'finished', done: 30 });
    for (const [i, id] of ids.entries()) {
      expect(place.vector('red', id)).toEqual(expected(i + 1));
      expect(place.vector('dim', id)).toEqual(expected(i + 1, 0.5));
    }
    expect(vectorFindings(place.embeddings)).toEqual([]);
    expect(place.openCase.db.pragma('foreign_key_check')).toEqual([]);
    expect(place.stored.toSorted((a, b) => a - b)).toEqual([...ids, ...ids].sort((a, b) => a - b));
    expect(place.events.at(-1)).toMatchObject({ packId: 'dim', state: 'finished', done: 30 });
  });

  it('is written into the audit log with the pack and the counts', async () => {
    const place = new JobCase();
    await place.add(1, 2, 3);
    rmSync(place.original(2));
    await place.run('red');
    const { digest } = place.packs.get('red')!.summary;
    const pack = { pack: 'red', version: '1', digest, jobId: 1, total: 3 };
    expect(place.audit()).toEqual([
      { action: 'embedding-started', detail: { ...pack, done: 0, failed: 0 } },
      { action: 'embedding-finished', detail: { ...pack, done: 2, failed: 1 } },
    ]);
    expect(place.openCase.audit.verify().findings).toEqual([]);
  });

  it('shows the model each content once, however many crops have it', async () => {
    const place = new JobCase();
    const red = place.packs.get('red')!;
    const ids = await place.add(5, 6, 5, 7, 5, 6);
    await place.run('red');
    expect(red.seen).toBe(3);
    expect(ids.map((id) => place.vector('red', id))).toEqual(
      [5, 6, 5, 7, 5, 6].map((shade) => expected(shade)),
    );
    // A copy of what has its vector needs neither the model's eyes nor its original.
    rmSync(place.original(ids[0]!));
    const [copy] = await place.openCase.db.transaction(() => [
      place.refer('/gone/5.png', Buffer.from('other')),
    ])();
    const media = place.openCase.crops.mediaOf(ids[0]!).id;
    place.openCase.db.prepare('UPDATE crops SET media_id = ? WHERE id = ?').run(media, copy);
    expect(await place.run('red')).toMatchObject({ done: 7, failed: 0 });
    expect(red.seen).toBe(3);
    expect(place.vector('red', copy!)).toEqual(expected(5));
  });

  it('does not load the model when nothing lacks a vector', async () => {
    const place = new JobCase();
    expect(await place.run('red')).toMatchObject({ state: 'finished', done: 0, total: 0 });
    await place.add(1);
    await place.run('red');
    expect(await place.run('red')).toMatchObject({ state: 'finished', done: 1, total: 1 });
    expect(place.lent).toBe(1);
  });

  it('lists originals that are missing, changed or damaged with the reason, and goes on', async () => {
    const place = new JobCase();
    const folder = temporaryFolder();
    const ids = await place.add(...shades(10));
    const file = join(folder, 'referred.png');
    const bytes = await picture(77);
    await writeFile(file, bytes);
    ids.push(place.refer(file, bytes));
    const gone = place.refer(join(folder, 'gone.png'), await picture(78));
    const junk = Buffer.from('not a picture at all');
    await writeFile(join(folder, 'junk.png'), junk);
    const odd = place.refer(join(folder, 'junk.png'), junk);
    rmSync(place.original(ids[2]!));
    await writeFile(place.original(ids[4]!), await picture(200));
    const flipped = await picture(6);
    flipped[flipped.length >> 1]! ^= 1;
    await writeFile(place.original(ids[5]!), flipped);

    const changed = encrypted ? 'after it was encrypted' : 'SHA-256 is another one';
    const job = await place.run('red');
    expect(job).toMatchObject({ state: 'finished', done: 8, failed: 5, total: 13 });
    expect(job.failures).toEqual([
      {
        cropId: ids[2],
        fileName: '3.png',
        reason: expect.stringMatching(/^The original is not at .* any more/),
      },
      { cropId: ids[4], fileName: '5.png', reason: expect.stringContaining(changed) },
      { cropId: ids[5], fileName: '6.png', reason: expect.stringContaining(changed) },
      { cropId: gone, fileName: '12.png', reason: expect.stringContaining('gone.png any more') },
      { cropId: odd, fileName: '13.png', reason: expect.stringContaining('The file is') },
    ]);
    expect(place.vector('red', ids[10]!)).toEqual(expected(77));
    expect(vectorFindings(place.embeddings)).toEqual([]);

    await writeFile(join(folder, 'gone.png'), await picture(78));
    expect(await place.run('red')).toMatchObject({ state: 'finished', done: 9, failed: 4 });
    expect(place.vector('red', gone)).toEqual(expected(78));
  });

  it('leaves out a picture of which the model makes no numbers', async () => {
    const place = new JobCase();
    const [, second] = await place.add(1, 2, 3);
    const red = place.packs.get('red')!;
    const preprocess = red.preprocess.bind(red);
    red.preprocess = (image) => (image.data[0] === 2 ? Float32Array.from([1, NaN, 1]) : preprocess(image));
    const job = await place.run('red');
    expect(job).toMatchObject({ state: 'finished', done: 2, failed: 1 });
    expect(job.failures[0]).toMatchObject({
      cropId: second,
      reason: expect.stringContaining('no numbers') as string,
    });
  });

  it('tells of itself at most five times a second, and when it ends', async () => {
    const place = new JobCase();
    await place.add(...shades(120));
    const started = performance.now();
    await place.run('red');
    const seconds = (performance.now() - started) / 1000;
    expect(place.packs.get('red')!.batches.length).toBeGreaterThan(25);
    // One when the model is there, one at the end, and five a second.
    expect(place.events.length).toBeLessThanOrEqual(2 + Math.ceil(seconds * 5));
    expect(place.events.at(-1)!.state).toBe('finished');
  });

  it('makes damaged vectors anew, and says whose rows were moved', async () => {
    const place = new JobCase();
    const ids = await place.add(...shades(20));
    await place.run('red');
    place.openCase.db.exec(damageAllVectors);
    expect(vectorFindings(place.embeddings)).toHaveLength(1);
    expect(await place.run('red')).toMatchObject({ state: 'finished', done: 20 });
    expect(place.repaired).toEqual([place.modelId('red')]);
    expect(vectorFindings(place.embeddings)).toEqual([]);
    expect(ids.map((id) => place.vector('red', id))).toEqual(shades(20).map((shade) => expected(shade)));
  });

  it('stores thousands of vectors', async () => {
    const place = new JobCase();
    const count = 1064;
    // Ten contents, each of many crops.
    const ids = await place.add(...Array.from({ length: count }, (_, i) => (i % 10) + 1));
    expect(await place.run('red')).toMatchObject({ done: count, total: count });
    expect(place.packs.get('red')!.seen).toBe(10);
    expect(place.vector('red', ids.at(-1)!)).toEqual(expected(((count - 1) % 10) + 1));
    expect(vectorFindings(place.embeddings)).toEqual([]);
  });
});

describe('a job that is stopped', () => {
  /** A job that stands still in the middle, when the model is about to see its third batch. */
  async function inTheMiddle(place: JobCase): Promise<{ open: () => void }> {
    const { opened, open } = gate();
    const reached = gate();
    const red = place.packs.get('red')!;
    red.before = () => {
      if (red.batches.length < 2) return;
      reached.open();
      return opened;
    };
    await place.service.start('red');
    await reached.opened;
    return { open };
  }

  it('goes on where it was paused, and shows the model nothing twice', async () => {
    const place = new JobCase();
    const ids = await place.add(...shades(40));
    const { open } = await inTheMiddle(place);
    expect(place.service.current()).toMatchObject({ state: 'running', total: 40, finishedAt: null });
    const paused = place.service.pause();
    open();
    const job = await paused;
    expect(job).toMatchObject({ state: 'paused', finishedAt: null, rate: null, remainingSeconds: null });
    expect(job.done).toBeGreaterThanOrEqual(8);
    expect(job.done).toBeLessThan(40);
    expect(place.packs.get('red')!.seen).toBe(job.done);
    expect(place.events.at(-1)).toMatchObject({ state: 'paused' });
    expect(place.service.needs('red')).toBe(true);
    expect(place.service.needs('dim')).toBe(false);
    expect(await place.service.resume()).toMatchObject({ state: 'running', done: job.done });
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 40 });
    expect(place.service.needs('red')).toBe(false);
    expect(place.packs.get('red')!.seen).toBe(40);
    expect(ids.map((id) => place.vector('red', id))).toEqual(shades(40).map((shade) => expected(shade)));
    expect(place.audit().map(({ action }) => action)).toEqual([
      'embedding-started',
      'embedding-paused',
      'embedding-resumed',
      'embedding-finished',
    ]);
  });

  it('keeps what it made when it is cancelled, and a new one makes the rest', async () => {
    const place = new JobCase();
    await place.add(...shades(40));
    const { open } = await inTheMiddle(place);
    const cancelled = place.service.cancel();
    open();
    const job = await cancelled;
    expect(job.state).toBe('cancelled');
    expect(job.finishedAt).not.toBeNull();
    expect(job.done).toBeGreaterThan(0);
    await expect(place.service.resume()).rejects.toThrow(kind('invalid-input'));
    await expect(place.service.cancel()).rejects.toThrow(kind('invalid-input'));
    await expect(place.service.pause()).rejects.toThrow(kind('invalid-input'));
    expect(await place.run('red')).toMatchObject({ state: 'finished', done: 40 });
    expect(place.packs.get('red')!.seen).toBe(40);
  });

  it('refuses a second one while it runs, and gives way to it when it rests', async () => {
    const place = new JobCase();
    await place.add(...shades(40));
    const { open } = await inTheMiddle(place);
    await expect(place.service.start('dim')).rejects.toThrow(kind('busy'));
    await expect(place.service.resume()).rejects.toThrow(kind('busy'));
    const paused = place.service.pause();
    open();
    await paused;
    expect(await place.run('dim')).toMatchObject({ packId: 'dim', state: 'finished', done: 40 });
    expect(place.audit().map(({ action, detail }) => [action, detail['pack'], detail['cause']])).toEqual([
      ['embedding-started', 'red', undefined],
      ['embedding-paused', 'red', undefined],
      ['embedding-cancelled', 'red', 'another job was started'],
      ['embedding-started', 'dim', undefined],
      ['embedding-finished', 'dim', undefined],
    ]);
    await expect(place.service.resume()).rejects.toThrow(kind('invalid-input'));
  });

  it('goes on by itself after the case was closed, but not after it was paused', async () => {
    const place = new JobCase();
    await place.add(...shades(40));
    const { open } = await inTheMiddle(place);
    const stopped = place.service.stop();
    open();
    await stopped;
    await expect(place.service.start('red')).rejects.toThrow(kind('no-case'));
    place.service = place.newService();
    expect(place.service.current()).toMatchObject({ state: 'paused', packId: 'red' });
    expect(place.audit().at(-1)).toMatchObject({
      action: 'embedding-paused',
      detail: { cause: 'the case was closed' },
    });
    const again = await inTheMiddleOf(place);
    const paused = place.service.pause();
    again.open();
    await paused;
    place.service = place.newService();
    place.service.resumeInterrupted();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'paused' });
    await place.service.resume();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 40 });
    expect(place.packs.get('red')!.seen).toBe(40);
  });

  /** As `inTheMiddle`, for one that goes on by itself. */
  async function inTheMiddleOf(place: JobCase): Promise<{ open: () => void }> {
    const { opened, open } = gate();
    const reached = gate();
    place.packs.get('red')!.before = () => {
      reached.open();
      return opened;
    };
    place.service.resumeInterrupted();
    await reached.opened;
    return { open };
  }

  it('need not wait until its model is loaded', async () => {
    const place = new JobCase();
    await place.add(1, 2);
    const { opened, open } = gate();
    place.loading = opened;
    await place.service.start('red');
    while (place.asked === 0) await new Promise((next) => setTimeout(next, 2));
    expect(await place.service.pause()).toMatchObject({ state: 'paused', done: 0 });
    expect(place.lent).toBe(0);
    await place.service.resume();
    open();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 2 });
    // The first run got the model as well, and did nothing with it.
    expect(place.lent).toBe(2);
    expect(place.packs.get('red')!.seen).toBe(2);
  });

  it('is found interrupted when the process died', async () => {
    const place = new JobCase();
    await place.add(...shades(10));
    await place.run('red');
    place.openCase.db.exec("UPDATE embedding_jobs SET state = 'running', finished_at = NULL");
    place.service = place.newService();
    expect(place.service.current()).toMatchObject({ state: 'paused', finishedAt: null });
    expect(place.audit().at(-1)).toMatchObject({
      action: 'embedding-paused',
      detail: { cause: 'the process ended' },
    });
    place.service.resumeInterrupted();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 10 });
  });
});

describe('a job in which the process dies each time', () => {
  const die = (place: JobCase): void => {
    place.openCase.db.exec("UPDATE embedding_jobs SET state = 'running', finished_at = NULL");
    place.service = place.newService();
  };

  it('does not go on by itself for ever', async () => {
    const place = new JobCase();
    await place.add(...shades(5));
    place.running = gate().opened;
    await place.service.start('red');
    await place.service.stop();
    place.running = null;
    die(place);
    expect(place.service.current()).toMatchObject({ state: 'paused' });
    die(place);
    expect(place.service.current()).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('each time that red was at work') as string,
    });
    place.service.resumeInterrupted();
    expect(place.service.current()).toMatchObject({ state: 'failed', done: 0 });
    await place.service.resume();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 5, message: '' });
    // What it has stored shows that it can.
    die(place);
    expect(place.service.current()).toMatchObject({ state: 'paused' });
  });
});

describe('a job beside an import', () => {
  it('waits for it and reads what it brought in', async () => {
    const place = new JobCase();
    await place.add(...shades(20));
    const { opened, open } = gate();
    const begun = gate();
    const red = place.packs.get('red')!;
    red.before = () => {
      if (red.batches.length !== 1 || place.running) return;
      place.running = opened;
      begun.open();
    };
    await place.service.start('red');
    await begun.opened;
    while (place.service.current()!.message === '') await new Promise((next) => setTimeout(next, 5));
    expect(place.service.current()).toMatchObject({
      state: 'running',
      message: expect.stringMatching(/import/) as string,
    });
    const seen = red.seen;
    const later = await place.add(...shades(5, 100));
    await new Promise((next) => setTimeout(next, 30));
    expect(red.seen).toBe(seen);
    place.running = null;
    open();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 25, total: 25, message: '' });
    expect(place.vector('red', later[4]!)).toEqual(expected(104));
    expect(place.events.some(({ message }) => message !== '')).toBe(true);
  });

  it('can be started, paused and cancelled while it waits', async () => {
    const place = new JobCase();
    await place.add(1, 2);
    place.running = gate().opened;
    await place.service.start('red');
    while (place.service.current()!.message === '') await new Promise((next) => setTimeout(next, 5));
    expect(await place.service.pause()).toMatchObject({ state: 'paused', message: '' });
    await place.service.resume();
    expect(await place.service.cancel()).toMatchObject({ state: 'cancelled' });
    expect(place.lent).toBe(0);
  });

  it('reads crops that came in without its notice', async () => {
    const place = new JobCase();
    await place.add(...shades(6));
    const red = place.packs.get('red')!;
    let added: number[] = [];
    red.before = async () => {
      if (added.length === 0) added = await place.add(300, 1);
    };
    expect(await place.run('red')).toMatchObject({ state: 'finished', done: 8, total: 8 });
    expect(place.vector('red', added[1]!)).toEqual(expected(1));
    expect(red.seen).toBe(7);
  });
});

describe('a job that fails', () => {
  it('says why, and can be continued', async () => {
    const place = new JobCase();
    await place.add(...shades(20));
    const red = place.packs.get('red')!;
    red.before = () => {
      if (red.batches.length === 2) throw new Error('the graphics card has gone');
    };
    const job = await place.run('red');
    expect(job).toMatchObject({ state: 'failed', message: 'the graphics card has gone' });
    expect(job.finishedAt).not.toBeNull();
    expect(place.audit().at(-1)).toMatchObject({
      action: 'embedding-failed',
      detail: { error: 'the graphics card has gone' },
    });
    red.before = () => undefined;
    await place.service.resume();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 20, message: '' });
  });

  it('is not begun with a pack that is not installed, and not continued with one that was replaced', async () => {
    const place = new JobCase();
    await place.add(...shades(20));
    await expect(place.service.start('green')).rejects.toThrow(kind('not-found'));
    expect(place.service.current()).toBeNull();
    place.running = gate().opened;
    await place.service.start('red');
    await place.service.pause();
    place.running = null;
    place.packs.set('red', new Colours('red', 0.25));
    await place.service.resume();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('Start it anew') as string,
    });
    place.packs.delete('red');
    await place.service.resume();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('"red"') as string,
    });
  });

  it.skipIf(process.platform === 'win32')(
    'does not take a case that went away for one whose originals are missing',
    async () => {
      const place = new JobCase();
      await place.add(...shades(20));
      const { path } = place.openCase;
      const red = place.packs.get('red')!;
      red.before = () => {
        if (red.batches.length === 1) renameSync(path, `${path}.away`);
      };
      const job = await place.run('red');
      expect(job).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('not there any more') as string,
      });
      renameSync(`${path}.away`, path);
      expect(job.failed).toBe(0);
    },
  );

  it('tells of a full disk, stores nothing half, and goes on when there is room', async () => {
    const place = new JobCase();
    await place.add(...shades(40));
    const { db } = place.openCase;
    const red = new Colours('red', 1, 1000);
    place.packs.set('red', red);
    red.before = () => void db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    const job = await place.run('red');
    expect(job).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('disk is full') as string,
    });
    expect(job.finishedAt).not.toBeNull();
    red.before = () => void db.pragma('max_page_count = 1000000');
    red.before();
    expect(vectorFindings(place.embeddings)).toEqual([]);
    expect(place.embeddings.count(place.modelId('red'))).toBeLessThan(40);
    await place.service.resume();
    await place.service.idle();
    expect(place.service.current()).toMatchObject({ state: 'finished', done: 40 });
    expect(vectorFindings(place.embeddings)).toEqual([]);
    expect(place.openCase.audit.verify().findings).toEqual([]);
  });
});

describe('coverage', () => {
  it('counts for each pack how many crops it has read', async () => {
    const place = new JobCase();
    const packs = [...place.packs.values()].map(({ summary }) => summary);
    expect(place.service.coverage(packs)).toEqual([
      { packId: 'red', crops: 0, total: 0 },
      { packId: 'dim', crops: 0, total: 0 },
    ]);
    await place.add(1, 2, 3);
    await place.run('dim');
    await place.add(4);
    expect(place.service.coverage(packs)).toEqual([
      { packId: 'red', crops: 0, total: 4 },
      { packId: 'dim', crops: 3, total: 4 },
    ]);
    // Another version of a pack has read nothing.
    expect(place.service.coverage([new Colours('dim', 0.4).summary])).toEqual([
      { packId: 'dim', crops: 0, total: 4 },
    ]);
  });
});
