import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportRequest } from '../../../src-main/engine/report/report-service.ts';
import { reportOptions, type ReportOutcome } from '../../../src-main/engine/report/schema.ts';
import { ReportCase } from './report-case.ts';

export const hashOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** A file name as systems other than Windows allow it, and a form of it that a manifest would have to encode. */
export const oddName = '50 % 50%25 \r\n 夜 ü "x", =1+1 \u202e\t.jpg';

/** A case with crops, decisions, a note and a tag, whose search 3 can be exported. */
export async function bundleCase(crops: number): Promise<ReportCase> {
  const made = await ReportCase.create(crops);
  const { db, audit } = made.openCase;
  const ids = made.cropIds;
  const decide = db.prepare('INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (?, ?, ?, 1000)');
  decide.run(ids[0], 'possible', 'M. Weiß');
  decide.run(ids[0], null, 'M. Weiß');
  decide.run(ids.at(-1), 'unsure', 'A. Tester');
  db.prepare("INSERT INTO notes (crop_id, text, operator, at) VALUES (?, ?, 'И. Петров', 2000)").run(
    ids[1],
    'First line\r\nand "more": 100 %',
  );
  db.prepare("INSERT INTO tags (id, name) VALUES (1, 'backpack')").run();
  db.prepare("INSERT INTO crop_tags (crop_id, tag_id, operator, at) VALUES (?, 1, 'A. Tester', 0)").run(
    ids[2],
  );
  db.prepare(
    'UPDATE crops SET frame = 7, box_x = 1, box_y = 2, box_width = 40, box_height = 100, frame_sha256 = ? WHERE id = ?',
  ).run(hashOf('a frame'), ids[3]);
  db.prepare('UPDATE crops SET file_name = ?, source_path = ? WHERE id = ?').run(
    oddName,
    `/footage/${oddName}`,
    ids[4],
  );
  for (let i = 0; i < 6; i++) audit.append('search-named', { searchId: 3, before: null, name: `n${i}` });
  return made;
}

export async function exportOf(
  made: ReportCase,
  request: Partial<Omit<ExportRequest, 'options'>> & { options?: object } = {},
): Promise<ReportOutcome> {
  let outcome: ReportOutcome | null = null;
  for await (const event of made.service.export({
    formats: ['html', 'pdf', 'csv', 'json'],
    container: 'bag',
    ...request,
    options: reportOptions.parse({ searchIds: [3], rows: 8, ...request.options }),
  }))
    outcome = event.outcome;
  return outcome!;
}

/** All files of a folder, with `/` between the parts of their names, sorted. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** Writes both manifests and Payload-Oxum of a bag anew, as somebody would who changed it on purpose. */
export function sealAgain(bag: string): void {
  const payload = filesOf(bag).filter((name) => name.startsWith('data/'));
  const read = (name: string): Buffer => readFileSync(join(bag, name));
  const lines = (names: readonly string[]): string =>
    names.map((name) => `${hashOf(read(name))}  ${name}\n`).join('');
  writeFileSync(join(bag, 'manifest-sha256.txt'), lines(payload));
  const octets = payload.reduce((sum, name) => sum + read(name).length, 0);
  const info = read('bag-info.txt')
    .toString('utf8')
    .replace(/^Payload-Oxum: .*$/m, `Payload-Oxum: ${octets}.${payload.length}`)
    .replace(/^Descry-Report-SHA256: .*$/m, `Descry-Report-SHA256: ${hashOf(read('data/report.json'))}`);
  writeFileSync(join(bag, 'bag-info.txt'), info);
  const tags = filesOf(bag).filter(
    (name) => !name.startsWith('data/') && !name.startsWith('tagmanifest-sha256.txt'),
  );
  const keys = filesOf(bag).filter((name) => name.endsWith('.pem'));
  writeFileSync(join(bag, 'tagmanifest-sha256.txt'), lines([...tags, ...keys]));
}
