import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identity, temporaryCase, temporaryFolder } from '../../support/temporary.ts';
import { createCase, reopenCase } from '../../support/cases.ts';

const lockModule = new URL('../../../src-main/engine/case/lock.ts', import.meta.url).href;

/** Another process that holds the case until it is killed. */
async function holdElsewhere(path: string): Promise<() => Promise<void>> {
  const script = `const { CaseLock } = await import(${JSON.stringify(lockModule)}); CaseLock.acquire(${JSON.stringify(path)}, 'the other process'); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the other process ended')));
  });
  return () =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
}

describe('OpenCase', () => {
  it('adds the ending, keeps the details and opens again', () => {
    const folder = join(temporaryFolder(), 'Operation "Ä" 1');
    const created = createCase(
      folder,
      { name: ' Ä ', number: '7/26', timeZone: 'America/New_York' },
      identity,
    );
    expect(created.path).toBe(`${folder}.descry`);
    created.close();
    const opened = reopenCase(folder, identity);
    expect(opened.info(undefined)).toMatchObject({
      name: 'Ä',
      number: '7/26',
      timeZone: 'America/New_York',
      counts: { crops: 0 },
      span: null,
    });
    opened.close();
  });

  it('never writes over what is there', () => {
    const folder = join(temporaryFolder(), 'taken.descry');
    mkdirSync(folder);
    writeFileSync(join(folder, 'precious.txt'), 'kept');
    expect(() => createCase(folder, { name: 'x' }, identity)).toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
    expect(readFileSync(join(folder, 'precious.txt'), 'utf8')).toBe('kept');
  });

  it('names who holds a case that is open elsewhere, and opens once that process is killed', async () => {
    const created = temporaryCase();
    created.close();
    const kill = await holdElsewhere(created.path);
    expect(() => reopenCase(created.path, identity)).toThrow(
      expect.objectContaining({
        kind: 'case-locked',
        message: expect.stringContaining('the other process') as string,
      }),
    );
    await kill();
    reopenCase(created.path, identity).close();
  });

  it('refuses a folder without a case', () => {
    expect(() => reopenCase(temporaryFolder(), identity)).toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
  });

  it('releases its lock even when the folder went away while it was open', () => {
    const created = temporaryCase();
    rmSync(created.path, { recursive: true });
    expect(() => created.close()).not.toThrow();
  });
});
