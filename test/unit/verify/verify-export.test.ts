import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src-main/engine/case/schema.ts';
import { newKey, plainKey } from '../../../src-main/engine/report/signing/ed25519.ts';
import { csvFingerprint } from '../../../src-main/engine/verify/export/listed-rows.ts';
import { verifyExport } from '../../../src-main/engine/verify/verify-export.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { bundleCase, exportOf, filesOf, hashOf, sealAgain } from '../report/bundle-fixture.ts';
import type { ReportCase } from '../report/report-case.ts';

let made: ReportCase;
let bundle: string;
let zip: string;
let folder: string;

beforeAll(async () => {
  made = await bundleCase(12);
  bundle = (await exportOf(made)).folder;
  zip = (await exportOf(made, { container: 'bag-zip', formats: ['json'] })).folder;
  folder = (await exportOf(made, { container: 'folder' })).folder;
}, 60_000);

afterAll(() => made?.dispose());

/** A copy of an export, for a test to spoil. */
function copyOf(source: string): string {
  const copy = join(temporaryFolder(), 'copy');
  cpSync(source, copy, { recursive: true });
  return copy;
}

/** Changes one byte in the middle of a file. */
function spoil(file: string): void {
  const bytes = readFileSync(file);
  const place = Math.floor(bytes.length / 2);
  bytes[place] = bytes[place]! ^ 1;
  writeFileSync(file, bytes);
}

const told = (findings: readonly Finding[]): string =>
  findings.map(({ severity, where, message }) => `${severity} ${where}: ${message}`).join('\n');

async function findingsOf(path: string): Promise<string> {
  const { ok, findings } = await verifyExport(path);
  expect(ok).toBe(!findings.some(({ severity }) => severity === 'error'));
  return told(findings);
}

/** The first file of the bundle whose name fits. */
function fileLike(source: string, pattern: RegExp, place = 0): string {
  return filesOf(source).filter((name) => pattern.test(name))[place]!;
}

describe('an untouched export', () => {
  it('is in order as a bag, as a zip of one, and as a folder', async () => {
    for (const path of [bundle, zip, folder])
      expect(await verifyExport(path)).toMatchObject({ ok: true, findings: [], signatures: [] });
    const { checked } = await verifyExport(bundle);
    expect(checked.media).toBe(filesOf(bundle).length - 1);
    expect(checked.auditEntries).toBeGreaterThanOrEqual(7);
  });

  it('is no longer checked when nobody wants to know', async () => {
    for (const path of [bundle, zip, folder])
      await expect(verifyExport(path, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('is still in order when it has another name, or was unpacked elsewhere', async () => {
    expect(await findingsOf(copyOf(bundle))).toBe('');
    const renamed = join(temporaryFolder(), 'renamed.zip');
    cpSync(zip, renamed);
    expect(await findingsOf(renamed)).toBe('');
  });
});

describe('a bag that was tampered with', () => {
  const kinds: [string, RegExp][] = [
    ['the declaration', /^bagit\.txt$/],
    ['bag-info', /^bag-info\.txt$/],
    ['the manifest', /^manifest-sha256\.txt$/],
    ['the tag manifest', /^tagmanifest-sha256\.txt$/],
    ['report.json', /^data\/report\.json$/],
    ['the HTML document', /^data\/report\.html$/],
    ['the PDF document', /^data\/report\.pdf$/],
    ['the CSV document', /^data\/report\.csv$/],
    ['an original', /^data\/originals\//],
    ['a thumbnail', /^data\/thumbnails\/thumbnail-of/],
    ['a search', /^data\/searches\//],
    ['the audit extract', /^data\/audit\.json$/],
    ['the card of the model', /^data\/models\/.*\/MODEL_CARD\.md$/],
    ['what is said of thumbnails', /^data\/thumbnails\/README\.txt$/],
    ['pack.json', /^data\/models\/.*\/pack\.json$/],
    ['a JSON Schema', /^data\/schemas\//],
    ['the CASE description', /^data\/case-uco\.jsonld$/],
    ['how-to-check.txt', /^data\/how-to-check\.txt$/],
  ];

  it.each(kinds)('names %s when a byte of it changed', async (_, pattern) => {
    const copy = copyOf(bundle);
    const name = fileLike(copy, pattern);
    spoil(join(copy, name));
    expect(await findingsOf(copy)).toContain(name);
  });

  it.each(kinds)('names %s when it is gone', async (_, pattern) => {
    const copy = copyOf(bundle);
    const name = fileLike(copy, pattern);
    rmSync(join(copy, name));
    expect(await findingsOf(copy)).toMatch(
      new RegExp(`^error ${name.replaceAll('.', '\\.')}: .*not there`, 'm'),
    );
  });

  it('names a file that was added to the payload, and one beside it', async () => {
    const copy = copyOf(bundle);
    writeFileSync(join(copy, 'data', 'added.txt'), 'x');
    writeFileSync(join(copy, 'added-beside.txt'), 'x');
    const findings = await findingsOf(copy);
    expect(findings).toContain('error data/added.txt: manifest-sha256.txt does not list this file');
    expect(findings).toContain('warning added-beside.txt: tagmanifest-sha256.txt does not list this file');
    expect(findings).toMatch(/bag-info\.txt: Payload-Oxum names \d+ files; the payload has \d+/);
  });

  it('names both names of a file that was renamed', async () => {
    const copy = copyOf(bundle);
    const name = fileLike(copy, /^data\/originals\//);
    renameSync(join(copy, name), join(copy, 'data', 'originals', 'other.jpg'));
    const findings = await findingsOf(copy);
    expect(findings).toContain(`error ${name}: The file is not there`);
    expect(findings).toContain('error data/originals/other.jpg: manifest-sha256.txt does not list');
  });

  it('names both of two originals that were swapped, also when the lists were written anew', async () => {
    const copy = copyOf(bundle);
    const [a, b] = [0, 1].map((place) => fileLike(copy, /^data\/originals\//, place));
    const bytes = readFileSync(join(copy, a!));
    writeFileSync(join(copy, a!), readFileSync(join(copy, b!)));
    writeFileSync(join(copy, b!), bytes);
    for (const name of [a, b]) expect(await findingsOf(copy)).toContain(`error ${name}: Its content changed`);
    sealAgain(copy);
    for (const name of [a, b])
      expect(await findingsOf(copy)).toContain(`error ${name}: It is not the original that its name says`);
  });

  it('names bag-info when its counts are false, also when the tag manifest was written anew', async () => {
    const copy = copyOf(bundle);
    const info = join(copy, 'bag-info.txt');
    writeFileSync(info, readFileSync(info, 'utf8').replace(/(Payload-Oxum: )\d+\.(\d+)/, '$11.$2'));
    const tags = join(copy, 'tagmanifest-sha256.txt');
    writeFileSync(
      tags,
      readFileSync(tags, 'utf8').replace(/^[0-9a-f]{64}(?= {2}bag-info)/m, hashOf(readFileSync(info))),
    );
    expect(await findingsOf(copy)).toMatch(
      /^error bag-info\.txt: Payload-Oxum names 1 bytes; the payload has \d+\.$/,
    );
  });

  it('names a row that was taken out of the list, though everything was sealed again', async () => {
    const copy = copyOf(bundle);
    const report = join(copy, 'data', 'report.json');
    const body = JSON.parse(readFileSync(report, 'utf8')) as { searches: { rows: object[] }[] };
    body.searches[0]!.rows.splice(2, 1);
    writeFileSync(report, `${JSON.stringify(body, null, 2)}\n`);
    sealAgain(copy);
    const findings = await findingsOf(copy);
    expect(findings).toContain('search 1 of the report, row 3: It has rank 4');
    expect(findings).toContain('Its list of rows should have 8 entries and has 7');
    expect(findings).toContain('No list of the report names this original');
    for (const name of ['report.html', 'report.pdf', 'how-to-check.txt'])
      expect(findings).toContain(`error data/${name}: It does not name the report.json beside it`);
  });

  it('names a row whose hash was changed, though everything was sealed again', async () => {
    const copy = copyOf(bundle);
    const report = join(copy, 'data', 'report.json');
    const body = JSON.parse(readFileSync(report, 'utf8')) as { searches: { rows: { sha256: string }[] }[] };
    body.searches[0]!.rows[1]!.sha256 = hashOf('another');
    writeFileSync(report, `${JSON.stringify(body, null, 2)}\n`);
    sealAgain(copy);
    expect(await findingsOf(copy)).toContain(`SHA-256 ${hashOf('another')}, and this file as its original`);
  });

  type Json = Record<string, unknown>;
  /** Changes a JSON file of the bag. */
  const inJson =
    (name: string, change: (json: never) => void) =>
    (bag: string): void => {
      const file = join(bag, 'data', name);
      const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
      change(json as never);
      writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
    };
  const inText =
    (name: string, change: (text: string) => string) =>
    (bag: string): void => {
      const file = join(bag, 'data', name);
      writeFileSync(file, change(readFileSync(file, 'utf8')));
    };
  const without =
    (pattern: RegExp) =>
    (bag: string): void =>
      rmSync(join(bag, fileLike(bag, pattern)));
  const nodes = (json: { '@graph': Json[] }, type: string): Json[] =>
    json['@graph'].filter((node) => node['@type'] === type);

  const forgeries: [string, (bag: string) => void, RegExp][] = [
    [
      'the decision of a row of CSV',
      inText('report.csv', (text) => text.replace(/,unsure,/, ',excluded,')),
      /^error data\/report\.csv, row 9 .*: report\.json has another row in its place/m,
    ],
    [
      'two rows of CSV in the other order',
      inText('report.csv', (text) => {
        const [head, first, second, third, ...rest] = parse(text, { bom: true });
        return `\ufeff${stringify([head, first, third, second, ...rest], { record_delimiter: '\r\n' })}`;
      }),
      /^error data\/report\.csv, row 2 .*: report\.json has another row in its place/m,
    ],
    [
      'the end of CSV',
      inText('report.csv', (text) => text.replace(/\r\n[^\n]*\r\n$/, '\r\n')),
      /^error data\/report\.csv: It ends after row 8; the lists of report\.json go on/m,
    ],
    [
      'the score of a result',
      inJson(
        'searches/search-3.json',
        ({ results }: { results: { score: number }[] }) => void (results[1]!.score += 0.1),
      ),
      /^error data\/searches\/search-3\.json, result 2: report\.json has another row/m,
    ],
    [
      'a result',
      inJson('searches/search-3.json', ({ results }: { results: Json[] }) => void results.pop()),
      /^error data\/searches\/search-3\.json: It has 7 results; report\.json has 8 rows/m,
    ],
    [
      'the words of a search',
      inText('searches/search-3.json', (text) => text.replaceAll('bicycle', 'tricycle')),
      /^error data\/searches\/search-3\.json, asRun: It is not what report\.json says/m,
    ],
    ['the file of a search', without(/searches\//), /^error data\/searches\/search-3\.json: .*not there/m],
    [
      'a search that was added',
      (bag) => writeFileSync(join(bag, 'data', 'searches', 'search-4.json'), '{}'),
      /^error data\/searches\/search-4\.json: report\.json holds no such search/m,
    ],
    ['the audit extract', without(/^data\/audit\.json$/), /^error data\/audit\.json: .*not there/m],
    [
      'the record of the model',
      (bag) => {
        const name = fileLike(bag, /pack\.json$/).slice('data/'.length);
        inJson(name, (pack: { files: { [file: string]: Json } }) => {
          for (const file of Object.values(pack.files)) file['sha256'] = hashOf('another');
        })(bag);
      },
      /^error data\/models\/.*\/pack\.json: It is not the record of the model that report\.json names/m,
    ],
    [
      'the card of the model',
      (bag) => writeFileSync(join(bag, fileLike(bag, /MODEL_CARD/)), 'perfect'),
      /^error data\/models\/.*\/MODEL_CARD\.md: It is not the card that pack\.json lists/m,
    ],
    [
      'a thumbnail of nothing',
      (bag) => writeFileSync(join(bag, `data/thumbnails/thumbnail-of-${hashOf('x')}.jpg`), 'x'),
      /^error data\/thumbnails\/thumbnail-of-.*: It is a thumbnail of no original/m,
    ],
    [
      'a document, whose hash the description keeps',
      inText('report.html', (text) => text.replace('Rank', 'rank')),
      /^error data\/case-uco\.jsonld, data\/report\.html: It has SHA-256/m,
    ],
    [
      'a document',
      without(/report\.pdf/),
      /^error data\/case-uco\.jsonld, data\/report\.pdf: It is described, and no file/m,
    ],
    [
      'the hash of a crop in the description',
      inJson('case-uco.jsonld', (json: { '@graph': Json[] }) => {
        const picture = nodes(json, 'uco-observable:RasterPicture').find((node) => '@reverse' in node)!;
        const facets = JSON.stringify(picture['uco-core:hasFacet']);
        picture['uco-core:hasFacet'] = JSON.parse(facets.replace(/[0-9a-f]{64}/, hashOf('another')));
      }),
      /^error data\/case-uco\.jsonld, crop \d+: It has SHA-256/m,
    ],
    [
      'a crop in the description',
      inJson('case-uco.jsonld', (json: { '@graph': Json[] }) => {
        const [picture] = nodes(json, 'uco-observable:RasterPicture');
        json['@graph'].splice(json['@graph'].indexOf(picture!), 1);
      }),
      /^error data\/case-uco\.jsonld, crop \d+: It is not described/m,
    ],
    [
      'a crop that was added to the description',
      inJson('case-uco.jsonld', (json: { '@graph': Json[] }) => {
        const [picture] = nodes(json, 'uco-observable:RasterPicture');
        json['@graph'].push({ ...picture, '@id': 'urn:uuid:0' });
      }),
      /^error data\/case-uco\.jsonld, urn:uuid:0: It is described as a crop, and no list/m,
    ],
    [
      'the place of an original in the description',
      inText('case-uco.jsonld', (text) =>
        text.replace(/("uco-observable:path": "data\/originals\/)[0-9a-f]{64}/, `$1${hashOf('another')}`),
      ),
      /^error data\/case-uco\.jsonld, crop \d+: It is said to lie at data\/originals/m,
    ],
    [
      'the description',
      without(/case-uco/),
      /^error data\/case-uco\.jsonld: The description in CASE\/UCO is not there/m,
    ],
    [
      'what was a description',
      inText('case-uco.jsonld', (text) => text.slice(0, 5000)),
      /^error data\/case-uco\.jsonld: It cannot be read/m,
    ],
  ];

  it.each(forgeries)('names %s, though everything was sealed again', async (_, forge, finding) => {
    const copy = copyOf(bundle);
    const before = filesOf(copy).map((name) => hashOf(readFileSync(join(copy, name))));
    forge(copy);
    expect(filesOf(copy).map((name) => hashOf(readFileSync(join(copy, name))))).not.toEqual(before);
    sealAgain(copy);
    expect(await findingsOf(copy)).toMatch(finding);
  });

  type Audit = { headHash: string; total: number; entries: { operator: string; sequence: number }[] };
  const changedAudit = (change: (audit: Audit) => void): string => {
    const copy = copyOf(bundle);
    for (const name of ['audit.json', 'report.json']) {
      const file = join(copy, 'data', name);
      const json = JSON.parse(readFileSync(file, 'utf8')) as Audit & { audit?: Audit };
      change(json.audit ?? json);
      writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
    }
    sealAgain(copy);
    return copy;
  };

  it('names an audit entry that was cut out, though everything was sealed again', async () => {
    const findings = await findingsOf(changedAudit(({ entries }) => void entries.splice(2, 1)));
    for (const name of ['audit.json', 'report.json'])
      expect(findings).toMatch(
        new RegExp(`data/${name}, audit entry 4 .*: Before it entry 3 is missing: the extract was cut`),
      );
  });

  it('names an audit entry that was changed, and an end that was cut off', async () => {
    const changed = changedAudit(({ entries }) => void (entries[1]!.operator = 'Somebody else'));
    expect(await findingsOf(changed)).toMatch(/audit\.json, audit entry 2 .*changed after it was written/);
    const cut = await findingsOf(changedAudit(({ entries }) => void entries.pop()));
    expect(cut).toContain('its end was cut');
  });

  it('follows no link, no way out, and no path that is none', async () => {
    const copy = copyOf(bundle);
    const name = fileLike(copy, /^data\/originals\//);
    const outside = join(temporaryFolder(), 'outside.jpg');
    renameSync(join(copy, name), outside);
    symlinkSync(outside, join(copy, name));
    expect(await findingsOf(copy)).toContain(`error ${name}: It is not read: a link leads elsewhere`);
    appendFileSync(
      join(copy, 'manifest-sha256.txt'),
      `${'0'.repeat(64)}  data/../../outside.txt\n${'0'.repeat(64)}  bagit.txt\nno line of a manifest\n`,
    );
    const findings = await findingsOf(copy);
    expect(findings).toMatch(
      /manifest-sha256\.txt, line \d+: The line does not name a file inside the folder/,
    );
    expect(findings).toMatch(/line \d+: bagit\.txt does not lie in data\//);
    expect(findings).toMatch(/line \d+: The line is not a SHA-256 and a file/);
  });

  it('says what is wrong with a report.json that is none', async () => {
    for (const text of ['{"searches": [', '[]]', '', '{"id": 5, "searches": [{"rows": [7]}]}']) {
      const copy = copyOf(bundle);
      writeFileSync(join(copy, 'data', 'report.json'), text);
      expect(await findingsOf(copy)).toContain('data/report.json');
    }
  });

  it('refuses another encoding and another version of its declaration', async () => {
    const copy = copyOf(bundle);
    const declare = (text: string): void => writeFileSync(join(copy, 'bagit.txt'), text);
    declare('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n');
    expect(await findingsOf(copy)).toContain('It names the encoding UTF-16');
    declare('BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n');
    expect(await findingsOf(copy)).toContain('It names BagIt 0.97');
    declare('something');
    expect(await findingsOf(copy)).toContain('It is not the declaration of a BagIt bag');
  });
});

describe('a folder that was tampered with', () => {
  it('names a changed, a missing and an added file', async () => {
    const copy = copyOf(folder);
    spoil(join(copy, 'report.csv'));
    rmSync(join(copy, 'report.pdf'));
    writeFileSync(join(copy, 'added.txt'), 'x');
    const findings = await findingsOf(copy);
    expect(findings).toContain('error report.csv: Its content changed');
    expect(findings).toContain('error report.pdf: The file is not there');
    expect(findings).toContain('warning added.txt: The manifest does not list this file');
  });

  it('names swapped originals and a cut audit log, though its list was written anew', async () => {
    const copy = copyOf(folder);
    const report = join(copy, 'report.json');
    const body = JSON.parse(readFileSync(report, 'utf8')) as { audit: { entries: object[] } };
    body.audit.entries.splice(1, 1);
    writeFileSync(report, `${JSON.stringify(body, null, 2)}\n`);
    const names = filesOf(copy).filter((name) => name !== 'manifest-sha256.txt');
    const lines = names.map((name) => `${hashOf(readFileSync(join(copy, name)))}  ${name}\n`);
    writeFileSync(join(copy, 'manifest-sha256.txt'), lines.join(''));
    const findings = await findingsOf(copy);
    expect(findings).toContain('Before it entry 2 is missing');
    expect(findings).toContain('error report.html: It does not name the report.json beside it');
  });
});

describe('a zip that was tampered with', () => {
  it('names the file of which a byte changed', async () => {
    const spoiled = join(temporaryFolder(), 'spoiled.zip');
    const bytes = readFileSync(zip);
    const name = fileLike(bundle, /^data\/originals\//);
    // Its local header, which its content follows.
    const place = bytes.indexOf(`${basename(zip, '.zip')}/${name}`) + 120 + name.length;
    bytes[place] = bytes[place]! ^ 1;
    writeFileSync(spoiled, bytes);
    expect(await findingsOf(spoiled)).toContain(`error ${name}:`);
  });

  it('is refused when it is cut short, or is no zip at all', async () => {
    const broken = join(temporaryFolder(), 'broken.zip');
    writeFileSync(broken, readFileSync(zip).subarray(0, 5000));
    await expect(verifyExport(broken)).rejects.toMatchObject({ kind: 'invalid-input' });
    writeFileSync(broken, 'no zip');
    await expect(verifyExport(broken)).rejects.toMatchObject({ kind: 'invalid-input' });
  });
});

describe('a signed bundle', () => {
  it('names its signature when the tag manifest, the signature or its key is another', async () => {
    const opened = [plainKey(newKey(), 'Unit 4')];
    made.signing.open = () => Promise.resolve(opened);
    const sign = { key: { id: 'any', passphrase: undefined } };
    const { folder: signed, signatures } = await exportOf(made, { sign, formats: ['json'] });
    expect(signatures).toHaveLength(1);
    const verified = await verifyExport(signed);
    expect(verified).toMatchObject({ ok: true, findings: [], signatures: [{ fits: true }] });

    const signature = fileLike(signed, /^tagmanifest-sha256\.txt\.sig$/);
    const changed = copyOf(signed);
    spoil(join(changed, signature));
    expect(await findingsOf(changed)).toContain(`error ${signature}: The signature does not fit`);

    const sealed = copyOf(signed);
    appendFileSync(join(sealed, 'data', 'report.csv'), 'x');
    sealAgain(sealed);
    expect(await findingsOf(sealed)).toContain(`error ${signature}: The signature does not fit`);

    const unsigned = copyOf(signed);
    rmSync(join(unsigned, signature));
    expect(await findingsOf(unsigned)).toContain('and there is no such signature');

    const zipped = await exportOf(made, { sign, formats: ['json'], container: 'bag-zip' });
    expect(await verifyExport(zipped.folder)).toMatchObject({ ok: true, signatures: [{ fits: true }] });
  });
});

describe('a row of CSV', () => {
  it('is the same row when its score was rounded to nothing', () => {
    const row = { list: 'rows', id: 1, rank: 1, verdict: null, sha256: hashOf('x'), file: null } as const;
    const [score] = parse(
      stringify([[Number((-0.00001).toFixed(4))]], { cast: { number: (value) => value.toFixed(4) } }),
    ) as [[string]];
    expect(csvFingerprint({ ...row, score: Number(score[0]) })).toBe(
      csvFingerprint({ ...row, score: -0.00001 }),
    );
    expect(csvFingerprint({ ...row, score: 0.0001 })).not.toBe(csvFingerprint({ ...row, score: 0 }));
  });
});

describe('what is no export', () => {
  it('is said to be none', async () => {
    const empty = temporaryFolder();
    await expect(verifyExport(empty)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(verifyExport(join(empty, 'nothing'))).rejects.toMatchObject({ kind: 'not-found' });
    mkdirSync(join(empty, 'bagit.txt'));
    await expect(verifyExport(empty)).resolves.toMatchObject({ ok: false });
  });
});
