import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { findBrowser } from '../../src-main/hosts/browser/window.ts';

/** The system's Chromium, Chrome or Edge; failing that, Playwright's own if it was installed. */
export function testBrowser(): string | undefined {
  const system = findBrowser();
  if (system !== undefined) return system;
  const own = chromium.executablePath();
  return existsSync(own) ? own : undefined;
}

/** Switches under which Chromium makes no request of its own, so that a test may count all of them. */
export const quietArguments = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--disable-gpu',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export function launchBrowser(): Promise<Browser> {
  const executablePath = testBrowser();
  if (executablePath === undefined) throw new Error('no Chromium, Chrome or Edge was found');
  return chromium.launch({ executablePath, args: quietArguments });
}
