import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseInfo, CopyOutcome, RestoreOutcome, Verification } from '../../src-main/api/types.ts';
import { CommandLine, type Failure } from './cli-setup.ts';
import { demoCrops } from './search-setup.ts';

const passphrase = 'neun Wolken über dem Fluss';
const name = 'Operation Nachtigall';
let cli: CommandLine;
let given: string[];

beforeAll(async () => {
  cli = await CommandLine.create();
  writeFileSync(cli.path('passphrases'), `${passphrase}\n`);
  given = ['--case-passphrase-file', cli.path('passphrases')];
});
afterAll(() => cli.remove());

/** What of a case can be read in a folder or file without its passphrase. */
function tracesIn(path: string): string[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true }).map((file) => join(path, String(file)))
    : [path];
  const traces = [name, passphrase, 'JFIF', 'SQLite format 3', 'woman in a red coat', 'south-stairs'];
  return files
    .filter((file) => statSync(file).isFile())
    .flatMap((file) => {
      const bytes = readFileSync(file);
      return traces.filter((trace) => bytes.includes(trace)).map((trace) => `${trace} in ${file}`);
    });
}

describe('an encrypted case on the command line', () => {
  it('goes the whole way, from import to archive, and leaves nothing in plain text', async () => {
    const made = await cli.json<CaseInfo>(
      ...[...given, 'case', 'create', cli.path('one'), '--name', name, '--encrypt'],
    );
    expect(made.document).toMatchObject({ encrypted: true, name });
    const { path } = made.document;
    const imported = await cli.run(...given, 'import', path, demoCrops);
    expect(imported.code).toBe(0);
    expect((await cli.run(...given, 'search', path, 'woman in a red coat')).code).toBe(0);
    const verified = await cli.json<Verification>(...given, 'verify', path);
    expect(verified.document).toMatchObject({ ok: true, checked: { media: 852 } });
    const reported = await cli.run(...given, 'report', path, '--search', '1');
    expect(reported.code).toBe(0);
    expect(existsSync(cli.path('one exports'))).toBe(true);
    expect(tracesIn(path)).toEqual([]);

    expect((await cli.run(...given, 'archive', path, cli.path('one.zip'))).code).toBe(0);
    expect(tracesIn(cli.path('one.zip'))).toEqual([]);
    const refused = await cli.json<Failure>('restore', cli.path('one.zip'), cli.path('two'));
    expect(refused.code).not.toBe(0);
    const restored = await cli.json<RestoreOutcome>(
      ...[...given, 'restore', cli.path('one.zip'), cli.path('two')],
    );
    expect(restored.document).toMatchObject({ name, missing: 0 });
    expect(tracesIn(restored.document.path)).toEqual([]);
    // What this user's Descry remembers, and what it logs, tell nothing either.
    expect(tracesIn(cli.path('data'))).toEqual([]);
  });

  it('says which passphrase is missing or wrong', async () => {
    const asked = await cli.json<Failure>('case', 'info', cli.path('one'));
    expect(asked.document.error.message).toContain('--case-passphrase-file');
    writeFileSync(cli.path('wrong'), 'another one\n');
    const wrong = await cli.json<Failure>(
      ...['--case-passphrase-file', cli.path('wrong'), 'case', 'info', cli.path('one')],
    );
    expect(wrong).toMatchObject({ code: 1, document: { error: { kind: 'wrong-passphrase' } } });
  });

  it('becomes a plain case and an encrypted one again, by copies', async () => {
    const plain = await cli.json<CopyOutcome>(...given, 'decrypt', cli.path('one'), cli.path('plain'));
    expect(plain.document).toMatchObject({ encrypted: false, originals: 852, missing: 0 });
    const checked = await cli.json<Verification>('verify', plain.document.path);
    expect(checked.document).toMatchObject({ ok: true, checked: { media: 852 } });
    const again = await cli.json<CopyOutcome>(...given, 'encrypt', plain.document.path, cli.path('again'));
    expect(again.document).toMatchObject({ encrypted: true, originals: 852, missing: 0 });
    expect(tracesIn(again.document.path)).toEqual([]);
    const verified = await cli.json<Verification>(...given, 'verify', again.document.path);
    expect(verified.document).toMatchObject({ ok: true, checked: { media: 852 } });
  });

  it('gets another passphrase', async () => {
    writeFileSync(cli.path('change'), `${passphrase}\na wholly different one\n`);
    const changed = await cli.run(
      ...['--case-passphrase-file', cli.path('change'), 'passphrase', cli.path('one')],
    );
    expect(changed.code).toBe(0);
    const old = await cli.json<Failure>(...given, 'case', 'info', cli.path('one'));
    expect(old.document.error.kind).toBe('wrong-passphrase');
  });
});
