import { describe, expect, it } from 'vitest';
import { LoadedModels } from '../../../src-main/engine/inference/loaded-models.ts';

class FakeModel {
  isOpen = true;
  readonly pack: string;

  constructor(pack: string) {
    this.pack = pack;
  }

  async dispose(): Promise<void> {
    await new Promise((done) => setTimeout(done, 1));
    this.isOpen = false;
  }
}

class Place {
  readonly loaded: FakeModel[] = [];
  readonly broken = new Set<string>();
  /** Most models that were open at the same time. */
  most = 0;
  readonly models = new LoadedModels<FakeModel>(
    async (pack) => {
      await new Promise((done) => setTimeout(done, 1));
      if (this.broken.has(pack)) throw new Error(`${pack} is broken`);
      const model = new FakeModel(pack);
      this.loaded.push(model);
      this.most = Math.max(this.most, this.open.length);
      return model;
    },
    () => Promise.resolve('used'),
  );

  get open(): string[] {
    return this.loaded.filter(({ isOpen }) => isOpen).map(({ pack }) => pack);
  }
}

const busy = expect.objectContaining({ kind: 'busy' }) as Error;

describe('LoadedModels', () => {
  it('loads a model once for everyone who works with it', async () => {
    const { models, loaded } = new Place();
    const found = await Promise.all([
      models.with((model) => Promise.resolve(model)),
      models.with((model) => Promise.resolve(model), { pack: 'used' }),
      models.with((model) => Promise.resolve(model)),
    ]);
    expect(new Set(found).size).toBe(1);
    expect(loaded).toHaveLength(1);
  });

  it('keeps the pack in use and one other, and never more', async () => {
    const place = new Place();
    for (const pack of ['used', 'a', 'b', 'a', 'used', 'b'])
      await place.models.with(() => Promise.resolve(), { pack });
    expect(place.open).toEqual(['used', 'b']);
    expect(place.most).toBe(2);
    expect(place.loaded.filter(({ pack }) => pack === 'used')).toHaveLength(1);
  });

  it('waits for short work before it closes a model, and tells of long work', async () => {
    const place = new Place();
    const { models } = place;
    const short = await models.borrow({ pack: 'a' });
    const next = models.borrow({ pack: 'b' });
    await new Promise((done) => setTimeout(done, 20));
    expect(place.open).toEqual(['a']);
    expect(short.model.isOpen).toBe(true);
    short.release();
    const long = await models.borrow({ pack: 'b', task: 'an evaluation' });
    (await next).release();
    await expect(models.borrow({ pack: 'a' })).rejects.toThrow(/during an evaluation/);
    expect(long.model.isOpen).toBe(true);
    // The pack in use has its place whatever the others do.
    expect(await models.with((model) => Promise.resolve(model.pack))).toBe('used');
    long.release();
    expect(await models.with((model) => Promise.resolve(model.pack), { pack: 'a' })).toBe('a');
    expect(place.most).toBe(2);
  });

  it('takes a pack that is loaded into use without loading anything', async () => {
    const place = new Place();
    await place.models.with(() => Promise.resolve());
    await place.models.with(() => Promise.resolve(), { pack: 'a' });
    expect(await place.models.take('a', (model) => Promise.resolve(model.pack))).toBe('a');
    expect(await place.models.inUse()).toBe('a');
    await place.models.take('used', () => Promise.resolve());
    expect(place.loaded).toHaveLength(2);
  });

  it('does not close the model that a search works with when another is taken into use', async () => {
    const place = new Place();
    const { models } = place;
    const search = await models.borrow();
    const job = await models.borrow({ pack: 'a', task: 'the reading of the case' });
    const switched = models.take('b', () => Promise.resolve());
    await new Promise((done) => setTimeout(done, 20));
    expect(search.model.isOpen).toBe(true);
    expect(await models.inUse()).toBe('used');
    search.release();
    await switched;
    expect(await models.inUse()).toBe('b');
    expect(place.open).toEqual(['a', 'b']);
    expect(job.model.isOpen).toBe(true);
    expect(place.most).toBe(2);
  });

  it('refuses to take another pack into use while long work keeps both places', async () => {
    const { models } = new Place();
    await models.borrow({ task: 'the import' });
    await models.borrow({ pack: 'a', task: 'an evaluation' });
    await expect(models.take('b', () => Promise.resolve())).rejects.toThrow(busy);
    await expect(models.take('b', () => Promise.resolve())).rejects.toThrow(/the import and an evaluation/);
    expect(await models.inUse()).toBe('used');
  });

  it('keeps the pack in use when another cannot be loaded, or its choice cannot be written', async () => {
    const place = new Place();
    place.broken.add('a');
    await expect(place.models.take('a', () => Promise.resolve())).rejects.toThrow('a is broken');
    await expect(place.models.take('b', () => Promise.reject(new Error('disk full')))).rejects.toThrow(
      'disk full',
    );
    expect(await place.models.inUse()).toBe('used');
    place.broken.clear();
    expect(await place.models.with((model) => Promise.resolve(model.pack), { pack: 'a' })).toBe('a');
  });

  it('forgets a pack when nobody works with it', async () => {
    const place = new Place();
    const loan = await place.models.borrow({ pack: 'a', task: 'an evaluation' });
    await expect(place.models.forget('a')).rejects.toThrow(busy);
    loan.release();
    const search = await place.models.borrow({ pack: 'a' });
    const forgotten = place.models.forget('a');
    expect(search.model.isOpen).toBe(true);
    search.release();
    await forgotten;
    expect(place.open).toEqual([]);
    await place.models.forget('a');
  });

  it('gives the place back when work fails, and closes everything at the end', async () => {
    const place = new Place();
    const failing = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(place.models.with(failing, { pack: 'a', task: 'an evaluation' })).rejects.toThrow('no');
    await place.models.with(() => Promise.resolve(), { pack: 'b' });
    await place.models.borrow();
    await place.models.dispose();
    expect(place.open).toEqual([]);
  });
});
