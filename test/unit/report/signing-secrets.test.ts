import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { DescryClient } from '../../../src-main/api/contract.ts';
import { createRouter } from '../../../src-main/api/router.ts';
import { Engine } from '../../../src-main/engine/engine.ts';
import { makeCertificate, pkcs12File } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const words = 'kein Wort zu niemandem';

test('a passphrase is neither logged nor answered, whatever becomes of the call', async () => {
  const folder = temporaryFolder();
  const engine = new Engine({
    version: '0.0.0',
    holder: 'the tests',
    dataFolder: folder,
    modelsFolder: join(folder, 'models'),
    demoFolder: join(folder, 'demo'),
    casesFolder: join(folder, 'cases'),
    resumeImports: false,
  });
  let logged = '';
  const log = pino(
    { level: 'trace' },
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        logged += chunk.toString('utf8');
        done();
      },
    }),
  );
  const { host: _, ...router } = createRouter(engine, log);
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  new RPCHandler(router).upgrade(port1, { context: {} });
  port1.start();
  const client = createORPCClient<DescryClient>(new RPCLink({ port: port2 }));
  port2.start();

  const path = join(folder, 'certificate.p12');
  writeFileSync(path, pkcs12File(makeCertificate(), 'another passphrase'));
  const options = { searchIds: [1] };
  const certificate = { path, passphrase: words };
  const broken = { searchIds: ['one'] } as unknown as typeof options;
  const drain = async (events: Promise<AsyncIterable<unknown>>): Promise<void> => {
    for await (const event of await events) expect(event).toBeDefined();
  };
  const calls: Record<string, () => Promise<unknown>> = {
    'a key is made': () => client.signing.create({ name: 'Unit 4', passphrase: words }),
    'the passphrase is wrong': () => client.signing.certificate(certificate),
    'no case is open': () =>
      drain(client.report.export({ options, formats: ['pdf'], sign: { certificate } })),
    'another part of the input does not fit': () =>
      drain(client.report.export({ options: broken, formats: ['pdf'], sign: { certificate } })),
    'the passphrase itself does not fit': () =>
      client.signing.create({ name: 'Unit 4', passphrase: words.repeat(100) }),
    'something unforeseen happens': () => {
      engine.signing.create = ({ passphrase }) =>
        Promise.reject(Object.assign(new Error(`unforeseen: ${passphrase}`), { input: { passphrase } }));
      return client.signing.create({ name: 'Unit 4', passphrase: words });
    },
  };
  const outcomes: Record<string, string> = {};
  for (const [name, call] of Object.entries(calls)) {
    const answer: unknown = await call().catch((error: unknown) => error);
    outcomes[name] = answer instanceof Error ? answer.message : 'answered';
    expect(inspect(answer, { depth: 20 }) + JSON.stringify(answer), name).not.toContain(words);
  }
  expect(outcomes).toMatchObject({
    'a key is made': 'answered',
    'the passphrase is wrong': 'The passphrase does not open this file.',
    'no case is open': 'Open a case first.',
    'something unforeseen happens': 'unforeseen: [secret]',
  });
  expect(logged).toContain('signing.create');
  expect(logged).toContain('unforeseen');
  expect(logged).not.toContain(words);
});
