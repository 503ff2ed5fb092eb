import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { createCase } from './cases.ts';

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'descry-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export const identity = { operator: () => 'A. Tester', holder: 'the tests' };

/** A new, empty case that is closed when the test ends. */
export function temporaryCase(details: { timeZone?: string } = {}): OpenCase {
  const openCase = createCase(
    join(temporaryFolder(), 'case'),
    { name: 'Test case', timeZone: 'Europe/Berlin', ...details },
    identity,
  );
  onTestFinished(() => {
    if (openCase.db.open) openCase.close();
  });
  return openCase;
}
