import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportDocument } from '../../../src-main/engine/report/document/report-document.ts';
import { renderHtml } from '../../../src-main/engine/report/html/render-html.ts';
import { renderPdf } from '../../../src-main/engine/report/pdf/render-pdf.ts';
import type { PictureSource } from '../../../src-main/engine/report/pictures.ts';
import { reportModel, type ReportModel } from '../../../src-main/engine/report/schema.ts';
import { english } from '../../../src-main/engine/report/texts.ts';
import { claimsIn } from './claims.ts';
import { fixtureModel, fixturePictures, hash } from './report-fixture.ts';

const bodyHash = hash('body');
const pdftotext = spawnSync('pdftotext', ['-v']).error === undefined;
let folder: string;

async function html(
  model: ReportModel,
  pictures: PictureSource = fixturePictures,
  body: string | null = bodyHash,
): Promise<string> {
  let text = '';
  for await (const chunk of renderHtml(reportDocument(model, body, english), pictures)) text += chunk;
  return text;
}

async function pdf(
  model: ReportModel,
  name: string,
  pictures: PictureSource = fixturePictures,
): Promise<string> {
  const file = join(folder, name);
  await renderPdf(reportDocument(model, bodyHash, english), pictures, createWriteStream(file));
  return file;
}

/** What a reader sees of an HTML document: no style, no markup, entities resolved, white space folded. */
function visible(markup: string): string {
  return markup
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** @param order as on paper, or as it was drawn, in which the cells of a row follow each other. */
function pdfText(file: string, order: 'paper' | 'drawn' = 'paper'): string {
  const options = order === 'drawn' ? ['-raw'] : [];
  return execFileSync('pdftotext', [...options, '-enc', 'UTF-8', file, '-'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'descry-report-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a report', () => {
  it('fits its schema', () => {
    expect(reportModel.parse(fixtureModel())).toEqual(fixtureModel());
  });

  it('as HTML says nothing that a ranked list cannot say', async () => {
    const text = visible(await html(fixtureModel()));
    expect(text.length).toBeGreaterThan(20_000);
    expect(claimsIn(text)).toEqual([]);
    expect(claimsIn('a 93% match of the same person, probably identified')).toHaveLength(5);
  });

  it('as HTML carries every mandatory item', async () => {
    const model = fixtureModel();
    const text = visible(await html(model));
    for (const item of mandatoryItems(model)) expect(text).toContain(item.replace(/\s+/g, ' '));
  });

  it('as HTML stands alone and is accessible', async () => {
    const markup = await html(fixtureModel());
    expect(markup).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(markup).not.toMatch(/<script|<link|@import|url\(|https?:|src="(?!data:image\/)/i);
    expect(markup.match(/<img /g)).toHaveLength(32);
    expect(markup.match(/<img [^>]*alt="[^"]+"/g)).toHaveLength(32);
    expect(markup.match(/<table/g)?.length).toBe(markup.match(/<caption>/g)?.length);
    expect(markup).toMatch(/<html lang="en">/);
    for (const landmark of ['<header', '<nav aria-label', '<main>']) expect(markup).toContain(landmark);
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of markup.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('shows a picture at most at its own size, with its aspect ratio, and says when it is a thumbnail', async () => {
    const markup = await html(fixtureModel());
    for (const [, width, height] of markup.matchAll(/<img [^>]*width="(\d+)" height="(\d+)"/g)) {
      expect([64 / 160, 64 / 200]).toContainEqual(expect.closeTo(Number(width) / Number(height), 2));
      expect(Number(width)).toBeLessThanOrEqual(64);
    }
    expect(markup.match(/>thumbnail</g)).toHaveLength(3);
    const lost = await html(fixtureModel(), () => Promise.resolve(null));
    expect(lost.match(/>no picture</g)).toHaveLength(32);
  });

  it('without pictures or notes lists every row and says that notes were left out', async () => {
    const model = fixtureModel();
    model.options = { ...model.options, pictures: false, includeNotes: false, includeAudit: false };
    model.audit.entries = [];
    const markup = await html(model);
    expect(markup).not.toContain('<img');
    expect(visible(markup)).toContain('2 not printed in this report');
    expect(visible(markup)).not.toContain('Carries the bag');
    expect(visible(markup)).toContain('none: the extract was not asked for');
    expect(markup.match(/<span class="rank">/g)).toHaveLength(32);
  });

  it('leaves the lines of sha256sum to the manifest where they would fill pages', async () => {
    const model = fixtureModel();
    const search = model.searches[0]!;
    expect(visible(await html(model))).toContain('give it to "sha256sum -c"');
    search.rows = Array.from({ length: 120 }, (_, i) => {
      const sha256 = hash(`many ${i}`);
      return { ...search.rows[0]!, rank: i + 1, sha256, file: `originals/${sha256}.jpg` };
    });
    const text = visible(await html(model, () => Promise.resolve(null)));
    expect(text).not.toContain('give it to "sha256sum -c"');
    expect(text).toContain('for the originals of the 122 crops shown here are in manifest-sha256.txt');
    for (const { sha256 } of search.rows) expect(text).toContain(`SHA-256 ${sha256}`);
  });

  it('accounts for every file also where an import is unfinished or was taken out again', async () => {
    const model = fixtureModel();
    const batch = model.batches[0]!;
    const account = async (): Promise<string> => visible(await html(model));
    expect(await account()).not.toMatch(/not crops of the case at that time|does not record any more/);
    batch.total += 7;
    expect(await account()).toContain('less files that were not crops of the case at that time 7');
    model.batches = [{ ...batch, total: batch.total - 107, imported: batch.imported - 100 }];
    expect(await account()).toContain('and crops of imports that the case does not record any more 100');
  });

  it('escapes what others wrote and writes hidden characters out', async () => {
    const model = fixtureModel();
    const attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202egpj.exe\u0000';
    model.case.name = attack;
    model.case.purpose = attack;
    model.title = attack;
    const search = model.searches[0]!;
    search.search.name = attack;
    search.search.query.statements[0]!.text = attack;
    search.search.query.filter.text = attack;
    search.asRun.statements[0]!.text = attack;
    const row = search.rows[0]!;
    Object.assign(row, {
      fileName: `a\nb${attack}`,
      sourcePath: attack,
      camera: attack,
      track: attack,
      tags: [attack],
    });
    row.notes = [
      { id: 7, cropId: row.id, text: `first line\nsecond ${attack}`, operator: attack, at: model.createdAt },
    ];
    model.cameras[0]!.note = attack;
    model.batches[0]!.source = attack;
    model.audit.entries[0]!.detail = { [attack]: attack };
    model.case.number = `</style>${attack}`;
    const markup = await html(model);
    expect(markup).not.toMatch(/<script|<img src=x|\u202e|\u0000/);
    expect(markup.match(/<\/style>/g)).toHaveLength(1);
    expect(markup.match(/<img /g)).toHaveLength(32);
    expect(visible(markup)).toContain('a[U+000A]b"><script>alert(1)</script>');
    expect(markup).toContain('first line\nsecond ');
    expect(visible(markup)).toContain('[U+202E]gpj.exe[U+0000]');
  });

  it('as a preview says that it is none', async () => {
    const text = visible(await html({ ...fixtureModel(), id: 'preview' }, fixturePictures, null));
    expect(text).toContain('Preview. This is not an exported report');
    expect(text).not.toContain(bodyHash);
  });

  it('with an empty list does not claim that nobody was there', async () => {
    const model = fixtureModel();
    Object.assign(model.searches[0]!, {
      rows: [],
      marked: [],
      cutOff: { rank: 0, score: null, rowsBelow: 0 },
    });
    const text = visible(await html(model));
    expect(text).toContain('The search ranked no crop.');
    expect(text).toContain('does not show that a person was not there');
    await expect(pdf(model, 'empty.pdf')).resolves.toContain('empty.pdf');
  });

  it('gives the same PDF bytes for the same model', async () => {
    const [first, second] = [await pdf(fixtureModel(), 'first.pdf'), await pdf(fixtureModel(), 'second.pdf')];
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
  });

  it('passes on what the disk says, and stops when asked', async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
    });
    const document = reportDocument(fixtureModel(), bodyHash, english);
    await expect(renderPdf(document, fixturePictures, full)).rejects.toMatchObject({ code: 'ENOSPC' });
    const target = createWriteStream(join(folder, 'aborted.pdf'));
    await expect(renderPdf(document, fixturePictures, target, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('a report as PDF', () => {
  beforeEach(({ skip }) => {
    if (!pdftotext) skip('pdftotext (poppler-utils) is not on this machine');
  });

  it('has the header and its number on every page', async () => {
    const pages = pdfText(await pdf(fixtureModel(), 'pages.pdf'))
      .split('\f')
      .slice(0, -1);
    expect(pages.length).toBeGreaterThan(8);
    pages.forEach((page, i) => {
      expect(page).toContain(english.header);
      expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    });
  });

  it('says nothing that a ranked list cannot say, and carries every mandatory item', async () => {
    const model = fixtureModel();
    const text = pdfText(await pdf(model, 'words.pdf'), 'drawn');
    expect(claimsIn(text)).toEqual([]);
    // Lines are broken by width, so white space is left out of the comparison.
    const squeezed = text.replace(/[\s\f]+/g, '');
    for (const item of mandatoryItems(model)) expect(squeezed).toContain(item.replace(/\s+/g, ''));
  });

  it('embeds its fonts, has bookmarks, and carries the pictures as they are', async () => {
    const file = await pdf(fixtureModel(), 'parts.pdf');
    const fonts = execFileSync('pdffonts', [file], { encoding: 'utf8' }).trim().split('\n').slice(2);
    expect(fonts.length).toBe(2);
    for (const font of fonts) expect(font).toMatch(/NotoSans.* yes yes yes/);
    execFileSync('pdfimages', ['-all', '-f', '5', '-l', '8', file, join(folder, 'picture')]);
    const crop = fixtureModel().searches[0]!.rows[0]!;
    const original = await fixturePictures({
      cropId: crop.id,
      sha256: crop.sha256,
      width: crop.width,
      height: crop.height,
      alternative: '',
      covered: null,
      remark: '',
      attachment: null,
    });
    expect(readFileSync(join(folder, 'picture-000.jpg')).equals(original!.bytes)).toBe(true);
    // One bookmark for each heading, and the catalogue's link to them.
    const raw = readFileSync(file, 'latin1');
    expect(/\/Outlines \d+ 0 R/.test(raw)).toBe(true);
    expect(raw.match(/\/Dest \[/g)?.length).toBeGreaterThanOrEqual(17);
  });

  it('breaks a note that is longer than a page, words without spaces, and rows higher than a page', async () => {
    const model = fixtureModel();
    const row = model.searches[0]!.rows[4]!;
    row.notes = [
      {
        id: 1,
        cropId: row.id,
        text: `${'A sentence of a long note. '.repeat(700)}END-OF-NOTE`,
        operator: 'M. Weiß',
        at: model.createdAt,
      },
    ];
    row.fileName = `${'x'.repeat(9000)}END-OF-NAME`;
    model.searches[0]!.search.query.statements[0]!.text = `${'word '.repeat(1900)}END-OF-STATEMENT`;
    const pages = pdfText(await pdf(model, 'long.pdf'))
      .split('\f')
      .slice(0, -1);
    const text = pages.join('').replace(/\s+/g, '');
    for (const end of ['END-OF-NOTE', 'END-OF-NAME', 'END-OF-STATEMENT']) expect(text).toContain(end);
    for (const page of pages) expect(page).toContain(english.header);
    expect(pages.length).toBeLessThan(60);
  });

  it('cuts a path behind a separator, so that no name in it is torn', async () => {
    const model = fixtureModel();
    model.searches[0]!.rows[0]!.sourcePath = `/${'recorder/'.repeat(40)}end.jpg`;
    const lines = pdfText(await pdf(model, 'path.pdf'), 'drawn').match(/^.*recorder\/.*$/gm)!;
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line.trimEnd()).toMatch(/recorder\/$|end\.jpg$/);
  });

  it('writes characters that its font lacks as code points, and says so', async () => {
    const model = fixtureModel();
    model.searches[0]!.search.query.statements[0]!.text = 'куртка 外套 מעיל';
    const text = pdfText(await pdf(model, 'scripts.pdf'));
    expect(text).toContain('куртка [U+5916][U+5957]');
    // A line that begins with Hebrew is read from the right: what stands first in it stands last on paper.
    model.searches[0]!.search.query.statements[0]!.text = 'מעיל 外套 куртка';
    expect(pdfText(await pdf(model, 'right-to-left.pdf'))).toContain('куртка [U+5957][U+5916]');
    expect(text.replace(/\s+/g, ' ')).toContain(english.pdf.missingGlyphs);
  });

  it('falls back to no picture where the bytes are none that a PDF can carry', async () => {
    const broken: PictureSource = () =>
      Promise.resolve({
        bytes: Buffer.from('not a picture'),
        format: 'jpeg',
        width: 64,
        height: 160,
        thumbnail: false,
      });
    expect(pdfText(await pdf(fixtureModel(), 'broken.pdf', broken))).toContain('no picture');
  });
});

/** Part 1.5 of what a report of a ranked search must carry. */
function mandatoryItems(model: ReportModel): string[] {
  const [reported] = model.searches;
  const { search } = reported!;
  const pack = model.models[0]!;
  return [
    english.header,
    model.id,
    bodyHash,
    'not signed',
    model.operator,
    '2026-03-16 10:15:00 +01:00',
    model.case.number,
    model.case.purpose,
    model.case.legalBasis,
    ...search.query.statements.map(({ text }) => text),
    ...reported!.asRun.statements.map(({ text }) => text),
    reported!.asRun.like[0]!.sha256,
    'Avoid hat',
    // What was searched, and what was left out and why.
    '12,480',
    '6,011',
    'less crops left out by the filters 6,440',
    'less crops without a time 20',
    'less crops without a vector of the model 9',
    'Crops searched 6,011',
    'Rows of the ranked list 1,204',
    'Rows reported 30',
    'Hauptbahnhof Nord; Gleis 4 (Süd)',
    '18:00 to 23:30',
    search.gallery.digest,
    '12 cut short; 25 name does not follow the pattern',
    // Clocks.
    '+1 min 0 s',
    '-1 h 2 min 3.5 s',
    'PK Öztürk',
    'not measured',
    // How.
    model.application.version,
    english.method.rows.maker.text,
    model.application.programDigest,
    pack.digest,
    ...Object.values(pack.files).map(({ sha256 }) => sha256),
    pack.preprocessing,
    pack.similarity,
    'Exact: every searched crop was scored',
    'ONNX Runtime 1.30.0, computed on cpu',
    `libonnxruntime.so.1 45,828,512 ${hash('runtime')}`,
    // The list down to the cut-off, whatever was decided, and what is marked below.
    ...reported!.rows.flatMap((row) => [
      `Rank ${row.rank}`,
      row.score.toFixed(4),
      row.fileName,
      row.sourcePath,
      row.sha256,
    ]),
    'possible (M. Weiß, 2026-03-16 10:15:00 +01:00)',
    'excluded (M. Weiß',
    'backpack; Überwachung; тег',
    'Compare with track 131.',
    'Rank 212',
    'Not ranked',
    '1,174 rows lie below',
    'Ranks 1 to 4 differ from rank 1 by less than 0.0031',
    '10 rows below the cut-off have nearly the same score',
    // Accuracy and limits.
    'generated test set (seeds held out)',
    '431 of 1,000 (0.401 to 0.462)',
    '0.465',
    ...pack.limits,
    ...model.limits,
    // Audit and checks.
    model.audit.headHash,
    'entries 1 to 14, without a gap',
    'sha256sum -c manifest-sha256.txt',
    `${reported!.rows[0]!.sha256} ${reported!.rows[0]!.file!}`,
  ];
}
