import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportDocument } from '../../../src-main/engine/report/document/report-document.ts';
import { renderHtml } from '../../../src-main/engine/report/html/render-html.ts';
import { renderPdf } from '../../../src-main/engine/report/pdf/render-pdf.ts';
import type { ReportModel } from '../../../src-main/engine/report/schema.ts';
import { english } from '../../../src-main/engine/report/texts.ts';
import { launchBrowser } from '../../support/chromium.ts';
import { fixtureModel, fixturePictures, hash } from '../../unit/report/report-fixture.ts';

const hostile =
  '</style>"><img src=x onerror=document.title="run"><script>document.title="run"</script>\u202egpj.exe';
const longWord = 'Donaudampfschifffahrtsgesellschaft'.repeat(40);

/** Listed rows of each search. */
const rows = 5;

let folder: string;
let browser: Browser;
let page: Page;
const requests: string[] = [];

/** Two searches, with words that somebody wrote to break the document, and words that never end. */
function hardModel(): ReportModel {
  const model = fixtureModel();
  // Few rows: every one of them has its colours measured.
  model.searches[0]!.rows.splice(rows);
  const second = structuredClone(model.searches[0]!);
  second.search.id = 4;
  second.search.name = hostile;
  second.search.query.statements[0]!.text = `${hostile} ${longWord}`;
  second.search.warnings.push({ kind: 'sensitive', message: `"${hostile}": words`, words: [hostile] });
  const [row] = second.rows;
  Object.assign(row!, {
    fileName: longWord,
    sourcePath: `/${longWord}/${hostile}`,
    camera: longWord,
    tags: [longWord, hostile],
  });
  model.searches.push(second);
  model.case.name = `${hostile} ${longWord}`;
  model.title = english.title(model.case.name);
  model.case.purpose = longWord;
  model.cameras[0]!.note = `${longWord} ${hostile}`;
  model.batches[0]!.source = `/${longWord}`;
  model.template = { ...model.template, agency: longWord, unit: hostile, contact: [longWord] };
  return model;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'descry-document-'));
  const document = reportDocument(hardModel(), hash('body'), english);
  let markup = '';
  for await (const chunk of renderHtml(document, fixturePictures)) markup += chunk;
  writeFileSync(join(folder, 'report.html'), markup);
  await renderPdf(document, fixturePictures, createWriteStream(join(folder, 'report.pdf')));
  browser = await launchBrowser();
  // Axe is a script, which the document itself would refuse.
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(join(folder, 'report.html')).href);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the HTML document of a report', () => {
  it.each([1280, 390])('is accessible, and no wider than the page, at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => ({ id, first: nodes[0]!.html }))).toEqual([]);
    expect(passes.length).toBeGreaterThan(25);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  it('loads nothing, and runs nothing that somebody wrote into the case', async () => {
    expect(requests.filter((url) => !url.startsWith('data:')).length).toBe(1);
    expect(await page.title()).toMatch(/^Search report: <\/style>.*\[U\+202E\]gpj\.exe/);
    expect(await page.locator('script').count()).toBe(0);
    expect(await page.locator('img').count()).toBe(2 * (rows + 2));
    await page.getByText('Words of the witnesses').first().waitFor();
  });

  it('is printed with its header and "page x of y" on every page', async () => {
    await page.pdf({ path: join(folder, 'printed.pdf'), preferCSSPageSize: true });
    const text = execFileSync('pdftotext', ['-layout', join(folder, 'printed.pdf'), '-'], {
      encoding: 'utf8',
    });
    const pages = text.split('\f').slice(0, -1);
    expect(pages.length).toBeGreaterThan(10);
    for (const [i, printed] of pages.entries()) {
      expect(printed).toContain(english.header);
      expect(printed).toContain(`Page ${i + 1} of ${pages.length}`);
    }
  });
});

describe('the PDF document of a report', () => {
  it('is sound, tagged, in its language and with a bookmark for each heading', () => {
    const file = join(folder, 'report.pdf');
    expect(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' })).toContain(
      'No syntax or stream encoding errors',
    );
    const json = execFileSync(
      'qpdf',
      ['--json', '--json-key=outlines', '--json-key=qpdf', '--json-stream-data=none', file],
      {
        encoding: 'utf8',
        maxBuffer: 512 * 1024 * 1024,
      },
    );
    const { outlines, qpdf } = JSON.parse(json) as {
      outlines: { title: string; kids: { title: string }[] }[];
      qpdf: [object, Record<string, { value?: Record<string, unknown> }>];
    };
    expect(outlines.map(({ title }) => title)).toEqual([
      english.meaning.title,
      english.caseFile.title,
      'Search 3: Zeugin K.',
      expect.stringContaining('[U+202E]gpj.exe'),
      english.cameras.title,
      english.imports.title,
      english.method.title,
      english.accuracy.title,
      english.audit.title,
      english.check.title,
    ]);
    expect(outlines[2]!.kids.map(({ title }) => title)).toContain(english.search.words);
    const values = Object.values(qpdf[1]).map(({ value }) => value ?? {});
    const catalogue = values.find((value) => value['/Type'] === '/Catalog')!;
    expect(catalogue).toMatchObject({ '/Lang': 'u:en', '/PageMode': '/UseOutlines' });
    expect(catalogue).toHaveProperty('/StructTreeRoot');
    const figures = values.filter((value) => value['/S'] === '/Figure');
    expect(figures).toHaveLength(2 + 2 * (rows + 2));
    for (const figure of figures) expect(figure['/Alt']).toMatch(/^u:.{10}/);
  });
});
