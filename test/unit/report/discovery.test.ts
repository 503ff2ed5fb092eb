import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyExport } from '../../../src-main/engine/verify/verify-export.ts';
import { EvidenceCase, lastOf, servicesOf } from '../verify/evidence-case.ts';

let evidence: EvidenceCase;
beforeAll(async () => {
  evidence = await EvidenceCase.make();
}, 60_000);
afterAll(() => evidence.dispose());

async function exported(): Promise<{ folder: string; lines: (name: string) => Record<string, unknown>[] }> {
  const copy = evidence.copy();
  const openCase = copy.open();
  const { report } = servicesOf(openCase, copy.path);
  const { outcome } = await lastOf(report.discovery({ folder: join(copy.path, '..', 'out') }));
  const { folder } = outcome!;
  expect(openCase.audit.list({ limit: 1 })[0]).toMatchObject({
    action: 'discovery-exported',
    detail: { folder },
  });
  const lines = (name: string): Record<string, unknown>[] =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { folder, lines };
}

describe('the discovery export', () => {
  it('holds everything that anyone wrote, also what was superseded, taken back or removed', async () => {
    const { folder, lines } = await exported();
    expect(lines('searches')).toMatchObject([
      { search: 1, name: 'Grey', operator: 'A. First', query: { statements: [{ text: 'a man in grey' }] } },
    ]);
    expect(lines('decisions').map(({ crop, verdict, state }) => [crop, verdict, state])).toEqual([
      [1, 'possible', 'in force'],
      [2, 'possible', 'superseded'],
      [3, 'possible', 'in force'],
      [2, 'excluded', 'superseded'],
      [2, 'possible', 'in force'],
    ]);
    expect(lines('notes').map(({ text, removed_at: removed }) => [text, removed === null])).toEqual([
      ['Same bag as at the gate?', true],
      ['No.', false],
    ]);
    expect(lines('tags').map(({ tag, change, crops }) => [tag, change, crops])).toEqual([
      ['Bag', 'added', [1, 2]],
      ['bag', 'removed', [2]],
    ]);
    expect(lines('clock-offsets')).toMatchObject([
      {
        camera: 'cam-0',
        before_clockOffsetMs: 0,
        after_clockOffsetMs: 5000,
        after_offsetMeasuredBy: 'A. First',
      },
    ]);
    expect(lines('redactions')).toMatchObject([{ crop: 4, reason: 'A bystander', boxes: [{ x: 1, y: 2 }] }]);
    expect(lines('blind-decisions').map(({ verdict, operator }) => [verdict, operator])).toEqual([
      ['unsure', 'B. Second'],
      ['unsure', 'B. Second'],
      ['unsure', 'B. Second'],
    ]);
    expect(lines('template').map(({ name }) => name)).toContain('agency');
    const html = readFileSync(join(folder, 'discovery.html'), 'utf8');
    for (const words of ['a man in grey', 'Same bag as at the gate?', 'No.', 'A bystander'])
      expect(html).toContain(words);
    expect(html).not.toMatch(/<script/);
    expect(readFileSync(join(folder, 'notes.csv'), 'utf8')).toContain('Same bag as at the gate?');
  });

  it('holds the whole audit log, whose chain can be followed with nothing but a hash function', async () => {
    const { lines } = await exported();
    let previous = '0'.repeat(64);
    for (const { hash, previousHash, ...entry } of lines('audit')) {
      expect(previousHash).toBe(previous);
      // Members in the order of RFC 8785, at every level.
      const content = { ...entry, at: Date.parse(String(entry['at'])), previousHash };
      expect(
        createHash('sha256')
          .update(JSON.stringify(sorted(content)))
          .digest('hex'),
      ).toBe(hash);
      previous = String(hash);
    }
  });

  it('is in order by its manifest, and a changed or shortened file is named', async () => {
    const { folder } = await exported();
    for (const line of readFileSync(join(folder, 'manifest-sha256.txt'), 'utf8').trimEnd().split('\n')) {
      const [hash, name] = line.split('  ') as [string, string];
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ).toBe(hash);
    }
    expect(readdirSync(folder)).toHaveLength(31);
    expect(await verifyExport(folder)).toMatchObject({ ok: true, findings: [] });
    const notes = join(folder, 'notes.jsonl');
    const before = readFileSync(notes, 'utf8');
    writeFileSync(notes, before.split('\n').slice(1).join('\n'));
    const manifest = join(folder, 'manifest-sha256.txt');
    const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace(hashOf(before), hashOf(readFileSync(notes, 'utf8'))),
    );
    expect((await verifyExport(folder)).findings).toEqual([
      expect.objectContaining({
        check: 'discovery',
        where: 'notes.jsonl',
        message: expect.stringContaining('2 rows'),
      }),
    ]);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const copy = evidence.copy();
    const { report } = servicesOf(copy.open(), copy.path);
    const parent = join(copy.path, '..', 'out');
    const stop = new AbortController();
    const run = async (): Promise<void> => {
      for await (const { progress } of report.discovery({ folder: parent }, stop.signal))
        if (progress.done === 5) stop.abort();
    };
    await expect(run()).rejects.toMatchObject({ kind: 'cancelled' });
    expect(existsSync(parent) ? readdirSync(parent) : []).toEqual([]);
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
