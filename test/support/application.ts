import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBrowserHost, type BrowserHost } from '../../src-main/hosts/browser/server.ts';
import { applicationRoot, engineStartFor } from '../../src-main/hosts/shared/application.ts';
import { EngineSupervisor } from '../../src-main/hosts/shared/engine-supervisor.ts';
import { launchBrowser } from './chromium.ts';

/** A data folder and a cases folder of the test's own. */
export function privateFolders(): { data: string; cases: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'descry-e2e-'));
  return {
    data: join(folder, 'data'),
    cases: join(folder, 'cases'),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}

export interface RunningApplication {
  host: BrowserHost;
  engine: EngineSupervisor;
  browser: Browser;
  page: Page;
  casesFolder: string;
  /** Addresses asked for that are not the application's own. */
  foreignRequests: string[];
  /** Errors and policy violations on the page's console. */
  consoleErrors: string[];
  close(): Promise<void>;
}

/** The built application behind the browser host, in the system's Chromium, with nothing remembered. */
export async function startApplication(): Promise<RunningApplication> {
  const folders = privateFolders();
  const engine = new EngineSupervisor({
    ...engineStartFor('the tests'),
    dataFolder: folders.data,
    casesFolder: folders.cases,
  });
  await engine.start();
  const host = await startBrowserHost(engine, join(applicationRoot(), 'dist', 'renderer'));
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const foreignRequests: string[] = [];
  const consoleErrors: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(host.origin) && !url.startsWith('data:') && !url.startsWith('blob:'))
      foreignRequests.push(url);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => consoleErrors.push(error.message));
  return {
    host,
    engine,
    browser,
    page,
    casesFolder: folders.cases,
    foreignRequests,
    consoleErrors,
    close: async () => {
      await browser.close();
      await host.close();
      await engine.stop();
      folders.remove();
    },
  };
}
