import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { StoredKey } from '../../../api/types.ts';
import { table } from '../output.ts';
import { Passphrases } from '../passphrases.ts';
import { withEngine, type GlobalOptions } from '../session.ts';
import { problemOf } from '../signing.ts';

interface PassphraseFlag {
  passphraseFile?: string;
}

/** `key`: the Ed25519 keys that exports are signed with. */
export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('keys that sign exports');

  withPassphrase(key.command('create'))
    .description('make an Ed25519 key and keep it, protected with a passphrase')
    .argument('<name>', 'what it is called in reports')
    .action(async (name: string, flags: PassphraseFlag, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const passphrase = await new Passphrases(flags.passphraseFile).choose('Passphrase of the new key');
        const made = await client.signing.create({ name, passphrase });
        output.result(made, describeKey(made));
        return undefined;
      }),
    );

  withPassphrase(key.command('import'))
    .description('keep the Ed25519 key of a PEM file, protected with the passphrase of that file')
    .argument('<file>', 'a private key, PEM')
    .argument('<name>', 'what it is called in reports')
    .action(async (file: string, name: string, flags: PassphraseFlag, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const passphrases = new Passphrases(flags.passphraseFile);
        const request = { path: resolve(file), name };
        const made = await client.signing.import(request).catch(async (error: unknown) => {
          if (problemOf(error) !== 'passphrase-missing') throw error;
          return client.signing.import({ ...request, passphrase: await passphrases.ask('Passphrase') });
        });
        output.result(made, describeKey(made));
        return undefined;
      }),
    );

  key
    .command('list')
    .description('the kept keys: public parts')
    .action(async (_: object, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const { keys } = await client.signing.keys();
        const rows = keys.map(({ id, name, createdAt, protection, fingerprint }) => [
          id,
          name,
          createdAt,
          protection === 'key-store' ? 'key store' : 'passphrase',
          fingerprint,
        ]);
        const header = ['id', 'name', 'made at', 'protected by', 'sha256 fingerprint'];
        output.result(keys, keys.length === 0 ? 'No key is kept.' : table(header, rows));
        return undefined;
      }),
    );

  key
    .command('remove')
    .description('delete a kept key for good; its signatures can still be checked')
    .argument('<id>', 'as "descry key list" shows it')
    .action(async (id: string, _: object, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await client.signing.remove({ id });
        output.result({ removed: id }, `The key ${id} is deleted.`);
        return undefined;
      }),
    );
}

function withPassphrase(command: Command): Command {
  return command.option(
    '--passphrase-file <file>',
    'the passphrase, in its first line; - is standard input. Asked on the terminal when absent',
  );
}

function describeKey({ id, name, fingerprint, publicKey }: StoredKey): string {
  return [`Key ${id}: ${name}`, `sha256 fingerprint ${fingerprint}`, publicKey.trimEnd()].join('\n');
}
