import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DescryError } from '../errors.ts';

/**
 * To be called before anything is written: writing into a case folder that was removed would build a ghost of it.
 * @throws DescryError `case-gone` when the case's database is not at its place any more.
 */
export function requireCase({ path }: { path: string }): void {
  if (existsSync(join(path, 'case.sqlite'))) return;
  throw new DescryError(
    'case-gone',
    `The case folder ${path} is not there any more. Bring it back, open the case again, and continue the import.`,
    { path },
  );
}
