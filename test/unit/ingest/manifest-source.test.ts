import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DescryError } from '../../../src-main/engine/errors.ts';
import type { PlannedItem } from '../../../src-main/engine/ingest/plan.ts';
import { readManifest } from '../../../src-main/engine/ingest/sources/manifest-rows.ts';
import { fates, makeFolder, scanAll } from './scan-folder.ts';

async function scanManifest(
  text: string | Uint8Array,
  files: readonly string[] = ['a.jpg', 'b.jpg', 'c.jpg'],
  name = 'm.csv',
): Promise<PlannedItem[]> {
  const folder = await makeFolder(Object.fromEntries(files.map((file) => [file, ''])));
  await writeFile(join(folder, name), text);
  return scanAll({ kind: 'manifest', path: join(folder, name) });
}

describe('a CSV manifest', () => {
  it('gives camera, time, track, frame and box', async () => {
    const [item] = await scanManifest(
      'image,Camera ID,Recorded Time,track,frame,x,y,w,h\na.jpg,Gate,2026-03-14 08:15:02,7,42,1,2.5,30,60\n',
    );
    expect(item).toMatchObject({
      path: 'a.jpg',
      problem: null,
      plan: {
        camera: 'Gate',
        time: '2026-03-14T08:15:02',
        timeSource: 'manifest',
        track: '7',
        frame: 42,
        box: { x: 1, y: 2.5, width: 30, height: 60 },
      },
    });
  });

  it('takes semicolons, tabs, quotes, a byte order mark, UTF-16 and Windows-1252', async () => {
    expect(fates(await scanManifest('\uFEFFpath;camera\r\n"a.jpg";x\r\n\r\nb.jpg;y\r\n'))).toEqual({
      'a.jpg': null,
      'b.jpg': null,
    });
    expect(fates(await scanManifest('path\tcamera\na.jpg\tx\n'))).toEqual({ 'a.jpg': null });
    expect(
      fates(await scanManifest('path,camera\n"with ""quote"", comma.jpg",x\n', ['with "quote", comma.jpg'])),
    ).toEqual({ 'with "quote", comma.jpg': null });
    expect(fates(await scanManifest(Buffer.from('\uFEFFpath,camera\na.jpg,ü\n', 'utf16le')))).toEqual({
      'a.jpg': null,
    });
    const [item] = await scanManifest(Buffer.from('path,camera\na.jpg,Stra\xdfe\n', 'latin1'));
    expect(item?.plan.camera).toBe('Straße');
  });

  it('converts a time with an offset to what a clock in the zone showed', async () => {
    const [item] = await scanManifest('path,time\na.jpg,2026-07-14T06:15:02Z\n');
    expect(item?.plan).toMatchObject({
      time: '2026-07-14T08:15:02',
      instant: Date.UTC(2026, 6, 14, 6, 15, 2),
    });
  });

  it('reads camera and time from names where the row gives none, and rejects no name', async () => {
    const items = await scanManifest('path\ngate_20260314-081502_1_1.jpg\n', [
      'gate_20260314-081502_1_1.jpg',
    ]);
    expect(items).toMatchObject([{ problem: null, plan: { camera: 'gate', timeSource: 'name' } }]);
  });

  it('rejects bad rows one by one and keeps the others', async () => {
    const rows = [
      'path,camera,time,frame',
      'a.jpg,x,2026-03-14T08:15:02,1',
      'a.jpg,x,2026-03-14T08:15:02,1',
      'absent.jpg,x,,',
      ',x,,',
      'b.jpg,x',
      'b.jpg,x,yesterday,',
      'b.jpg,x,2026-02-30T00:00:00,',
      'b.jpg,x,2026-03-29T02:30:00,',
      'b.jpg,x,,one',
      'c.jpg,x,,3',
    ];
    const items = await scanManifest(rows.join('\n'));
    expect(items.map(({ path, problem }) => [path, problem?.reason ?? null])).toEqual([
      ['a.jpg', null],
      ['a.jpg', 'duplicate-row'],
      ['absent.jpg', 'file-missing'],
      ['line 5', 'invalid-row'],
      ['line 6', 'invalid-row'],
      ['b.jpg', 'invalid-row'],
      ['b.jpg', 'time-impossible'],
      ['b.jpg', 'duplicate-row'],
      ['b.jpg', 'invalid-row'],
      ['c.jpg', null],
    ]);
    expect(items[1]?.problem?.detail).toBe('Line 3 repeats line 2.');
  });

  it.each([
    ['camera,time\nx,2026-03-14T08:15:02\n', /no column for the image.*Found: camera, time/],
    ['', /empty/],
    ['path,file\na.jpg,b.jpg\n', /two columns/],
    ['path,x,y\na.jpg,1,2\n', /missing: width, height/],
    ['[{"path":"a.jpg"}]', /JSON array/],
    ['path\0', /not a text/],
  ])('is refused as a whole when nothing in it can be read: %j', async (text, message) => {
    await expect(scanManifest(text)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringMatching(message) as string,
    });
  });

  it.skipIf(process.platform === 'win32')('never leaves its root', async () => {
    const outside = await makeFolder({ 'secret.jpg': '' });
    const folder = await makeFolder({ 'in/a.jpg': '', 'in/sub/b.jpg': '' });
    await symlink(outside, join(folder, 'in', 'way-out'));
    await symlink(join(outside, 'secret.jpg'), join(folder, 'in', 'link.jpg'));
    await mkdir(join(folder, 'manifests'));
    const paths = [
      'sub/../a.jpg',
      'sub\\b.jpg',
      join(folder, 'in', 'sub', 'b.jpg'),
      '../manifests/m.csv',
      join(outside, 'secret.jpg'),
      'way-out/secret.jpg',
      'link.jpg',
      '..\\..\\x.jpg',
      'C:\\Windows\\x.jpg',
      '\\\\server\\x.jpg',
      'sub',
    ];
    await writeFile(join(folder, 'manifests', 'm.csv'), ['path', ...paths].join('\n'));
    const items = await scanAll({
      kind: 'manifest',
      path: join(folder, 'manifests', 'm.csv'),
      root: join(folder, 'in'),
    });
    expect(items.map(({ path, problem }) => [path, problem?.reason ?? null])).toEqual([
      ['a.jpg', null],
      ['sub/b.jpg', null],
      ['sub/b.jpg', 'duplicate-row'],
      ...paths.slice(3, 10).map((path) => [path, 'outside-folder']),
      ['sub', 'not-an-image'],
    ]);
  });
});

describe('a JSON Lines manifest', () => {
  it('gives the same as CSV, and rejects bad lines one by one', async () => {
    const lines = [
      '{"file":"a.jpg","camera":3,"time":"2026-03-14T08:15:02","box":[1,2,30,60]}',
      '',
      'nonsense',
      '[1]',
      '{"file":"b.jpg","camera":{"a":1}}',
      '{"camera":"x"}',
      '{"file":"c.jpg","box":[1,2,0,60]}',
    ];
    const items = await scanManifest(lines.join('\n'), undefined, 'm.jsonl');
    expect(items[0]).toMatchObject({
      problem: null,
      plan: { camera: '3', box: { x: 1, y: 2, width: 30, height: 60 } },
    });
    expect(items.slice(1).map(({ problem }) => problem?.reason)).toEqual(Array(5).fill('invalid-row'));
  });
});

describe('any text', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'path',
      'a.jpg',
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      ';',
      '{',
      '}',
      '{"path":',
      '\uFEFF',
      'x,y,width,height',
    ),
  );

  it('is read as rows or refused, and never loses a row in silence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { maxLength: 30 }), async (cells) => {
        try {
          for await (const row of readManifest(cells.join('')))
            expect('values' in row || row.error !== '').toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DescryError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('comes back as it was written', async () => {
    const word = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 20 }), async (pairs) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const csv = ['path,camera', ...pairs.map(([path, camera]) => `${quote(path)},${quote(camera)}`)].join(
          '\r\n',
        );
        const rows = [];
        for await (const row of readManifest(csv))
          rows.push('values' in row ? [row.values.get('path'), row.values.get('camera')] : row.error);
        expect(rows).toEqual(pairs);
      }),
    );
  });

  it('a quote that is never closed is told, and rows before it are kept', async () => {
    const rows = [];
    for await (const row of readManifest('path,camera\na.jpg,x\n"b.jpg,y\nc.jpg,z\n'))
      rows.push('values' in row ? row.values.get('path') : 'error');
    expect(rows).toEqual(['a.jpg', 'error']);
  });
});
