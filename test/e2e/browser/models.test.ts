import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applicationRoot } from '../../../src-main/hosts/shared/application.ts';
import { publishedVectors, vectorsAreHere, vectorsMissing } from '../../support/published-vectors.ts';
import { startApplication, type RunningApplication } from '../../support/application.ts';

const checkpoint = join(publishedVectors, 'checkpoints', 'rde-tiny.pth');
const vocabulary = 'bpe_simple_vocab_16e6.txt.gz';
const demo = join(applicationRoot(), 'resources', 'demo', 'crops');
const sentence = 'a woman in a yellow coat with a white bag';

if (!vectorsAreHere) it('adds a checkpoint in the window', ({ skip }) => skip(vectorsMissing));

/** One window from the first look at the models to the removal of one: each test goes on where the last stopped. */
describe.runIf(vectorsAreHere)('models, in a browser window', { timeout: 240_000 }, () => {
  let app: RunningApplication;
  let page: Page;
  let folder: string;
  let crops: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'descry-models-'));
    copyFileSync(checkpoint, join(folder, 'best.pth'));
    const names = readdirSync(demo)
      .sort()
      .filter((_, index) => index % 20 === 0);
    for (const name of names) copyFileSync(join(demo, name), join(folder, name));
    crops = names.length;
    app = await startApplication();
    page = app.page;
    page.setDefaultTimeout(60_000);
  });

  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function expectAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa'])
      .analyze();
    expect(
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target }) => target.join(' ')) })),
    ).toEqual([]);
  }

  const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });
  const go = (place: string): Promise<void> => page.getByRole('link', { name: place, exact: true }).click();
  const shown = (): Locator => page.getByRole('article');

  /** Chooses a file of the test's folder in the page's own picker. */
  async function choose(name: string): Promise<void> {
    const picker = page.getByRole('dialog').last();
    await picker.getByRole('listbox').waitFor();
    await picker.getByRole('textbox', { name: 'Folder', exact: true }).fill(folder);
    await page.keyboard.press('Enter');
    await picker.getByRole('option', { name }).click();
    await picker.getByRole('button', { name: 'Choose', exact: true }).click();
  }

  it('shows the models without a case', async () => {
    await page.goto(app.host.url);
    await page.getByLabel('Operator').fill('A. Tester');
    await button('Continue').click();
    await page.keyboard.press('Control+5');
    await shown().getByRole('heading', { name: 'Descry small' }).waitFor();
    await shown().getByText('When a case is open').waitFor();
    await expectAccessible();
    await button('Remove…').hover();
    await page.getByText('It ships with Descry and cannot be removed.').waitFor();
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'No case is open' }).waitFor();
  });

  it('says how much of a case each model has read', async () => {
    const { client } = app.engine;
    await client.case.create({ folder: join(app.casesFolder, 'models'), details: { name: 'Models' } });
    await client.imports.start({
      source: { kind: 'folder', path: folder },
      options: { pattern: 'descry', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
    });
    await expect
      .poll(async () => (await client.case.current())?.counts.embedded, { timeout: 60_000 })
      .toBe(crops);
    await go('Models');
    await shown().getByText(`Has read all ${crops} crops`).waitFor();
  });

  it('opens the picker for a file that was dropped, since a browser does not tell where it lies', async () => {
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'best.pth'));
      const target = document.querySelector('article')!;
      target.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
      target.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    });
    await page.getByRole('dialog', { name: 'Where does best.pth lie?' }).waitFor();
    await choose('best.pth');
    await page.getByRole('heading', { name: 'What it is' }).waitFor();
  });

  it('tells what a checkpoint is, and asks for what it does not tell', async () => {
    const dialog = page.getByRole('dialog', { name: 'Add best.pth' });
    await dialog.getByText(/A checkpoint of RDE/).waitFor();
    await dialog.getByRole('heading', { name: 'What is left out' }).waitFor();
    await expectAccessible();
    expect(await button('Add model').isDisabled()).toBe(true);
    const [crop] = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
    await dialog.getByLabel('Vocabulary', { exact: true }).fill(join(folder, crop!));
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Vocabulary', { exact: true }).fill(join(publishedVectors, vocabulary));
    await dialog.getByRole('alert').waitFor({ state: 'detached' });
    await dialog.getByLabel('Id', { exact: true }).fill('descry-s');
    await dialog.getByText('installed already').first().waitFor();
    await dialog.getByLabel('Id', { exact: true }).fill('rde-tiny');
    await dialog.getByText('State its licence.').waitFor();
    await dialog.getByLabel('Licence', { exact: true }).fill('for tests');
    await dialog.getByText('Nothing is missing').waitFor();
    await button('Add model').click();
    await page.getByRole('region', { name: 'The model was added' }).waitFor({ timeout: 90_000 });
    const packs = await app.engine.client.models.list();
    expect(packs.find(({ id }) => id === 'rde-tiny')).toMatchObject({
      licence: 'for tests',
      builtIn: false,
      inUse: false,
    });
    await shown().getByRole('heading', { name: /RDE/ }).waitFor();
    await shown().getByText('Not measured.').waitFor();
    await expectAccessible();
  });

  it('lets it read the case', async () => {
    await shown().getByText(`Has read none of ${crops} crops`).waitFor();
    await shown().getByRole('button', { name: 'Read this case with it' }).click();
    await shown().getByText(`Has read all ${crops} crops`).waitFor({ timeout: 60_000 });
    const coverage = await app.engine.client.embedding.coverage();
    expect(coverage.find(({ packId }) => packId === 'rde-tiny')?.crops).toBe(crops);
    await button('Close this notice').click();
  });

  it('compares both on the words of the last search', async () => {
    await go('Search');
    await page.getByRole('textbox', { name: 'What the witness said' }).fill(sentence);
    await page.keyboard.press('Enter');
    await page.getByRole('grid').waitFor();
    await go('Models');
    await page.getByRole('link', { name: 'Compare' }).click();
    const words = page.getByRole('textbox', { name: 'What the witness said' });
    expect(await words.inputValue()).toBe(sentence);
    await button('Compare').click();
    await page.getByText('In both lists:').waitFor();
    const lists = page.getByRole('region');
    const ranked = lists.filter({ hasText: 'crops ranked' });
    expect(await ranked.count()).toBe(2);
    const history = await app.engine.client.search.history({});
    expect(history).toHaveLength(1);
    const tile = ranked.first().getByRole('button').first();
    const key = await tile.getAttribute('data-key');
    const both = page.locator(`button[data-key="${key}"]`);
    const outlines = (): Promise<string[]> =>
      both.evaluateAll((tiles) => tiles.map((element) => getComputedStyle(element).outlineStyle));
    expect(await outlines()).not.toContain('solid');
    await tile.hover();
    await expect.poll(outlines).toEqual(Array<string>(await both.count()).fill('solid'));
    await expectAccessible();
  });

  it('goes on after a visit to another page', async () => {
    await go('Review');
    await go('Models');
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByText('In both lists:').waitFor();
    await page.getByRole('textbox', { name: 'What the witness said' }).fill('a man');
    await page.getByText('from before the last change').waitFor();
    await go('Search');
    await page.getByRole('textbox', { name: 'What the witness said' }).fill('a man');
    await page.getByText('The list is from before these changes.').waitFor();
  });

  it('searches with the one that is used', async () => {
    await go('Models');
    await page.getByRole('link', { name: /^RDE/ }).click();
    await button('Use it').click();
    await shown().getByText('in use').waitFor();
    await button('Remove…').hover();
    await page.getByText('It is in use. Use another model first.').waitFor();
    await go('Search');
    await page.getByRole('textbox', { name: 'What the witness said' }).fill(sentence);
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => (await app.engine.client.search.history({ limit: 1 }))[0]?.model.id)
      .toBe('rde-tiny');
  });

  it('removes it, and keeps what was searched with it', async () => {
    await go('Models');
    await page.getByRole('link', { name: /^Descry small/ }).click();
    await button('Use it').click();
    await shown().getByText('in use').waitFor();
    await page.getByRole('link', { name: /^RDE/ }).click();
    await button('Remove…').click();
    const question = page.getByRole('dialog', { name: /^Remove / });
    await expectAccessible();
    await question.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('link', { name: /^RDE/ }).waitFor({ state: 'detached' });
    const { client } = app.engine;
    expect((await client.models.list()).map(({ id }) => id)).toEqual(['descry-s']);
    const history = await client.search.history({});
    expect(history.map(({ model }) => model.id).sort()).toEqual(['descry-s', 'rde-tiny']);
    const kept = history.find(({ model }) => model.id === 'rde-tiny')!;
    expect(await client.search.rows({ searchId: kept.id, limit: 5 })).toHaveLength(5);
  });

  it('asked nothing of any other machine and broke no policy', () => {
    expect(app.foreignRequests).toEqual([]);
    expect(app.consoleErrors).toEqual([]);
  });
});
