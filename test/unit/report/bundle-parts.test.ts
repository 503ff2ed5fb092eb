import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { bagDeclaration, bagInfo } from '../../../src-main/engine/report/bundle/bag-info.ts';
import { manifestPath, parseManifestLine } from '../../../src-main/engine/report/bundle/manifest-lines.ts';
import { ZipWriter } from '../../../src-main/engine/report/bundle/zip-writer.ts';
import { requireFreeSpace } from '../../../src-main/engine/report/free-space.ts';
import { jsonText, PlainJson } from '../../../src-main/engine/report/json.ts';
import { firstOf, PagedList, pages } from '../../../src-main/engine/report/pages.ts';
import { temporaryPlace, UnfinishedExports } from '../../../src-main/engine/report/unfinished-exports.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { fixtureModel } from './report-fixture.ts';

const hash = 'ab'.repeat(32);

describe('a line of a manifest', () => {
  it('percent-encodes CR, LF and %, and nothing else', () => {
    expect(manifestPath('data/50 %\r\n é.txt')).toBe('data/50 %25%0D%0A é.txt');
  });

  it('gives back every path that was written', () => {
    const part = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[\u0000-\u001f\u007f/\\]|^~|^[A-Za-z]:|^ |^\*|^\.{1,2}$/.test(text));
    const path = fc.array(fc.oneof(part, fc.constantFrom('50 %', 'a\rb', 'a\nb', '%0A')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(path, (parts) => {
        const name = parts.join('/');
        const line = `${hash}  ${manifestPath(name)}`;
        expect(line).not.toMatch(/[\r\n]/);
        expect(parseManifestLine(line)).toEqual({ sha256: hash, path: name });
      }),
    );
  });

  it.each([
    'data/../outside',
    '../outside',
    '/etc/passwd',
    '~/x',
    'C:/x',
    'a\\b',
    'data//x',
    'data/',
    'data/%0a/../../x',
    'data/\u0007',
  ])('is refused with the path %j', (path) => {
    expect(parseManifestLine(`${hash}  ${path}`)).toHaveProperty('problem');
  });

  it.each(['', 'x', `${hash}`, `${hash.slice(1)}  x`])('is none: %j', (line) => {
    expect(parseManifestLine(line)).toHaveProperty('problem');
  });

  it('may be written by sha256sum in its binary form, and begin with ./', () => {
    expect(parseManifestLine(`${hash.toUpperCase()} *./data/x`)).toEqual({ sha256: hash, path: 'data/x' });
  });
});

describe('bag-info.txt', () => {
  it('says a value on one line, whatever a case is called', () => {
    const model = fixtureModel();
    model.case.number = 'A\r\nPayload-Oxum: 1.1\n\tB';
    model.operator = '';
    model.case.investigator = 'K. \u202eM';
    const text = bagInfo(model, {
      payload: { files: 3, octets: 1234567 },
      description: 'D',
      reportSha256: hash,
    });
    expect(text.match(/^Payload-Oxum: .*$/gm)).toEqual(['Payload-Oxum: 1234567.3']);
    expect(text).toContain('External-Identifier: A Payload-Oxum: 1.1 B\n');
    expect(text).toContain('Contact-Name: K. [U+202E]M\n');
    expect(text).toContain('Bag-Size: 1.2 MB\n');
    expect(text).not.toContain('Descry-Made-By');
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^[A-Za-z0-9-]+: \S.*$/);
  });

  it('names the agency of the template', () => {
    const model = fixtureModel();
    Object.assign(model.template, {
      agency: 'Police of Musterstadt',
      unit: 'Unit 4',
      contact: ['Main St 1', 'Tel 1'],
    });
    const text = bagInfo(model, { payload: { files: 1, octets: 1 }, description: 'D', reportSha256: hash });
    expect(text).toContain('Source-Organization: Police of Musterstadt, Unit 4\n');
    expect(text).toContain('Organization-Address: Main St 1, Tel 1\n');
  });

  it('stands beside a declaration to the letter of RFC 8493', () => {
    expect(bagDeclaration).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
  });
});

describe('a zip', () => {
  it('holds files of all sizes as they are, and reads back', async () => {
    const folder = temporaryFolder();
    const contents = new Map<string, Buffer>([
      ['top/empty', Buffer.alloc(0)],
      ['top/small ü.txt', Buffer.from('text')],
      ['top/large', Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7919) & 255))],
    ]);
    const writer = await ZipWriter.create(
      join(folder, 'x.zip'),
      join(folder, 'scratch'),
      new Date(Date.UTC(2026, 2, 14, 12, 30, 10)),
    );
    for (const [name, bytes] of contents) {
      writeFileSync(join(folder, 'source'), bytes);
      await writer.add(name, join(folder, 'source'));
    }
    await writer.finish();
    await writer.close();
    expect(readdirSync(folder).sort()).toEqual(['source', 'x.zip']);
    const zip = await openPromise(join(folder, 'x.zip'), { strictFileNames: true, validateEntrySizes: true });
    const names: string[] = [];
    for await (const entry of zip.eachEntry()) {
      names.push(entry.fileName);
      expect(entry.compressionMethod).toBe(0);
      expect(entry.getLastModDate({ timezone: 'UTC' }).toISOString()).toBe('2026-03-14T12:30:10.000Z');
      expect(await buffer(await zip.openReadStreamPromise(entry))).toEqual(contents.get(entry.fileName));
    }
    expect(names).toEqual([...contents.keys()]);
    zip.close();
  });

  it('is never written over what is there', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.zip'), 'of somebody');
    await expect(ZipWriter.create(join(folder, 'x.zip'), join(folder, 's'), new Date())).rejects.toThrow(
      'EEXIST',
    );
    expect(readFileSync(join(folder, 'x.zip'), 'utf8')).toBe('of somebody');
  });
});

describe('JSON that is written while its lists are read', () => {
  it('has the bytes of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.jsonValue(), { maxLength: 5 }), (value, items) => {
        const whole = { value, list: items, paged: items, inner: [{ items }] };
        const lazy = {
          value,
          list: { [Symbol.iterator]: () => items[Symbol.iterator]() },
          paged: new PagedList([0, 1], (page) => page.flatMap((place) => (place === 0 ? items : []))),
          inner: [new PlainJson({ items })],
        };
        expect([...jsonText(lazy)].join('')).toBe(JSON.stringify(whole, null, 2));
      }),
    );
  });

  it('leaves out members that are undefined', () => {
    expect([...jsonText({ a: undefined, b: [undefined], c: null })].join('')).toBe(
      JSON.stringify({ b: [null], c: null }, null, 2),
    );
  });

  it('asks for a page when its turn has come, and for no more than was wanted', () => {
    const asked: number[][] = [];
    const list = new PagedList(
      Array.from({ length: 600 }, (_, i) => i),
      (page) => {
        asked.push([page[0]!, page.at(-1)!]);
        return page;
      },
    );
    expect(firstOf(list, 3)).toEqual([0, 1, 2]);
    expect(asked).toEqual([[0, 249]]);
    expect([...list]).toHaveLength(600);
    expect([...pages([1, 2, 3], 2)]).toEqual([[1, 2], [3]]);
    expect(firstOf(list, 0)).toEqual([]);
  });
});

describe('what a killed export left', () => {
  it('is removed from the case and from the folder that was chosen for it, and nothing else is', async () => {
    const own = join(temporaryFolder(), 'exports');
    const chosen = temporaryFolder();
    const exports = new UnfinishedExports(own);
    const place = temporaryPlace(chosen, 'report-20261121-101502-search-3');
    await exports.begin(place);
    mkdirSync(join(place.folder, 'data'), { recursive: true });
    writeFileSync(place.zip, 'half');
    writeFileSync(join(own, '.report-20261121-101502-search-3.0123456789ab.zip.part'), 'half');
    mkdirSync(join(own, 'of the user.part'));
    mkdirSync(join(chosen, '.report-20261121-101502-search-9.0123456789ab.part'));
    await new UnfinishedExports(own).removeLeftovers();
    expect(readdirSync(own)).toEqual(['of the user.part']);
    expect(readdirSync(chosen)).toEqual(['.report-20261121-101502-search-9.0123456789ab.part']);
  });

  it('waits for a drive that is not there now, and believes no note that names something else', async () => {
    const own = temporaryFolder();
    const victim = temporaryFolder();
    const exports = new UnfinishedExports(own);
    await exports.begin(temporaryPlace('/no/such/drive', 'report-1'));
    writeFileSync(join(own, '.export-0123456789ab.unfinished'), JSON.stringify({ paths: [victim, '.'] }));
    writeFileSync(join(own, '.export-0123456789ac.unfinished'), 'no note');
    await exports.removeLeftovers();
    expect(existsSync(victim)).toBe(true);
    expect(readdirSync(own)).toHaveLength(1);
    expect(readFileSync(join(own, readdirSync(own)[0]!), 'utf8')).toContain('/no/such/drive');
  });

  it('is not noted for an export that ended', async () => {
    const own = temporaryFolder();
    const end = await new UnfinishedExports(own).begin(temporaryPlace(temporaryFolder(), 'report-1'));
    await end();
    expect(readdirSync(own)).toEqual([]);
  });
});

describe('the room that an export needs', () => {
  it('is asked for before anything is written, also for a folder that is not there yet', async () => {
    const folder = join(temporaryFolder(), 'not', 'there');
    await expect(requireFreeSpace(folder, 1000)).resolves.toBeUndefined();
    await expect(requireFreeSpace(folder, 1e18)).rejects.toMatchObject({
      kind: 'disk-full',
      message: expect.stringMatching(/needs up to [\d,]+ MB.*has [\d,]+ MB free/) as string,
    });
  });
});
