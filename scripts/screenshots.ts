import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { applicationRoot } from '../src-main/hosts/shared/application.ts';
import { startApplication, type RunningApplication } from '../test/support/application.ts';
import { build } from './build.ts';

/**
 * Takes pictures of the pages with the demo case: `node scripts/screenshots.ts FOLDER [PLACE...]`. Without
 * places, all of them in both themes and two sizes, and the export page at 200 per cent; `readme` alone
 * takes the picture of the README, 1440 x 900.
 */
const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name a folder for the pictures.');
const target = resolve(folder);
mkdirSync(target, { recursive: true });

const demo = join(applicationRoot(), 'resources', 'demo');
const sentences = (JSON.parse(readFileSync(join(demo, 'searches.json'), 'utf8')) as { text: string }[]).map(
  ({ text }) => text,
);

interface Shot {
  hash: string;
  /** Brings the page into the state that is shown. */
  prepare?: (page: Page) => Promise<void>;
}

async function choose(page: Page, count: number): Promise<void> {
  const boxes = page.getByRole('group', { name: 'Searches' }).getByRole('checkbox');
  for (const box of await boxes.all()) await box.uncheck();
  for (let n = 0; n < count; n++) await boxes.nth(n).check();
  await page.locator('iframe').waitFor();
}

async function openCrop(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'What the witness said' }).fill(sentences[1]!);
  await page.keyboard.press('Enter');
  await page.getByRole('gridcell').first().click();
  const pane = page.getByRole('complementary', { name: 'Selected crop' });
  if (!(await pane.isVisible())) await page.keyboard.press('d');
  await pane.getByRole('heading', { name: 'Provenance' }).waitFor();
}

const shots: Record<string, Shot> = {
  start: { hash: '#/start' },
  'start-new': { hash: '#/start/new' },
  import: { hash: '#/import' },
  batches: { hash: '#/import/batches' },
  search: { hash: '#/search', prepare: openCrop },
  'search-sensitive': {
    hash: '#/search',
    prepare: async (page) => {
      await page
        .getByRole('textbox', { name: 'What the witness said' })
        .fill('muslim woman with a zorgle in a red coat');
      await page.keyboard.press('Enter');
      await page.getByRole('grid').waitFor();
    },
  },
  redaction: {
    hash: '#/search',
    prepare: async (page) => {
      await openCrop(page);
      await page.getByRole('button', { name: /Cover parts…|Change what is covered…/ }).click();
      await page.getByRole('button', { name: 'Add a box' }).click();
    },
  },
  review: { hash: '#/review' },
  export: { hash: '#/export', prepare: (page) => choose(page, 2) },
  'export-signed': {
    hash: '#/export',
    prepare: async (page) => {
      await choose(page, 1);
      await page.getByRole('checkbox', { name: 'Sign with a key' }).check();
      await page.getByRole('checkbox', { name: 'Sign with a certificate' }).check();
      await page.getByLabel('Passphrase of the key').fill('12345678');
      await page.getByLabel('Passphrase of the certificate').scrollIntoViewIfNeeded();
    },
  },
  'export-done': {
    hash: '#/export',
    prepare: async (page) => {
      await choose(page, 1);
      await page.getByRole('checkbox', { name: 'Sign with a certificate' }).uncheck();
      await page.getByRole('checkbox', { name: 'Sign with a key' }).check();
      await page.getByLabel('Passphrase of the key').fill('12345678');
      await page.getByRole('radio', { name: 'Evidence bundle a BagIt' }).check();
      await page.getByRole('button', { name: 'Export report' }).click();
      await page.getByRole('button', { name: 'Verify it' }).click({ timeout: 60_000 });
      await page.getByText('The signature fits.').waitFor({ timeout: 60_000 });
    },
  },
  discovery: {
    hash: '#/export/discovery',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Export everything written' }).click();
      await page.getByRole('region', { name: 'The discovery export was written' }).waitFor();
    },
  },
  earlier: { hash: '#/export/earlier' },
  models: { hash: '#/models' },
  'models-compare': { hash: '#/models/compare' },
  settings: { hash: '#/settings/case' },
  cameras: { hash: '#/settings/cameras' },
  verify: {
    hash: '#/settings/verify',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Verify now' }).click();
      await page.getByRole('heading', { name: 'The case is whole' }).waitFor({ timeout: 60_000 });
    },
  },
  audit: { hash: '#/settings/audit' },
  template: { hash: '#/settings/template', prepare: async (page) => page.locator('iframe').waitFor() },
  keys: { hash: '#/settings/keys' },
  doctor: { hash: '#/settings/doctor' },
  appearance: { hash: '#/settings/appearance' },
};

async function fillCase({ engine, page, host }: RunningApplication): Promise<void> {
  const { client } = engine;
  await page.goto(host.url);
  await page.getByLabel('Operator').fill('A. Examiner');
  await page.getByRole('button', { name: 'Continue' }).click();
  await client.case.createDemo({});
  while ((await client.imports.current()) !== null) await new Promise((done) => setTimeout(done, 200));
  for (const text of sentences)
    await client.search.run({ query: { statements: [{ text, weight: 1 }] }, top: 5 });
  const top = await client.search.rows({ searchId: 2, limit: 12 });
  const ids = top.map(({ id }) => id);
  await client.review.decide({ cropIds: ids.slice(0, 3), verdict: 'possible', searchId: 2 });
  await client.review.decide({ cropIds: ids.slice(3, 5), verdict: 'excluded', searchId: 2 });
  await client.review.addNote({ cropId: ids[0]!, text: 'Backpack seen from the side only.' });
  await client.review.addTag({ cropIds: ids.slice(0, 2), tag: 'backpack' });
  await client.review.redact({
    cropId: ids[1]!,
    boxes: [{ x: 10, y: 8, width: 24, height: 26 }],
    reason: 'face of a bystander',
  });
  await client.report.template.set({
    agency: 'City Police',
    unit: 'Station square investigation',
    contact: ['1 Main Street', 'Tel. 555 0100'],
  });
  await client.signing.create({ name: 'Unit 4', passphrase: '12345678' });
  await page.reload();
}

async function take(
  page: Page,
  name: string,
  { hash, prepare }: Shot,
  size: { width: number; height: number },
): Promise<void> {
  await page.setViewportSize(size);
  await page.evaluate((address) => (location.hash = address), hash);
  await page.reload();
  await page.waitForTimeout(700);
  await prepare?.(page);
  await page.waitForTimeout(900);
  // A palette is enough for an interface, and a third of the bytes.
  await sharp(await page.screenshot())
    .png({ palette: true })
    .toFile(join(target, `${name}.png`));
  console.log(name);
}

await build();
const app = await startApplication();
try {
  const { page } = app;
  page.setDefaultTimeout(20_000);
  await fillCase(app);
  if (wanted.includes('readme')) {
    await take(page, 'search', shots['search']!, { width: 1440, height: 900 });
  } else {
    const names = wanted.length > 0 ? wanted : Object.keys(shots);
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((chosen) => localStorage.setItem('descry:theme', chosen), theme);
      for (const name of names) {
        for (const size of [
          { width: 1440, height: 900 },
          { width: 1024, height: 700 },
        ])
          await take(page, `${name}-${theme}-${size.width}`, shots[name]!, size).catch((error: unknown) =>
            console.error(`${name}: ${String(error)}`),
          );
      }
    }
    // Twice as large on a screen of 1440 x 900 leaves half of the pixels.
    for (const name of names.filter((known) => known.startsWith('export')))
      await take(page, `${name}-zoom`, shots[name]!, { width: 720, height: 450 });
  }
  if (app.consoleErrors.length > 0) console.error(app.consoleErrors.join('\n'));
} finally {
  await app.close();
}
