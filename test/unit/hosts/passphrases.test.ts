import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Passphrases } from '../../../src-main/hosts/cli/passphrases.ts';
import { temporaryFolder } from '../../support/temporary.ts';

afterEach(() => vi.restoreAllMocks());

/** A terminal in place of the process's own. @returns what is typed into it, and what it shows. */
function terminal(isTTY = true): { type: (text: string) => void; shown: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY });
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as never);
  let shown = '';
  const show = (chunk: unknown): boolean => {
    shown += String(chunk);
    return true;
  };
  vi.spyOn(process.stderr, 'write').mockImplementation(show);
  vi.spyOn(process.stdout, 'write').mockImplementation(show);
  return { type: (text) => input.write(text), shown: () => shown };
}

describe('a passphrase on the terminal', () => {
  it('is asked for by name, and never shown', async () => {
    const { type, shown } = terminal();
    const asked = new Passphrases(undefined).ask('Passphrase of the key');
    type('geheimes wort\r');
    expect(await asked).toBe('geheimes wort');
    expect(shown()).toBe('Passphrase of the key: \n');
  });

  it('for something new is asked for twice, and has to be the same', async () => {
    const { type } = terminal();
    const typed = (first: string, second: string): Promise<string> => {
      const chosen = new Passphrases(undefined).choose('Passphrase of the new key');
      type(`${first}\r`);
      setImmediate(() => type(`${second}\r`));
      return chosen;
    };
    expect(await typed('geheimes wort', 'geheimes wort')).toBe('geheimes wort');
    await expect(typed('geheimes wort', 'anderes wort')).rejects.toThrow('the two passphrases differ');
  });

  it('that is not given (Ctrl+D) is wrong use', async () => {
    const { type } = terminal();
    const asked = new Passphrases(undefined).ask('Passphrase of the key');
    type('\u0004');
    await expect(asked).rejects.toThrow('no passphrase was given');
  });

  it('cannot be asked for where there is none', async () => {
    terminal(false);
    await expect(new Passphrases(undefined).ask('Passphrase of the key')).rejects.toThrow(
      /no terminal .* --passphrase-file/,
    );
  });
});

describe('a passphrase file', () => {
  it('gives a line for each question, spaces and empty lines included', async () => {
    const file = join(temporaryFolder(), 'words');
    writeFileSync(file, ' of the certificate \r\n\nof the key\n');
    const passphrases = new Passphrases(file);
    expect(await passphrases.ask('one')).toBe(' of the certificate ');
    expect(await passphrases.ask('two')).toBe('');
    expect(await passphrases.choose('three')).toBe('of the key');
    await expect(passphrases.ask('Passphrase of a fourth')).rejects.toThrow(
      'no line for this: Passphrase of a fourth',
    );
  });

  it('named - is standard input', async () => {
    const { type } = terminal(false);
    const passphrases = new Passphrases('-');
    type('first\nsecond');
    (process.stdin as unknown as PassThrough).end();
    expect([await passphrases.ask('one'), await passphrases.ask('two')]).toEqual(['first', 'second']);
  });
});
