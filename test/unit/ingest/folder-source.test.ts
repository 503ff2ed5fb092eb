import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fates, makeFolder, scanAll } from './scan-folder.ts';

describe('a folder', () => {
  it('is read with its sub-folders in byte order, whatever the names', async () => {
    const path = await makeFolder({
      'b/2.jpg': '',
      'b/1.PNG': '',
      'a b/it\'s "here".jpg': '',
      'line\nbreak.jpg': '',
      'Ä/ü.webp': '',
      'without-extension': '',
    });
    expect((await scanAll({ kind: 'folder', path }, { pattern: 'none' })).map((item) => item.path)).toEqual([
      'a b/it\'s "here".jpg',
      'b/1.PNG',
      'b/2.jpg',
      'line\nbreak.jpg',
      'without-extension',
      'Ä/ü.webp',
    ]);
  });

  it('passes over side files, caches and Descry cases, and lists other files', async () => {
    const path = await makeFolder({
      'a.jpg': '',
      'notes.txt': '',
      'labels.json': '',
      'Thumbs.db': '',
      '.DS_Store': '',
      '._a.jpg': '',
      README: '',
      '.git/objects/x.jpg': '',
      '@eaDir/a.jpg': '',
      'old case.descry/media/aa/x.jpg': '',
      'clip.mp4': '',
      'letter.docx': '',
    });
    expect(fates(await scanAll({ kind: 'folder', path }, { pattern: 'none' }))).toEqual({
      'a.jpg': null,
      'clip.mp4': 'not-an-image',
      'letter.docx': 'not-an-image',
    });
  });

  it('takes a single file', async () => {
    const path = await makeFolder({ 'x/0002_c1s1_000451_03.jpg': '', 'x/other.jpg': '' });
    const items = await scanAll({ kind: 'folder', path: join(path, 'x/0002_c1s1_000451_03.jpg') });
    expect(items).toMatchObject([{ path: '0002_c1s1_000451_03.jpg', plan: { camera: 'c1', track: '0002' } }]);
  });

  it('is refused when it is not there', async () => {
    await expect(scanAll({ kind: 'folder', path: join(await makeFolder(), 'absent') })).rejects.toMatchObject(
      { kind: 'not-found' },
    );
  });

  it.skipIf(process.platform === 'win32')('follows links only where they stay inside', async () => {
    const outside = await makeFolder({ 'secret.jpg': '', 'deep/also.jpg': '' });
    const path = await makeFolder({ 'real/a.jpg': '', 'b.jpg': '' });
    await symlink(join(path, 'b.jpg'), join(path, 'link-in.jpg'));
    await symlink(join(outside, 'secret.jpg'), join(path, 'link-out.jpg'));
    await symlink(outside, join(path, 'folder-out'));
    await symlink(path, join(path, 'real', 'loop'));
    await symlink('self.jpg', join(path, 'self.jpg'));
    await symlink('nothing.jpg', join(path, 'broken.jpg'));
    expect(fates(await scanAll({ kind: 'folder', path }, { pattern: 'none' }))).toEqual({
      'b.jpg': null,
      'broken.jpg': 'file-missing',
      'folder-out': 'outside-folder',
      'link-in.jpg': null,
      'link-out.jpg': 'outside-folder',
      'real/a.jpg': null,
      'self.jpg': 'file-missing',
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'keeps the bytes of names that are not UTF-8, of folders too',
    async () => {
      const path = await makeFolder();
      const file = Buffer.concat([Buffer.from(`${path}/caf`), Buffer.of(0xe9), Buffer.from('.jpg')]);
      const folder = Buffer.concat([Buffer.from(`${path}/d`), Buffer.of(0xff)]);
      await writeFile(file, 'x');
      await mkdir(folder);
      await writeFile(Buffer.concat([folder, Buffer.from('/in.jpg')]), 'x');
      const items = await scanAll({ kind: 'folder', path }, { pattern: 'none' });
      expect(
        items.map((item) => [item.path, Buffer.from(item.plan.rawPath!, 'base64').toString('latin1')]),
      ).toEqual([
        ['caf\uFFFD.jpg', 'caf\xe9.jpg'],
        ['d\uFFFD/in.jpg', 'd\xff/in.jpg'],
      ]);
    },
  );
});

describe('names', () => {
  it('that do not fit are rejected, or accepted without camera and time when asked', async () => {
    const path = await makeFolder({ 'gate_20260314-081502_1_1.jpg': '', 'holiday.jpg': '' });
    const source = { kind: 'folder', path } as const;
    expect(fates(await scanAll(source, { pattern: 'descry' }))).toEqual({
      'gate_20260314-081502_1_1.jpg': null,
      'holiday.jpg': 'name-does-not-parse',
    });
    const accepted = await scanAll(source, { pattern: 'descry', acceptUnparsed: true, camera: 'Hall' });
    expect(accepted.map(({ plan, problem }) => [plan.camera, plan.time, problem])).toEqual([
      ['gate', '2026-03-14T08:15:02', null],
      ['Hall', null, null],
    ]);
  });

  it('with times that no clock showed are rejected', async () => {
    const path = await makeFolder({
      'gate_20260329-013000_1_1.jpg': '',
      'gate_20260329-023000_1_1.jpg': '',
      'gate_20260230-120000_1_1.jpg': '',
      'gate_20260314-256100_1_1.jpg': '',
    });
    const expected = {
      'gate_20260230-120000_1_1.jpg': 'time-impossible',
      'gate_20260314-256100_1_1.jpg': 'time-impossible',
      'gate_20260329-013000_1_1.jpg': null,
      'gate_20260329-023000_1_1.jpg': 'time-in-gap',
    };
    expect(fates(await scanAll({ kind: 'folder', path }))).toEqual(expected);
    expect(fates(await scanAll({ kind: 'folder', path }, {}, 'UTC'))).toEqual({
      ...expected,
      'gate_20260329-023000_1_1.jpg': null,
    });
  });
});
