import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applicationRoot } from '../../../src-main/hosts/shared/application.ts';
import { startApplication, type RunningApplication } from '../../support/application.ts';

const demo = join(applicationRoot(), 'resources', 'demo');
const search = (
  JSON.parse(readFileSync(join(demo, 'searches.json'), 'utf8')) as { text: string; person: number }[]
)[0]!;
const annotations = JSON.parse(readFileSync(join(demo, 'annotations.json'), 'utf8')) as {
  id: number;
  file_path: string;
}[];
const wanted = new Set(
  annotations.filter(({ id }) => id === search.person).map(({ file_path: file }) => file),
);

let app: RunningApplication;
let page: Page;
let source: string;
let crops: string[];

beforeAll(async () => {
  source = mkdtempSync(join(tmpdir(), 'descry-source-'));
  // The wanted person's crops and as many others as make a small gallery of every camera.
  const names = readdirSync(join(demo, 'crops')).sort();
  crops = names.filter((name, index) => wanted.has(name) || index % 4 === 0);
  mkdirSync(join(source, 'footage "A"'));
  for (const name of crops) copyFileSync(join(demo, 'crops', name), join(source, 'footage "A"', name));
  writeFileSync(join(source, 'footage "A"', 'gate_20260314-090000_9999_1.jpg'), 'this is no picture');
  app = await startApplication();
  page = app.page;
  page.setDefaultTimeout(30_000);
});

afterAll(async () => {
  await app.close();
  rmSync(source, { recursive: true, force: true });
});

async function expectAccessible(): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
  expect(
    violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target }) => target.join(' ')) })),
  ).toEqual([]);
}

const gridCount = (): Promise<number> => page.getByRole('gridcell').count();

describe('from crops to a report, in a browser window', () => {
  it('asks who is working and makes a case', async () => {
    await page.goto(app.host.url);
    await page.getByLabel('Operator').fill('A. Tester');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expectAccessible();
    await page.getByText('New case').first().click();
    await page.getByLabel('Name', { exact: true }).fill('Station square');
    await page.getByLabel('Case number').fill('26/118');
    await page.getByRole('button', { name: 'Create case' }).click();
    await page.getByRole('heading', { name: 'Import', level: 1 }).waitFor();
    await page.getByText('Station square').first().waitFor();
  });

  it('shows how names are read before anything is written, then imports', async () => {
    await page.getByRole('textbox', { name: 'Folder' }).fill(join(source, 'footage "A"'));
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Preview' }).getByRole('table').first().waitFor();
    await expectAccessible();
    await page.getByRole('button', { name: /^Import [\d,]+ / }).click();
    await expect
      .poll(async () => (await app.engine.client.case.current())?.counts.embedded, { timeout: 120_000 })
      .toBe(crops.length);
    const batches = await app.engine.client.imports.list();
    expect(batches[0]).toMatchObject({ state: 'done', imported: crops.length, rejected: 1 });
    await page.getByText('1 rejected').first().waitFor();
  });

  it('ranks a crop of the described person among the first ten', async () => {
    await page.getByRole('link', { name: 'Search', exact: true }).first().click();
    await page.getByRole('textbox', { name: 'What the witness said' }).fill(search.text);
    await page.keyboard.press('Enter');
    await page.getByRole('grid').waitFor();
    await expectAccessible();
    const rows = await app.engine.client.search.rows({ searchId: 1, limit: 10 });
    expect(rows.some(({ fileName }) => wanted.has(fileName))).toBe(true);
    // Camera and time stand on every tile.
    const first = await page.getByRole('gridcell').first().innerText();
    expect(first).toContain(rows[0]!.score.toFixed(4));
    expect(first).toContain(rows[0]!.camera!);
  });

  it('points out words that the model does not know', async () => {
    await page.getByRole('textbox', { name: 'What the witness said' }).fill('a person with a zorgle');
    await page.keyboard.press('Enter');
    await page.getByText('zorgle', { exact: false }).last().waitFor();
    await expect.poll(() => page.getByText(/not trained on "zorgle"/).count()).toBeGreaterThan(0);
  });

  it('filters by camera, exactly', async () => {
    const cameras = await app.engine.client.cameras.list();
    const camera = cameras[0]!;
    await page.getByRole('button', { name: new RegExp(`^${camera.name}, `) }).click();
    await page.getByRole('textbox', { name: 'What the witness said' }).fill(search.text);
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => (await app.engine.client.search.history({ limit: 1 }))[0]?.gallery.searched)
      .toBe(camera.crops);
    await page.getByText(`${camera.crops} of ${crops.length} crops searched`, { exact: false }).waitFor();
  });

  it('marks by key, takes it back, marks again; the review page shows it', async () => {
    await page.getByRole('gridcell').first().click();
    await page.keyboard.press('p');
    await expect.poll(async () => (await app.engine.client.case.current())?.counts.marked).toBe(1);
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await app.engine.client.case.current())?.counts.marked).toBe(0);
    await page.keyboard.press('p');
    await expect.poll(async () => (await app.engine.client.case.current())?.counts.marked).toBe(1);
    await page.getByRole('link', { name: 'Review' }).click();
    await page.getByRole('grid', { name: /Marked crops/ }).waitFor();
    expect(await gridCount()).toBeGreaterThan(0);
    await expectAccessible();
  });

  it('exports a report that sha256sum verifies', async () => {
    await page.getByRole('link', { name: 'Export' }).click();
    await page.getByRole('checkbox', { name: /Search 1 ·/ }).waitFor();
    // Before the preview is there: it is a sandboxed frame in which no script may run, and axe waits for one.
    await expectAccessible();
    await page.getByRole('checkbox', { name: /Search 1 ·/ }).check();
    await page.frameLocator('iframe').getByText('investigative lead', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Export report' }).click();
    await page.getByText('manifest-sha256.txt').first().waitFor({ timeout: 60_000 });
    const exports = join((await app.engine.client.case.current())!.path, 'exports');
    const folder = join(exports, readdirSync(exports)[0]!);
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['report.html', 'report.pdf', 'report.csv', 'report.json']),
    );
    execFileSync('sha256sum', ['-c', '--quiet', 'manifest-sha256.txt'], { cwd: folder });
  });

  it('comes back as it was after a reload', async () => {
    await page.getByRole('link', { name: 'Search', exact: true }).first().click();
    await page.reload();
    await page.getByRole('grid').waitFor();
    expect(await page.getByRole('textbox', { name: 'What the witness said' }).inputValue()).toBe(search.text);
  });

  it('survives the death of its engine', async () => {
    const before = app.engine.pid!;
    process.kill(before, 'SIGKILL');
    await expect.poll(() => app.engine.pid, { timeout: 30_000 }).not.toBe(before);
    await page
      .getByText(/engine was restarted/i)
      .first()
      .waitFor();
    await expect
      .poll(async () => (await app.engine.client.case.current())?.name, { timeout: 30_000 })
      .toBe('Station square');
    await page.getByRole('textbox', { name: 'What the witness said' }).fill('a person with a bag');
    await page.keyboard.press('Enter');
    await page.getByRole('grid').waitFor();
  });

  it('asked nothing of any other machine and broke no policy', () => {
    expect(app.foreignRequests).toEqual([]);
    // The engine's death closes the page's socket, which Chromium reports.
    expect(app.consoleErrors.filter((text) => !text.includes('WebSocket'))).toEqual([]);
  });
});
