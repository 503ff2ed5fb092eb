import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { PlannedItem } from '../../../src-main/engine/ingest/plan.ts';
import { choosePattern, scan } from '../../../src-main/engine/ingest/scan.ts';
import {
  importOptions,
  type ImportOptions,
  type ImportSource,
} from '../../../src-main/engine/ingest/schema.ts';
import { openSource } from '../../../src-main/engine/ingest/sources/open-source.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A new folder with these files (path: content), removed after the test. */
export async function makeFolder(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'descry-ingest-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Everything that a scan of this source finds; new cameras are in `zone`. */
export async function scanAll(
  source: ImportSource,
  options: Partial<ImportOptions> = {},
  zone = 'Europe/Berlin',
): Promise<PlannedItem[]> {
  const request = { source, options: importOptions.parse(options) };
  const { signal } = new AbortController();
  const opened = await openSource(request, zone);
  const pattern = await choosePattern(opened, request.options.pattern, signal);
  const items: PlannedItem[] = [];
  for await (const item of scan(opened, pattern, request.options, () => zone, signal)) items.push(item);
  return items;
}

/** Path and reason of each item, `null` for accepted ones. */
export function fates(items: readonly PlannedItem[]): Record<string, string | null> {
  return Object.fromEntries(items.map(({ path, problem }) => [path, problem?.reason ?? null]));
}
