import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseDetails } from './case/schema.ts';
import { DescryError } from './errors.ts';
import type { ImportRequest } from './ingest/schema.ts';

/** What the demo case says of itself. */
export const demoDetails: Partial<CaseDetails> & { name: string } = {
  name: 'Demo case',
  number: 'DEMO-1',
  purpose: 'To try Descry. The people in these crops are generated; nobody in them exists.',
  timeZone: 'Europe/Berlin',
};

/** The import of the demo crops. @throws DescryError `not-found` when the installation lacks them. */
export function demoImport(demoFolder: string): ImportRequest {
  const crops = join(demoFolder, 'crops');
  if (!existsSync(crops))
    throw new DescryError('not-found', 'The demo crops are not part of this installation.', { crops });
  return {
    source: { kind: 'folder', path: crops },
    options: { pattern: 'descry', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
  };
}

/** A folder for a new case in which there is none yet: `name`, or `name 2` and so on. */
export function freeCaseFolder(casesFolder: string, name: string): string {
  mkdirSync(casesFolder, { recursive: true });
  for (let n = 1; ; n++) {
    const folder = join(casesFolder, n === 1 ? name : `${name} ${n}`);
    if (!existsSync(`${folder}.descry`)) return folder;
  }
}
