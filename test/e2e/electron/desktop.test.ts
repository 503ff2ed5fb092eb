import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../../scripts/build.ts';
import { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { privateFolders } from '../../support/application.ts';
import { testBrowser } from '../../support/chromium.ts';
import { identity } from '../../support/temporary.ts';
import { electronRuntime, launchDesktop, type Desktop } from './desktop.ts';
import { drawCrops } from './drawn-crops.ts';
import { reachedByChromium, reachedByNode } from './network-record.ts';

const possible = electronRuntime() !== undefined || testBrowser() !== undefined;

/** Waits until the page, or the application, has come to it. */
const patience = { timeout: 30_000, interval: 100 };

if (!possible)
  test('the desktop application', ({ skip }) =>
    skip('there is neither Electron’s runtime nor Chromium, Chrome or Edge on this machine'));

/** One window from its first start to the end: each test goes on where the one before stopped. */
describe.runIf(possible)('the desktop application', () => {
  const folders = privateFolders();
  const crops = join(folders.data, '..', 'crops of the gate');
  const secondCase = join(folders.cases, 'second.descry');
  let desktop: Desktop;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    await build();
    await drawCrops(crops, [
      { jacket: 'red', trousers: 'black' },
      { jacket: 'blue', trousers: 'black' },
      { jacket: 'green', trousers: 'white' },
      { jacket: 'yellow', trousers: 'blue' },
      { jacket: 'white', trousers: 'green' },
      { jacket: 'black', trousers: 'white' },
    ]);
    OpenCase.create(secondCase, { name: 'Second case' }, identity).close();
    desktop = await launchDesktop(folders);
    page = await desktop.page();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterAll(async () => {
    await desktop?.close();
    folders.remove();
  });

  const clickMenu = (id: string): Promise<void> =>
    desktop.evaluate(({ Menu }, item) => Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id);
  const enginePid = (): Promise<number | undefined> =>
    desktop.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Descry engine')?.pid);
  /** What the scripted dialogs, and the shell, are given from now on. */
  const script = (answer: { filePaths?: string[]; response?: number }): Promise<void> =>
    desktop.evaluate(({ dialog, shell }, { filePaths = [], response = 0 }) => {
      const seen: string[] = ((globalThis as { seen?: string[] }).seen = []);
      const show =
        (kind: string, value: object) =>
        (...input: unknown[]) => {
          seen.push(`${kind}: ${JSON.stringify(input.at(-1))}`);
          return Promise.resolve(value);
        };
      Object.assign(dialog, {
        showOpenDialog: show('open', { canceled: filePaths.length === 0, filePaths }),
        showMessageBox: show('message', { response, checkboxChecked: false }),
      });
      Object.assign(shell, { showItemInFolder: show('folder', {}) });
    }, answer);
  const seen = (): Promise<string[]> =>
    desktop.evaluate(() => (globalThis as { seen?: string[] }).seen ?? []);
  const results = () => page.getByRole('grid', { name: /Ranked results/ }).getByRole('gridcell');

  test('runs on Electron itself', async ({ skip }) => {
    if (desktop.kind === 'stand-in')
      skip(
        'Electron’s runtime is not installed, or there is no display: the tests below ran on its stand-in',
      );
    expect(await desktop.evaluate(() => process.versions['electron'])).toBeDefined();
  });

  test('opens one window that is locked down', async () => {
    await page.getByRole('button', { name: /New case/ }).waitFor();
    const preferences = await desktop.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => {
        // Public in Electron, absent from its types.
        const contents = webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
        return contents.getLastWebPreferences();
      }),
    );
    expect(preferences).toEqual([
      expect.objectContaining({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
      }),
    ]);
    const visible = await page.evaluate(() => ({
      host: Object.keys(window.descryHost ?? {}).sort(),
      node: ['require', 'module', 'process', 'Buffer', 'ipcRenderer', 'electron'].filter(
        (name) => name in window,
      ),
    }));
    expect(visible.node).toEqual([]);
    expect(visible.host).toEqual([
      'kind',
      'onMenu',
      'onOpenCase',
      'openPathOfExport',
      'pathsOf',
      'pickFiles',
      'pickFolder',
      'platform',
      'ready',
      'showInFolder',
    ]);
  });

  test('makes a case from the menu', async () => {
    await clickMenu('new-case');
    await page.getByLabel('Name', { exact: true }).fill('Station robbery');
    await page.getByRole('button', { name: 'Create case' }).click();
    await page.getByLabel('Operator').fill('A. Tester');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Import', exact: true }).waitFor();
    await expect.poll(() => page.title(), patience).toContain('Station robbery');
    const grey = (): Promise<boolean | undefined> =>
      desktop.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('search')?.enabled);
    await expect.poll(grey, patience).toBe(true);
  });

  test('imports a folder that was dropped on it', async () => {
    const position = { x: 500, y: 400 };
    // Chromium alone does not tell where a file lies; the stand-in is told.
    if (desktop.kind === 'stand-in')
      await page.evaluate(
        (path) => Object.assign(window, { standInPaths: { 'crops of the gate': path } }),
        crops,
      );
    const session = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', {
        type,
        ...position,
        data: { items: [], files: [crops], dragOperationsMask: 1 },
      });
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Folder', exact: true }).inputValue(), patience)
      .toBe(crops);
    await page.getByRole('button', { name: 'Import 6 crops' }).click();
    await page.getByRole('heading', { name: /Import 1: done/ }).waitFor();
  });

  test('asks for a folder with the system’s dialog', async () => {
    await script({ filePaths: [crops] });
    await page.getByRole('button', { name: 'Choose: Folder' }).click();
    await expect.poll(seen, patience).toEqual([expect.stringContaining('openDirectory')]);
  });

  test('searches and shows the untouched crop', async () => {
    await clickMenu('search');
    await page.getByLabel('What the witness said').fill('a man in a red jacket');
    await page.keyboard.press('Enter');
    await expect.poll(() => results().count(), patience).toBe(6);
    const sizes = (selector: string): Promise<number[][]> =>
      page
        .locator(selector)
        .evaluateAll((images) =>
          images.map((image) => [
            (image as HTMLImageElement).naturalWidth,
            (image as HTMLImageElement).naturalHeight,
          ]),
        );
    await expect
      .poll(
        () => sizes('[role="gridcell"] img').then((all) => all.filter(([width]) => width! > 0).length),
        patience,
      )
      .toBe(6);
    await expect.poll(() => sizes('aside img'), patience).toContainEqual([64, 160]);
  });

  test('marks a crop, and takes it back from the menu', async () => {
    const mark = page.getByRole('group', { name: 'Decision' }).getByRole('button', { name: 'Possible' });
    await mark.click();
    await expect.poll(() => mark.getAttribute('aria-pressed'), patience).toBe('true');
    await clickMenu('undo');
    await expect.poll(() => mark.getAttribute('aria-pressed'), patience).toBe('false');
    await clickMenu('redo');
    await expect.poll(() => mark.getAttribute('aria-pressed'), patience).toBe('true');
  });

  test('undo in a field belongs to the field', async () => {
    const field = page.getByLabel('What the witness said');
    await field.focus();
    await page.keyboard.insertText(' and more');
    await clickMenu('undo');
    await expect.poll(() => field.inputValue(), patience).toBe('a man in a red jacket');
    await expect(
      page
        .getByRole('group', { name: 'Decision' })
        .getByRole('button', { name: 'Possible' })
        .getAttribute('aria-pressed'),
    ).resolves.toBe('true');
  });

  test('shows the original in its folder, by the id of the crop', async () => {
    await script({});
    await page.getByRole('button', { name: 'Show in folder' }).click();
    await expect.poll(seen, patience).toHaveLength(1);
    const [shown = ''] = await seen();
    expect(existsSync(JSON.parse(shown.replace('folder: ', '')) as string)).toBe(true);
  });

  test('goes where the menu says, in the colours that it says', async () => {
    await clickMenu('review');
    await expect.poll(() => page.evaluate(() => location.hash), patience).toContain('review');
    await clickMenu('models');
    await expect.poll(() => page.evaluate(() => location.hash), patience).toContain('models');
    await clickMenu('theme-dark');
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset['theme']), patience)
      .toBe('dark');
    await clickMenu('theme-system');
    await clickMenu('search');
  });

  test('survives the death of the engine', async () => {
    const before = await enginePid();
    await page.evaluate(() => Object.assign(window, { stillThis: true }));
    process.kill(before!, 'SIGKILL');
    await page.getByText('The engine was restarted').waitFor();
    expect(await enginePid()).not.toBe(before);
    expect(await page.evaluate(() => 'stillThis' in window)).toBe(true);
    await expect.poll(() => page.title(), patience).toContain('Station robbery');
    await page.getByLabel('What the witness said').fill('somebody in a blue jacket');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText(/search 2\b/).waitFor();
    await expect.poll(() => results().count(), patience).toBe(6);
  });

  test('stays on its page', async () => {
    const address = page.url();
    const windows = (): Promise<number> =>
      desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    for (const away of ['https://example.com/', 'file:///etc/hostname', 'data:text/html,away'])
      await page.evaluate((target) => location.assign(target), away).catch(() => undefined);
    await page.evaluate(() => window.open('https://example.com/'));
    await page.evaluate(() => {
      const link = document.body.appendChild(document.createElement('a'));
      link.href = 'https://example.com/';
      link.target = '_blank';
      link.click();
      link.remove();
    });
    await new Promise((wait) => setTimeout(wait, 500));
    expect(page.url()).toBe(address);
    expect(await windows()).toBe(1);
    await expect.poll(() => page.context().pages().length, patience).toBe(1);
  });

  test('gets no permission', async () => {
    const answers = await page.evaluate(async () => ({
      position: (await navigator.permissions.query({ name: 'geolocation' })).state,
      notifications: await Notification.requestPermission(),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'given',
        () => 'refused',
      ),
      clipboard: await navigator.clipboard.readText().then(
        () => 'given',
        () => 'refused',
      ),
    }));
    expect(answers).toEqual({
      position: 'denied',
      notifications: 'denied',
      camera: 'refused',
      clipboard: 'refused',
    });
  });

  test('loads nothing from elsewhere and nothing but crops by their ids', async () => {
    complaints.length = 0;
    const loads = (url: string): Promise<boolean> =>
      page.evaluate(
        (source) =>
          new Promise<boolean>((resolve) => {
            const image = new Image();
            image.onload = () => resolve(true);
            image.onerror = () => resolve(false);
            image.src = source;
          }),
        url,
      );
    expect(await loads('crop://1/original')).toBe(true);
    for (const url of [
      'crop://999999/original',
      'crop://1/case.sqlite',
      'crop://x/original',
      'https://example.com/a.png',
      'file:///etc/hostname',
    ])
      expect(await loads(url), url).toBe(false);
    const fetched = await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(fetched).toBe('refused');
    const evaluated = await page.evaluate(() => {
      const inline = document.head.appendChild(document.createElement('script'));
      inline.textContent = 'window.inlineScriptRan = true';
      return 'inlineScriptRan' in window;
    });
    expect(evaluated).toBe(false);
    expect(complaints.some((text) => text.includes('Content Security Policy'))).toBe(true);
    complaints.length = 0;
  });

  test('refuses messages that do not fit', async () => {
    await script({ filePaths: ['/somewhere'] });
    const refused = await page.evaluate(async () => {
      const host = window.descryHost as unknown as Record<string, (...input: unknown[]) => Promise<unknown>>;
      const attempts = [
        host['pickFolder']!({ title: 5 }),
        host['pickFolder']!({ title: 'x', properties: ['openFile'] }),
        host['pickFiles']!({ title: 'x', extensions: ['../..'] }),
        host['showInFolder']!('/etc/passwd'),
        host['openPathOfExport']!('/etc/passwd'),
      ];
      return (await Promise.allSettled(attempts)).map(({ status }) => status);
    });
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    expect(await seen()).toEqual([]);
  });

  test('a second start hands its case to the first and ends', async () => {
    const second = await launchDesktop({ ...folders, arguments: [secondCase] });
    expect(await second.exited).toBe(0);
    await expect.poll(() => page.title(), patience).toContain('Second case');
  });

  test('asks before it loads a crashed page again, and has the case still open', async () => {
    await script({ response: 0 });
    await desktop.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    );
    await expect.poll(seen, patience).toEqual([expect.stringContaining('crashed')]);
    await expect
      .poll(async () => {
        page = await desktop.page();
        return page.title().catch(() => '');
      }, patience)
      .toContain('Second case');
  });

  test('closes the case when it quits, and has spoken to nobody', async () => {
    await desktop.close();
    expect(await desktop.exited).toBe(0);
    const reopened = OpenCase.open(secondCase, identity);
    expect(reopened.details.get().name).toBe('Second case');
    reopened.close();
    const state: unknown = JSON.parse(readFileSync(join(folders.data, 'desktop', 'window.json'), 'utf8'));
    expect(state).toMatchObject({ maximized: false });
    expect(reachedByNode(join(folders.data, 'network.log'))).toEqual([]);
    expect(reachedByChromium(join(folders.data, 'chromium-network.json'))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
