import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applicationRoot } from '../../../src-main/hosts/shared/application.ts';
import { startApplication, type RunningApplication } from '../../support/application.ts';

const demo = join(applicationRoot(), 'resources', 'demo', 'crops');

let app: RunningApplication;
let page: Page;
let source: string;

beforeAll(async () => {
  source = mkdtempSync(join(tmpdir(), 'descry-source-'));
  for (const name of readdirSync(demo).sort().slice(0, 40))
    copyFileSync(join(demo, name), join(source, name));
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

describe('a blind second review, in a browser window', () => {
  it('has a list that somebody decided on', async () => {
    await page.goto(app.host.url);
    await page.getByLabel('Operator').fill('A. First');
    await page.getByRole('button', { name: 'Continue' }).click();
    const { client } = app.engine;
    await expect.poll(async () => (await client.app.info()).operator, { timeout: 60_000 }).toBe('A. First');
    await client.case.create({ folder: join(app.casesFolder, 'two'), details: { name: 'Two reviewers' } });
    await client.imports.start({
      source: { kind: 'folder', path: source },
      options: {},
    });
    await expect
      .poll(async () => (await client.case.current())?.counts.embedded, { timeout: 120_000 })
      .toBe(40);
    const { top } = await client.search.run({
      query: { statements: [{ text: 'a man in a red jacket' }] },
      top: 6,
    });
    const ids = top.map(({ id }) => id);
    await client.review.decide({ cropIds: ids.slice(0, 3), verdict: 'possible', searchId: 1 });
    await client.review.decide({ cropIds: ids.slice(3, 5), verdict: 'excluded', searchId: 1 });
    await client.review.addTag({ cropIds: ids.slice(0, 1), tag: 'first-tag' });
  });

  it('is handed over to another person by name, not to the one who decided', async () => {
    await page.getByRole('link', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Blind review' }).click();
    await page.getByLabel('Rows of the list, from the top').fill('4');
    await page.getByLabel('Name of the second reviewer').fill('A. First');
    await page.getByRole('button', { name: 'Hand over' }).click();
    await page.getByText(/done by another person/).waitFor();
    await expectAccessible();
    await page.getByLabel('Name of the second reviewer').fill('B. Second');
    await page.getByRole('button', { name: 'Hand over' }).click();
    await page.getByRole('heading', { name: 'Blind review' }).waitFor();
    await page.getByText('Crop 1 of 4').first().waitFor();
    await expectAccessible();
  });

  it('shows no score, no rank, no tag and no decision of the first reviewer, also after a reload', async () => {
    await page.reload();
    await page.getByText('Crop 1 of 4').first().waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toContain('No verdict yet');
    for (const hidden of ['first-tag', 'Rank', 'A. First', 'Timeline', 'Marked crops'])
      expect(text).not.toContain(hidden);
    expect(text).not.toMatch(/\b\d\.\d{4}\b/);
  });

  it('takes verdicts by key, and shows both reviews side by side when it is finished', async () => {
    for (const key of ['p', 'x', 'u']) await page.keyboard.press(key);
    await expect
      .poll(async () => (await app.engine.client.review.blind.list())[0]?.decided, { timeout: 20_000 })
      .toBe(3);
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.getByText(/1 of 4 crops have no verdict/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Finish' }).click();
    await page.getByRole('heading', { name: 'Two reviews of search 1' }).waitFor();
    await page.getByText('Cohen’s kappa', { exact: false }).waitFor();
    await expectAccessible();
    const outcome = await app.engine.client.review.blind.outcome({ reviewId: 1 });
    expect(outcome.agreement.decidedByBoth + outcome.agreement.onlyFirst).toBe(4);
    await page.getByRole('button', { name: 'Back to the marks' }).click();
    await page.getByRole('button', { name: 'Search 1 by B. Second' }).click();
    await page.getByRole('heading', { name: 'Two reviews of search 1' }).waitFor();
    expect(app.consoleErrors).toEqual([]);
  });
});
