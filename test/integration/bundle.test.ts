import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportModel } from '../../src-main/engine/report/schema.ts';
import { visibleLine } from '../../src-main/engine/report/visible-text.ts';
import { ZipWriter } from '../../src-main/engine/report/bundle/zip-writer.ts';
import { verifyExport } from '../../src-main/engine/verify/verify-export.ts';
import { bagProblems } from '../support/bagit-check.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { bundleCase, exportOf, filesOf, hashOf, oddName } from '../unit/report/bundle-fixture.ts';
import type { ReportCase } from '../unit/report/report-case.ts';

/** Whether a tool is on this machine. */
const has = (tool: string, ...args: string[]): boolean => spawnSync(tool, args).error === undefined;
const hasSums = has('sha256sum', '--version');
const hasPython = has('python3', '--version');
const hasUnzip = has('unzip', '-v');

let made: ReportCase;
let bag: string;
let zip: string;

beforeAll(async () => {
  made = await bundleCase(24);
  bag = (await exportOf(made, { options: { rows: 20 } })).folder;
  zip = (await exportOf(made, { options: { rows: 20 }, container: 'bag-zip' })).folder;
});

afterAll(() => made?.dispose());

function unpacked(): string {
  const folder = temporaryFolder();
  execFileSync('unzip', ['-q', zip, '-d', folder]);
  return join(folder, basename(zip, '.zip'));
}

/** `sha256sum -c` on both lists of a bag. @returns what it prints for files that fail. */
function sums(folder: string): string {
  return ['tagmanifest-sha256.txt', 'manifest-sha256.txt']
    .map((manifest) => {
      const { stdout, stderr, status } = spawnSync(
        'sha256sum',
        ['--check', '--strict', '--quiet', manifest],
        {
          cwd: folder,
          encoding: 'utf8',
        },
      );
      return status === 0 ? '' : stdout + stderr;
    })
    .join('');
}

describe('tools that are not ours', () => {
  it('sha256sum finds both lists of a bag in order, and a changed byte', ({ skip }) => {
    if (!hasSums) skip('sha256sum (coreutils) is not on this machine');
    expect(sums(bag)).toBe('');
    const lines = execFileSync('sha256sum', ['--check', 'manifest-sha256.txt'], {
      cwd: bag,
      encoding: 'utf8',
    });
    expect(
      lines
        .trim()
        .split('\n')
        .every((line) => line.endsWith(': OK')),
    ).toBe(true);
    const copy = join(temporaryFolder(), 'copy');
    execFileSync('cp', ['-r', bag, copy]);
    writeFileSync(join(copy, 'data', 'report.csv'), 'x');
    expect(sums(copy)).toContain('data/report.csv: FAILED');
  });

  it('a check written from the text of RFC 8493 finds nothing, and something where there is something', () => {
    expect(bagProblems(bag)).toEqual([]);
    const copy = join(temporaryFolder(), 'copy');
    execFileSync('cp', ['-r', bag, copy]);
    writeFileSync(join(copy, 'data', 'added.txt'), 'x');
    writeFileSync(join(copy, 'bagit.txt'), '\ufeffBagIt-Version: 1.0\n');
    expect(bagProblems(copy).map((problem) => problem.split(':')[0])).toEqual([
      '2.1.1',
      '2.1.1',
      '3',
      '3',
      '2.2.2',
    ]);
  });

  it('an original with an odd name is there under its hash, and its name is in the lists as it was', () => {
    const report = JSON.parse(readFileSync(join(bag, 'data', 'report.json'), 'utf8')) as ReportModel;
    const row = report.searches[0]!.rows.find(({ fileName }) => fileName === oddName)!;
    expect(row.sourcePath).toBe(`/footage/${oddName}`);
    expect(hashOf(readFileSync(join(bag, 'data', row.file!)))).toBe(row.sha256);
    const csv: Record<string, string>[] = parse(readFileSync(join(bag, 'data', 'report.csv')), {
      bom: true,
      columns: true,
    });
    // A spreadsheet is told of characters that it would not show.
    expect(csv.filter((each) => each['file_name'] === visibleLine(oddName))).toHaveLength(1);
    // A name that nothing needs to encode is a name that every validator finds.
    for (const name of filesOf(bag)) expect(name).toMatch(/^[A-Za-z0-9._/-]+$/);
  });

  it('bagit of the Library of Congress finds it valid, where Python has it', ({ skip }) => {
    if (!hasPython) skip('python3 is not on this machine');
    const script =
      'import sys\ntry:\n import bagit\nexcept ImportError:\n print("absent"); sys.exit()\nprint(bagit.Bag(sys.argv[1]).validate())';
    const said = execFileSync('python3', ['-c', script, bag], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // No package of Debian has it: the check from the RFC stands in for it then.
    expect(said.trim()).toMatch(/^(True|absent)$/);
  });

  it('unzip and zipfile of Python read the zip; what comes out of it is the same kind of bag', async ({
    skip,
  }) => {
    if (!hasUnzip) skip('unzip is not on this machine');
    if (!hasPython) skip('python3 is not on this machine');
    expect(execFileSync('unzip', ['-tq', zip], { encoding: 'utf8' })).toContain('No errors');
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(z.testzip(), {i.compress_type for i in z.infolist()})';
    expect(execFileSync('python3', ['-c', script, zip], { encoding: 'utf8' }).trim()).toBe('None {0}');
    const folder = unpacked();
    expect(bagProblems(folder)).toEqual([]);
    expect(await verifyExport(folder)).toMatchObject({ ok: true, findings: [] });
    expect(await verifyExport(zip)).toMatchObject({ ok: true, findings: [] });
  });

  it('unzip and zipfile of Python read a zip of more files than 16 bits count', async ({ skip }) => {
    if (!hasUnzip) skip('unzip is not on this machine');
    if (!hasPython) skip('python3 is not on this machine');
    const folder = temporaryFolder();
    const count = 66_000;
    writeFileSync(join(folder, 'source'), 'x');
    const archive = join(folder, 'many.zip');
    const writer = await ZipWriter.create(archive, join(folder, 'scratch'), new Date());
    for (let i = 0; i < count; i++) await writer.add(`top/${i}`, join(folder, 'source'));
    await writer.finish();
    await writer.close();
    expect(execFileSync('unzip', ['-tq', archive], { encoding: 'utf8' })).toContain('No errors');
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(len(z.namelist()), z.read("top/65999"))';
    expect(execFileSync('python3', ['-c', script, archive], { encoding: 'utf8' }).trim()).toBe(
      `${count} b'x'`,
    );
  });
});

describe('the command line', () => {
  it('says in its help how to export a bundle, and verifies one', () => {
    const root = join(import.meta.dirname, '..', '..');
    const cli = (...args: string[]): { status: number | null; stdout: string } => {
      const data = temporaryFolder();
      return spawnSync(process.execPath, [join(root, 'bin', 'descry.js'), ...args], {
        encoding: 'utf8',
        env: { ...process.env, DESCRY_DATA: data, DESCRY_CASES: data },
      });
    };
    const help = cli('report', '--help').stdout;
    for (const option of ['--bundle', '--zip']) expect(help).toContain(option);
    const verified = cli('verify', zip);
    expect(verified.stdout).toContain('In order');
    expect(verified.status).toBe(0);
    const copy = join(temporaryFolder(), 'copy');
    mkdirSync(copy);
    execFileSync('cp', ['-r', `${bag}/.`, copy]);
    const name = readdirSync(join(copy, 'data', 'originals'))[0]!;
    writeFileSync(join(copy, 'data', 'originals', name), 'x');
    const tampered = cli('verify', copy);
    expect(tampered.stdout).toContain(name);
    expect(tampered.status).toBe(1);
  });
});
