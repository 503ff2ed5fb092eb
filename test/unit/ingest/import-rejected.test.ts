import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { crop, testCase } from './case-folder.ts';
import { expectConsistent, importAll } from './import-checks.ts';
import { makeFolder } from './scan-folder.ts';

describe('an import with bad files', () => {
  it('lists every bad file with its reason and imports the rest', async () => {
    const good = await crop(1, 64, 128);
    const folder = await makeFolder({
      'a good.jpg': good,
      'empty.jpg': '',
      'huge.png': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), Buffer.alloc(400)]),
      'line\nbreak.jpg': await crop(3),
      'text.jpg': 'this is a text',
      'tiny.png': await sharp({ create: { width: 3, height: 3, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
      'truncated.jpg': good.subarray(0, good.length / 2),
      '=cmd.mp4': 'video',
    });
    if (process.platform !== 'win32') await symlink('/etc/hostname', join(folder, 'way out.jpg'));
    const test = await testCase();
    const batch = await importAll(test, folder);
    expect(batch).toMatchObject({
      state: 'done',
      imported: 2,
      rejected: process.platform === 'win32' ? 6 : 7,
    });
    expectConsistent(test, 2);
    const { total, rows } = test.imports.rejected(batch.id, { offset: 0, limit: 100 });
    expect(total).toBe(batch.rejected);
    expect(Object.fromEntries(rows.map(({ path, reason }) => [path, reason]))).toEqual({
      '=cmd.mp4': 'not-an-image',
      'empty.jpg': 'zero-bytes',
      'huge.png': 'truncated',
      'text.jpg': 'not-an-image',
      'tiny.png': 'too-small',
      'truncated.jpg': 'truncated',
      ...(process.platform === 'win32' ? {} : { 'way out.jpg': 'outside-folder' }),
    });
    expect(test.imports.rejected(batch.id, { offset: 1, limit: 2 }).rows).toEqual(rows.slice(1, 3));
    const csv = test.imports.rejectedCsv(batch.id);
    expect(csv.startsWith('\uFEFFpath,reason,detail\r\n')).toBe(true);
    expect(csv).toContain("'=cmd.mp4,not-an-image");
    expect(csv.trim().split('\r\n')).toHaveLength(1 + total);
  });
});
