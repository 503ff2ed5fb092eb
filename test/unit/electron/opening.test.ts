import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { howToOpen } from '../../../src-main/hosts/electron/open-export.ts';
import { caseFromCommandLine, ownArguments } from '../../../src-main/hosts/electron/opening.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'descry-opening-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('the arguments of a checkout begin after the application’s folder', () => {
  expect(ownArguments(['electron', '--no-sandbox', '/checkout', 'a.descry'], false)).toEqual(['a.descry']);
  expect(ownArguments(['Descry', '--enable-x', 'a.descry'], true)).toEqual(['a.descry']);
  expect(ownArguments(['electron', '/checkout'], false)).toEqual([]);
});

test('the first folder on the command line is the case', () => {
  mkdirSync(join(folder, 'with space.descry'));
  writeFileSync(join(folder, 'file'), '');
  expect(caseFromCommandLine(['-psn_0_1', 'file', 'absent', 'with space.descry'], folder)).toBe(
    join(folder, 'with space.descry'),
  );
  expect(caseFromCommandLine(['file', 'absent', ''], folder)).toBeNull();
});

test('only an export’s readable files and folders are opened', () => {
  const exported = join(folder, 'export');
  mkdirSync(exported);
  for (const name of ['manifest-sha256.txt', 'report.html', 'report.PDF', 'run.sh', 'tool.exe', 'plain'])
    writeFileSync(join(exported, name), '');
  writeFileSync(join(folder, 'report.html'), '');
  mkdirSync(join(folder, 'Tool.app'));
  writeFileSync(join(folder, 'Tool.app', 'manifest-sha256.txt'), '');

  expect(howToOpen(exported)).toBe('open');
  expect(howToOpen(join(exported, 'report.html'))).toBe('open');
  expect(howToOpen(join(exported, 'report.PDF'))).toBe('open');
  for (const name of ['run.sh', 'tool.exe', 'plain'])
    expect(howToOpen(join(exported, name)), name).toBe('show');
  expect(howToOpen(join(folder, 'Tool.app'))).toBe('show');
  expect(howToOpen(folder)).toBe('refuse');
  expect(howToOpen(join(folder, 'report.html'))).toBe('refuse');
  expect(howToOpen(join(folder, 'absent'))).toBe('refuse');
});

test('of a bundle the documents are opened, and its zip file is only pointed at', () => {
  const bag = join(folder, 'report-1');
  mkdirSync(join(bag, 'data', 'originals'), { recursive: true });
  for (const name of ['manifest-sha256.txt', 'data/report.pdf', 'data/run.sh', 'data/originals/x.pdf'])
    writeFileSync(join(bag, name), '');
  for (const name of ['report-1.zip', 'other.zip']) writeFileSync(join(folder, name), '');
  expect(howToOpen(bag)).toBe('open');
  expect(howToOpen(join(bag, 'data', 'report.pdf'))).toBe('open');
  expect(howToOpen(join(bag, 'data', 'run.sh'))).toBe('show');
  expect(howToOpen(join(bag, 'data', 'originals', 'x.pdf'))).toBe('refuse');
  expect(howToOpen(join(folder, 'report-1.zip'))).toBe('show');
  expect(howToOpen(join(folder, 'other.zip'))).toBe('refuse');
});
