import { createHash } from 'node:crypto';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyExport } from '../../../src-main/engine/verify/verify-export.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function exported(): string {
  const folder = temporaryFolder();
  const lines = ['report.json', 'a name with spaces.csv'].map((name) => {
    writeFileSync(join(folder, name), `content of ${name}`);
    return `${createHash('sha256').update(`content of ${name}`).digest('hex')}  ${name}\n`;
  });
  writeFileSync(join(folder, 'manifest-sha256.txt'), lines.join(''));
  return folder;
}

describe('verifyExport', () => {
  it('finds an untouched export in order', async () => {
    expect(await verifyExport(exported())).toMatchObject({ ok: true, findings: [], checked: { media: 2 } });
  });

  it('names a changed, a missing and an added file', async () => {
    const folder = exported();
    appendFileSync(join(folder, 'report.json'), ' ');
    rmSync(join(folder, 'a name with spaces.csv'));
    writeFileSync(join(folder, 'added.txt'), 'x');
    const { ok, findings } = await verifyExport(folder);
    expect(ok).toBe(false);
    expect(findings.map(({ severity, where }) => `${severity} ${where}`)).toEqual([
      'error report.json',
      'error a name with spaces.csv',
      'warning added.txt',
    ]);
  });

  it.each([['no line of a manifest'], [`${'0'.repeat(64)}  ../outside.txt`]])(
    'refuses the line %s',
    async (line) => {
      const folder = exported();
      appendFileSync(join(folder, 'manifest-sha256.txt'), `${line}\n`);
      await expect(verifyExport(folder)).rejects.toMatchObject({
        kind: 'invalid-input',
        message: expect.stringContaining('Line 3') as string,
      });
    },
  );

  it('says that a folder is no export', async () => {
    await expect(verifyExport(temporaryFolder())).rejects.toMatchObject({ kind: 'not-found' });
  });
});
