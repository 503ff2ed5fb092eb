import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPack, verifyPack, type VerifiedPack } from '../../../src-main/engine/inference/pack-files.ts';
import {
  chooseFrom,
  ProviderChoice,
  type TrialOptions,
} from '../../../src-main/engine/inference/providers.ts';
import type { ProviderTrial } from '../../../src-main/engine/inference/schema.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyPack } from './tiny-pack.ts';

const entry = join(import.meta.dirname, '../../fixtures/inference/trial-stand-in.ts');

interface Place {
  pack: VerifiedPack;
  /** Where decisions are remembered. */
  file: string;
  /** A fresh start of the application, with a provider that behaves like this. */
  start: (behaviour: string, options?: TrialOptions) => ProviderChoice;
  /** Providers whose trial was started so far. */
  tried: () => string[];
}

async function place(): Promise<Place> {
  const root = temporaryFolder();
  const log = join(root, 'trials.log');
  const file = join(root, 'data', 'providers.json');
  const pack = await verifyPack(await readPack(writeTinyPack(join(root, 'tiny'))));
  const start = (behaviour: string, options: TrialOptions = {}): ProviderChoice => {
    const env = { ...process.env, DESCRY_TEST_TRIAL: behaviour, DESCRY_TEST_TRIAL_LOG: log };
    return new ProviderChoice(file, { entry, env, ...options });
  };
  const tried = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { pack, file, start, tried };
}

const webgpu = expect.objectContaining({ provider: 'webgpu', usable: false }) as ProviderTrial;

describe('ProviderChoice', () => {
  it('takes the fastest provider that gives the CPU’s embedding, at the smallest good batch', async () => {
    const { pack, start } = await place();
    const decision = await start('fast').decide(pack);
    expect(decision).toMatchObject({ provider: 'webgpu', batch: 8 });
    expect(decision.trials).toEqual([
      expect.objectContaining({
        provider: 'webgpu',
        usable: true,
        reason: '',
        imagesPerSecond: 970,
        batch: 8,
      }),
      expect.objectContaining({
        provider: 'cpu',
        usable: true,
        reason: expect.stringContaining('Slower than webgpu'),
      }),
    ]);
    expect(decision.trials[0]!.difference).toBeCloseTo(0.0002, 6);
  });

  it.each([
    ['slow', /Slower than cpu/, true],
    ['wrong', /differs from the CPU's by 0\.01/, false],
    ['not a number', /not finite/, false],
    ['refuses', /Failed to get an adapter/, false],
    ['exits', /crashed in its trial run \(exit code 3\)/, false],
    ['crashes', /crashed in its trial run/, false],
  ])('stays with the CPU when another provider is: %s', async (behaviour, reason, usable) => {
    const { pack, start } = await place();
    const decision = await start(behaviour).decide(pack);
    expect(decision).toMatchObject({ provider: 'cpu', batch: 8 });
    expect(decision.trials[0]).toMatchObject({ provider: 'webgpu', usable });
    expect(decision.trials[0]!.reason).toMatch(reason);
  });

  it('gives up a trial that hangs', async () => {
    const { pack, start } = await place();
    const decision = await start('hangs', { timeLimit: 3000 }).decide(pack);
    expect(decision.provider).toBe('cpu');
    expect(decision.trials[0]!.reason).toMatch(/no result within 3 s/);
  });

  it('uses the CPU unmeasured when no trial can be run at all', async () => {
    const { pack, start } = await place();
    const decision = await start('fast', { entry: join(pack.folder, 'nothing.js') }).decide(pack);
    expect(decision).toMatchObject({ provider: 'cpu', batch: 8 });
    expect(decision.trials).toEqual([
      expect.objectContaining({ provider: 'cpu', usable: true, imagesPerSecond: null }),
    ]);
  });

  it('remembers a decision until the pack changes or somebody asks for new measurements', async () => {
    const { pack, start, tried } = await place();
    const first = await start('fast').decide(pack);
    expect(await start('slow').decide(pack)).toEqual(first);
    expect(tried()).toEqual(['cpu', 'webgpu']);
    expect((await start('slow').decide(pack, { again: true })).provider).toBe('cpu');
    expect((await start('fast').decide(pack)).provider).toBe('cpu');
    expect(tried()).toHaveLength(4);
    expect((await start('fast').decide({ ...pack, digest: '0'.repeat(64) })).provider).toBe('webgpu');
    expect(tried()).toHaveLength(6);
  });

  it('measures again when what it remembered is damaged', async () => {
    const { pack, file, start, tried } = await place();
    await start('fast').decide(pack);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
    expect((await start('fast').decide(pack)).provider).toBe('webgpu');
    expect(tried()).toHaveLength(4);
  });

  it('falls back to the CPU for good when a provider fails at its first use', async () => {
    const { pack, start } = await place();
    const choice = start('fast');
    const decision = await choice.decide(pack);
    const used: string[] = [];
    const opened = await choice.open(pack, decision, async ({ provider, batch }) => {
      used.push(provider);
      if (provider === 'webgpu') throw new Error('device lost');
      return batch;
    });
    expect(used).toEqual(['webgpu', 'cpu']);
    expect(opened).toBe(8);
    const next = await start('fast').decide(pack);
    expect(next.provider).toBe('cpu');
    expect(next.trials[0]).toEqual(webgpu);
    expect(next.trials[0]!.reason).toMatch(/device lost/);
    expect(next.trials[1]!.reason).toBe('');
  });

  it('does not try a provider again that took the process down, until it is asked to', async () => {
    const { pack, file, start, tried } = await place();
    const before = await start('fast').decide(pack);
    // What a process leaves behind that died while it opened the model.
    const memory = JSON.parse(readFileSync(file, 'utf8')) as { starting: unknown };
    memory.starting = { provider: 'webgpu', pid: 2 ** 22 + 1 };
    writeFileSync(file, JSON.stringify(memory));
    expect(before.provider).toBe('webgpu');
    const after = await start('fast').decide(pack);
    expect(after.provider).toBe('cpu');
    expect(after.trials[0]).toEqual(webgpu);
    expect(after.trials[0]!.reason).toMatch(/descry doctor/);
    expect(tried()).toHaveLength(2);
    expect((await start('fast').decide(pack, { again: true })).provider).toBe('webgpu');
  });

  it('does not take a provider for crashed that another running process is starting', async () => {
    const { pack, file, start } = await place();
    await start('fast').decide(pack);
    const memory = JSON.parse(readFileSync(file, 'utf8')) as { starting: unknown };
    memory.starting = { provider: 'webgpu', pid: process.ppid };
    writeFileSync(file, JSON.stringify(memory));
    expect((await start('fast').decide(pack)).provider).toBe('webgpu');
  });
});

describe('chooseFrom', () => {
  const trial = (
    provider: ProviderTrial['provider'],
    imagesPerSecond: number | null,
    usable = true,
  ): ProviderTrial => ({
    provider,
    usable,
    reason: usable ? '' : 'It failed.',
    imagesPerSecond,
    batch: imagesPerSecond === null ? null : 16,
    difference: 0,
  });

  it('takes the fastest, keeps the reason of those that failed, and names the others slower', () => {
    const decision = chooseFrom([
      trial('cuda', null, false),
      trial('dml', 50),
      trial('webgpu', 80),
      trial('cpu', 60),
    ]);
    expect(decision.provider).toBe('webgpu');
    expect(decision.trials.map(({ reason }) => reason)).toEqual([
      'It failed.',
      'Slower than webgpu on this machine.',
      '',
      'Slower than webgpu on this machine.',
    ]);
  });
});
