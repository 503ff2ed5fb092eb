import { describe, expect, it } from 'vitest';
import { StageClock } from '../../../src-main/engine/ingest/progress-meter.ts';
import { stageTimes } from '../../../src-main/engine/ingest/schema.ts';

describe('the clock of an import’s stages', () => {
  it('knows every stage of the contract', () => {
    expect(Object.keys(new StageClock().times)).toEqual(Object.keys(stageTimes.shape));
  });

  it('adds what a thread’s clock has taken, each time once', async () => {
    const thread = new StageClock();
    const whole = new StageClock();
    await thread.measure('decode', () => new Promise((done) => setTimeout(done, 5)));
    thread.times.hash += 3;
    const { decode } = thread.times;
    expect(decode).toBeGreaterThan(0);
    whole.add(thread.take());
    whole.add(thread.take());
    expect(whole.times).toMatchObject({ decode, hash: 3, embed: 0 });
  });

  it('counts the time of work that fails', async () => {
    const clock = new StageClock();
    await expect(clock.measure('decode', () => Promise.reject(new Error('bad file')))).rejects.toThrow(
      'bad file',
    );
    expect(() =>
      clock.measureSync('store', () => {
        throw new Error('full');
      }),
    ).toThrow('full');
    expect(clock.times.decode).toBeGreaterThan(0);
    expect(clock.times.store).toBeGreaterThan(0);
  });
});
