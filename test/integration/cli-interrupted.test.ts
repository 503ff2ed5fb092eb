import { readFileSync, readdirSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch, CaseInfo, ImportProgress } from '../../src-main/api/types.ts';
import { CommandLine, type Failure, type Finished } from './cli-setup.ts';
import { writeCrops } from './import-setup.ts';

const count = 600;
let descry: CommandLine;
let uninterrupted: string[];

beforeAll(async () => {
  descry = await CommandLine.create();
  await writeCrops(descry.path('crops'), count);
  await descry.run('case', 'create', 'whole', '--time-zone', 'Europe/Berlin');
  expect((await descry.run('import', 'whole', 'crops')).code).toBe(0);
  uninterrupted = content('whole');
  expect(uninterrupted).toHaveLength(count);
});
afterAll(() => descry.remove());

/** A line for each crop of a closed case, without the ids, which depend on the order. */
function content(name: string): string[] {
  const db = new Database(descry.path(`${name}.descry`, 'case.sqlite'), { readonly: true });
  try {
    return db
      .prepare<[], string>(
        `SELECT concat_ws(' | ', c.file_name, m.sha256, cam.name, c.recorded_time, c.corrected_at, c.track, c.source_key)
         FROM crops AS c JOIN media AS m ON m.id = c.media_id JOIN cameras AS cam ON cam.id = c.camera_id`,
      )
      .pluck()
      .all()
      .sort();
  } finally {
    db.close();
  }
}

function filesIn(name: string): string[] {
  return readdirSync(descry.path(`${name}.descry`, 'media'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** Waits until an import is in the middle: some originals are in the case, and the command still runs. */
async function inTheMiddle(name: string, child: ChildProcess): Promise<void> {
  while (filesIn(name).length < count / 8) {
    if (child.exitCode !== null) throw new Error('the import ended before it could be interrupted');
    await sleep(25);
  }
}

/** The command's engine: its only child. */
function engineOf(child: ChildProcess): number {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
  const engine = children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join('engine', 'process.js')),
  );
  return Number(engine);
}

interface Interruption {
  name: string;
  args: string[];
  interrupt: (child: ChildProcess) => void;
  check: (finished: Finished) => void;
}

const interruptions: Interruption[] = [
  {
    name: 'kill -9 of the whole command',
    args: [],
    interrupt: (child) => child.kill('SIGKILL'),
    check: (finished) => expect(finished.signal).toBe('SIGKILL'),
  },
  {
    name: 'kill -9 of its engine',
    args: [],
    interrupt: (child) => process.kill(engineOf(child), 'SIGKILL'),
    check: ({ code, stderr }) => {
      expect(code).toBe(1);
      expect(stderr).toBe(
        'descry: The engine ended unexpectedly (SIGKILL). What was stored is safe; run the command again.\n',
      );
    },
  },
  {
    name: 'Ctrl+C',
    args: [],
    interrupt: (child) => child.kill('SIGINT'),
    check: ({ code, stderr }) => {
      expect(code).toBe(130);
      expect(stderr).toBe('descry: Stopping; what was under way continues with the same command.\n');
    },
  },
  {
    name: 'a request to end, with --json',
    args: ['--json'],
    interrupt: (child) => child.kill('SIGTERM'),
    check: ({ code, stdout }) => {
      expect(code).toBe(130);
      expect((JSON.parse(stdout) as Failure).error.kind).toBe('cancelled');
    },
  },
];

describe.skipIf(process.platform !== 'linux')('an interrupted import', () => {
  test.each(interruptions)(
    '$name: the same command comes to the same end',
    async ({ args, interrupt, check, ...rest }) => {
      const name = rest.name.replaceAll(/\W+/g, '-');
      await descry.run('case', 'create', name, '--time-zone', 'Europe/Berlin');
      const { child, ended } = descry.start([...args, 'import', name, 'crops']);
      await inTheMiddle(name, child);
      interrupt(child);
      check(await ended);

      const { code, stderr, document } = await descry.json<ImportProgress>('import', name, 'crops');
      expect(code).toBe(0);
      expect(stderr).toContain('Continuing import 1, which was interrupted.');
      expect(document.batch).toMatchObject({
        id: 1,
        state: 'done',
        total: count,
        imported: count,
        rejected: 0,
      });
      expect(content(name)).toEqual(uninterrupted);
      expect(filesIn(name)).toEqual(filesIn('whole'));
      const { document: info } = await descry.json<CaseInfo & { batches: Batch[] }>('case', 'info', name);
      expect(info.counts).toMatchObject({ crops: count, embedded: count, batches: 1 });
      expect((await descry.run('verify', name)).code).toBe(0);
    },
  );

  test('asked for in another way it begins anew, and the old one does not come back', async () => {
    await descry.run('case', 'create', 'other-way', '--time-zone', 'Europe/Berlin');
    const { child, ended } = descry.start(['import', 'other-way', 'crops']);
    await inTheMiddle('other-way', child);
    child.kill('SIGKILL');
    await ended;
    const { code, stderr } = await descry.json('import', 'other-way', 'crops', '--pattern', 'descry');
    expect(code).toBe(0);
    expect(stderr).toContain(
      'Import 1 of the same source was interrupted; it had other options and is cancelled.',
    );
    const { document } = await descry.json<CaseInfo & { batches: Batch[] }>('case', 'info', 'other-way');
    expect(document.batches.map(({ id, state }) => [id, state])).toEqual([
      [2, 'done'],
      [1, 'cancelled'],
    ]);
    expect(content('other-way')).toEqual(uninterrupted);
  });
});
