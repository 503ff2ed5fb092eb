import { describe, expect, it } from 'vitest';
import { EmbeddingQueue } from '../../../src-main/engine/ingest/embedding-queue.ts';
import { PixelSlots } from '../../../src-main/engine/ingest/pictures/pixel-slots.ts';
import { emptyPlan } from '../../../src-main/engine/ingest/plan.ts';
import type { Content, Prepared } from '../../../src-main/engine/ingest/prepare.ts';
import { StageClock } from '../../../src-main/engine/ingest/progress-meter.ts';
import { MeanColour } from './case-folder.ts';

const slots = new PixelSlots({ width: 1, height: 1 });
const media = {
  sha256: '',
  bytes: 1,
  format: 'jpeg',
  width: 1,
  height: 1,
  storage: 'copy',
  storedPath: '',
} as const;

/** The vector that `Echo` gives for it is its number. */
function content(number: number): Content {
  const pixels = slots.take();
  pixels.fill(number);
  return { media, pixels, vector: null, exifTime: null };
}

function ready(sequence: number, of = content(sequence)): Prepared {
  const place = { sourcePath: '', fileName: '', sourceKey: '', box: null, frameSha256: null };
  return { kind: 'ready', sequence, plan: emptyPlan, content: of, ...place };
}

/** A model whose vectors are its pixels, and which answers when it is told to. */
class Echo extends MeanColour {
  readonly waiting: (() => void)[] = [];

  override async embedImages(pixels: readonly Float32Array[]): Promise<Float32Array> {
    this.batches.push(pixels.length);
    const vectors = Float32Array.from(pixels.flatMap((picture) => [...picture]));
    await new Promise<void>((answer) => this.waiting.push(answer));
    return vectors;
  }

  answer(): void {
    this.waiting.shift()?.();
  }
}

function setUp(batch: number): { model: Echo; queue: EmbeddingQueue } {
  const model = new Echo(batch);
  return { model, queue: new EmbeddingQueue(model, slots, new StageClock()) };
}

/** Whether a promise is still open after everything that can happen has happened. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise((resolve) => setTimeout(resolve, 20, 'later'));
  return (await Promise.race([promise, later])) === 'later';
}

const sequences = (items: readonly Prepared[]): number[] => items.map(({ sequence }) => sequence);

describe('the queue before the model', () => {
  it('has more than one batch with the model, and gives items back in their order with their vectors', async () => {
    const { model, queue } = setUp(2);
    const items = Array.from({ length: 7 }, (_, i) => ready(i));
    const done: Prepared[] = [];
    for (const item of items.slice(0, 5)) done.push(...(await queue.add(item)));
    expect([model.batches, done]).toEqual([[2, 2], []]);
    const full = queue.add(items[5]!);
    expect(await isOpen(full)).toBe(true);
    expect(model.batches).toEqual([2, 2, 2]);
    model.answer();
    done.push(...(await full));
    expect(sequences(done)).toEqual([0, 1]);
    await queue.add(items[6]!);
    const rest = queue.settle(true);
    for (let i = 0; i < 3; i++) model.answer();
    done.push(...(await rest));
    expect(sequences(done)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(model.batches).toEqual([2, 2, 2, 1]);
    expect(done.map((item) => item.kind === 'ready' && item.content.vector?.[0])).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
  });

  it('shows the model a content once, however many crops have it', async () => {
    const { model, queue } = setUp(2);
    const shared = content(9);
    for (const [i, of] of [shared, content(1), shared, content(2), shared].entries())
      await queue.add(ready(i, of));
    const rest = queue.settle(true);
    for (let i = 0; i < 3; i++) model.answer();
    expect(sequences(await rest)).toEqual([0, 1, 2, 3, 4]);
    expect(model.batches.reduce((a, b) => a + b)).toBe(3);
    expect(shared.vector?.[0]).toBe(9);
  });

  it('lets items pass that are none of the model’s, without losing their place', async () => {
    const { model, queue } = setUp(2);
    const rejected = (sequence: number): Prepared => ({
      kind: 'rejected',
      sequence,
      problem: { reason: 'unreadable', detail: '' },
    });
    for (const item of [rejected(0), ready(1), rejected(2), ready(3), rejected(4)]) await queue.add(item);
    const rest = queue.settle(true);
    model.answer();
    expect(sequences(await rest)).toEqual([0, 1, 2, 3, 4]);
    expect(model.batches).toEqual([2]);
    const many = setUp(2);
    let passed: Prepared[] = [];
    for (let i = 0; i < 2000; i++) passed = [...passed, ...(await many.queue.add(rejected(i)))];
    expect(passed.length).toBeGreaterThan(0);
    expect(many.model.batches).toEqual([]);
  });

  it('gives back only what the model has, when it is stopped', async () => {
    const { model, queue } = setUp(2);
    for (let i = 0; i < 3; i++) await queue.add(ready(i));
    const rest = queue.settle(false);
    model.answer();
    expect(sequences(await rest)).toEqual([0, 1]);
  });

  it('passes the model’s error on when its turn comes', async () => {
    const { model, queue } = setUp(1);
    model.embedImages = () => Promise.reject(new Error('the provider is lost'));
    await queue.add(ready(0));
    await queue.add(ready(1));
    await expect(queue.settle(true)).rejects.toThrow('the provider is lost');
  });

  it('uses the memory of pictures again that the model has seen', async () => {
    const { model, queue } = setUp(1);
    const first = content(1);
    const { pixels } = first;
    await queue.add(ready(0, first));
    const rest = queue.settle(true);
    model.answer();
    await rest;
    expect(first.pixels).toBeNull();
    expect(slots.take()).toBe(pixels);
  });
});
