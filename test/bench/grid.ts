/**
 * Whether a grid of many results scrolls without holding up the page: `node test/bench/grid.ts [CROPS]`.
 * The built application in headless Chromium, a case of as many crops without pictures, each in a row of its
 * own; the scroll bar is drawn from the first row to the last, then the wheel turns a stretch in the middle.
 * Long tasks are those of 50 ms and more, as the browser itself reports them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { build } from '../../scripts/build.ts';
import { startApplication } from '../support/application.ts';
import { largeCase, makeLargeCase } from './large-case.ts';
import { machine, record, table } from './results.ts';

const crops = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'descry-grid-'));

/** Milliseconds that single tasks of the page took since the last call, longest first. */
function takeTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const bench = globalThis as unknown as { longTasks?: number[] };
    const tasks = bench.longTasks ?? [];
    bench.longTasks = [];
    return tasks.sort((a, b) => b - a);
  });
}

await build();
const library = new ModelLibrary({
  folders: [join(import.meta.dirname, '..', '..', 'models')],
  userFolder: folder,
});
const model = await library.load();
const path = join(folder, 'large.descry');
makeLargeCase(path, crops, model).close();
await model.dispose();
const app = await startApplication();
try {
  const { page } = app;
  page.setDefaultTimeout(30_000);
  await page.addInitScript(() => {
    const bench = globalThis as unknown as { longTasks: number[] };
    bench.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) bench.longTasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
  await app.engine.client.case.open({ path });
  await page.goto(`${app.host.url}#/search`);
  await page.getByLabel('Operator').fill('Benchmark');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('checkbox', { name: 'One row a track' }).uncheck();
  await page.getByRole('textbox', { name: 'What the witness said' }).fill('man in a red jacket');
  await page.keyboard.press('Enter');
  await page.getByRole('gridcell').first().waitFor();
  await page.waitForTimeout(1000);
  await takeTasks(page);

  const grid = page.getByRole('grid');
  const steps = 400;
  await grid.evaluate(async (element, count) => {
    let pane: Element | null = element;
    while (pane && pane.scrollHeight <= pane.clientHeight + 1) pane = pane.parentElement;
    if (!pane) throw new Error('nothing scrolls here');
    for (let step = 0; step <= count; step++) {
      pane.scrollTop = ((pane.scrollHeight - pane.clientHeight) * step) / count;
      await new Promise((next) => requestAnimationFrame(() => setTimeout(next, 20)));
    }
    pane.scrollTop = pane.scrollHeight / 2;
  }, steps);
  await page.waitForTimeout(500);
  const dragged = await takeTasks(page);
  await grid.hover();
  for (let turn = 0; turn < 300; turn++) {
    await page.mouse.wheel(0, 240);
    await page.waitForTimeout(16);
  }
  await page.waitForTimeout(500);
  const turned = await takeTasks(page);
  const row = (what: string, tasks: number[]): string[] => [
    what,
    String(tasks.length),
    tasks.length === 0 ? 'under 50' : tasks[0]!.toFixed(0),
  ];
  const text = `${machine()}. ${crops.toLocaleString('en')} rows in the grid, tracks of ${largeCase.tracks} crops not folded, headless Chromium with the engine on the same cores.

${table(
  ['scrolling', 'tasks of 50 ms and more', 'longest, ms'],
  [
    row(`scroll bar, ${steps} steps from the first row to the last`, dragged),
    row('wheel, 300 turns', turned),
  ],
)}`;
  console.log(text);
  if (process.argv.includes('--record')) record('Grid', text);
} finally {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
}
