import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReportContainer, ReportOutcome } from '../../../src-main/engine/report/schema.ts';
import { ReportCase } from './report-case.ts';

let made: ReportCase;

beforeEach(async () => {
  made = await ReportCase.create(4);
});

afterEach(() => made.dispose());

async function exportReport(container: ReportContainer, folder?: string): Promise<ReportOutcome> {
  let outcome: ReportOutcome | null = null;
  for await (const event of made.service.export({
    options: {
      searchIds: [3],
      rows: 3,
      includeNotes: true,
      includeAudit: true,
      pictures: true,
      attachOriginals: false,
      redact: true,
    },
    formats: ['json'],
    container,
    folder,
  }))
    outcome = event.outcome;
  return outcome!;
}

const page = { offset: 0, limit: 10 };

describe('earlier exports of a case', () => {
  it('are listed with the hash of the list that covers all of each, the newest first', async () => {
    const folder = await exportReport('folder', join(made.folder, 'elsewhere'));
    const bag = await exportReport('bag');
    const { total, rows } = await made.service.exports(page);
    expect(total).toBe(2);
    expect(rows.map(({ path, container, present }) => ({ path, container, present }))).toEqual([
      { path: bag.folder, container: 'bag', present: true },
      { path: folder.folder, container: 'folder', present: true },
    ]);
    const hashOf = ({ files }: ReportOutcome, name: string): string | undefined =>
      files.find(({ path }) => path === name)?.sha256;
    expect(rows.map(({ manifest }) => manifest)).toEqual([
      { name: 'tagmanifest-sha256.txt', sha256: hashOf(bag, 'tagmanifest-sha256.txt') },
      { name: 'manifest-sha256.txt', sha256: hashOf(folder, 'manifest-sha256.txt') },
    ]);
    expect(rows[0]).toMatchObject({ operator: 'A. Tester', searchIds: [3], signers: [] });
    expect((await made.service.exports({ offset: 1, limit: 1 })).rows).toEqual([rows[1]]);
  });

  it('include those of everything that was written, and are looked for where the case lies now', async () => {
    for await (const _ of made.service.discovery({}));
    const { rows } = await made.service.exports(page);
    expect(rows[0]).toMatchObject({
      kind: 'discovery',
      present: true,
      searchIds: [],
      manifest: { name: 'manifest-sha256.txt' },
    });
    made.openCase.audit.append('report-exported', {
      reportId: 'report-9',
      folder: '/where/the/case/was/exports/report-9',
      inCase: true,
    });
    const [moved] = (await made.service.exports(page)).rows;
    expect(moved!.path).toBe(join(made.openCase.exportsFolder, 'report-9'));
  });

  it('say when one is not where it was written', async () => {
    const { folder } = await exportReport('folder');
    rmSync(folder, { recursive: true });
    expect((await made.service.exports(page)).rows[0]).toMatchObject({ path: folder, present: false });
  });

  it('leave out entries that say nothing of an export, and read those of earlier versions', async () => {
    const { audit } = made.openCase;
    audit.append('report-exported', { nonsense: true });
    audit.append('report-exported', { reportId: 'report-1', folder: '/gone', searches: 'all' });
    const { total, rows } = await made.service.exports(page);
    expect(total).toBe(2);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      kind: 'report',
      name: 'report-1',
      container: 'folder',
      searchIds: [],
      manifest: null,
      present: false,
    });
  });
});
