import { fork } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyExport } from '../../src-main/engine/verify/verify-export.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { bundleCase, exportOf } from '../unit/report/bundle-fixture.ts';
import { ReportCase } from '../unit/report/report-case.ts';

let made: ReportCase;

beforeAll(async () => {
  made = await bundleCase(12);
  // Another process is to have it.
  made.openCase.close();
});

afterAll(() => made?.dispose());

/** Runs an export until a step, and kills it there. */
async function killAt(step: string, args: readonly string[]): Promise<void> {
  const [folder = '', container = '', ...rest] = args;
  const child = fork(join(import.meta.dirname, 'bundle-child.ts'), [folder, container, step, ...rest], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      if (message === step) child.kill('SIGKILL');
      else reject(new Error('the export ended before it could be killed'));
    });
    child.on('exit', (_code, signal) =>
      signal === 'SIGKILL' ? resolve() : reject(new Error('the child ended by itself')),
    );
  });
}

const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

describe('an export that is killed', () => {
  it.each([
    ['bag', 'Thumbnails', 'elsewhere'],
    ['bag', 'CASE/UCO', 'into the case'],
    ['bag-zip', 'Zip', 'elsewhere'],
    ['folder', 'report.csv', 'into the case'],
  ] as const)(
    'leaves no %s under its name at the step "%s", and the next one clears up (%s)',
    async (container, step, where) => {
      const folder = temporaryFolder();
      cpSync(made.folder, folder, { recursive: true });
      const own = join(folder, 'case.descry', 'exports');
      const chosen = where === 'elsewhere' ? temporaryFolder() : own;
      await killAt(step, [folder, container, ...(where === 'elsewhere' ? [chosen] : [])]);
      expect(names(chosen)).not.toEqual([]);
      expect(names(chosen).filter((name) => !/^\..*\.part$/.test(name))).toEqual([]);

      const opened = ReportCase.open(folder);
      try {
        const entries = opened.openCase.audit.list({ limit: 50 }).map(({ action }) => action);
        expect(entries).not.toContain('report-exported');
        // The next export may go elsewhere: what was left is found all the same.
        const outcome = await exportOf(opened, { container: 'bag', formats: ['json'] });
        expect(names(own)).toEqual([outcome.reportId]);
        expect(names(chosen)).toEqual(where === 'elsewhere' ? [] : [outcome.reportId]);
        expect(await verifyExport(outcome.folder)).toMatchObject({ ok: true, findings: [] });
      } finally {
        opened.openCase.close();
      }
    },
  );
});
