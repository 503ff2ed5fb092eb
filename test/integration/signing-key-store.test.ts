import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { build } from '../../scripts/build.ts';
import { EngineProcess } from '../../src-main/hosts/electron/engine.ts';
import { ElectronKeyStore } from '../../src-main/hosts/electron/key-store.ts';
import { applicationRoot, engineStartFor } from '../../src-main/hosts/shared/application.ts';
import { app } from '../e2e/electron/stand-in/app.ts';
import { safeStorage } from '../e2e/electron/stand-in/safe-storage.ts';
import { privateFolders } from '../support/application.ts';

vi.mock('electron', async () => ({
  ...(await import('../e2e/electron/stand-in/message-ports.ts')),
  ...(await import('../e2e/electron/stand-in/utility-process.ts')),
}));

const folders = privateFolders();
const profile = join(folders.data, 'desktop');
let engine: EngineProcess;

beforeAll(async () => {
  await build();
  mkdirSync(profile, { recursive: true });
  app.setPath('userData', profile);
  const log = pino({ level: 'silent' });
  const keyStore = new ElectronKeyStore({
    safeStorage: safeStorage as never,
    platform: 'linux',
    ask: () => Promise.resolve(1),
    warn: () => undefined,
  });
  const start = { ...engineStartFor('the tests'), dataFolder: folders.data, casesFolder: folders.cases };
  engine = new EngineProcess(join(applicationRoot(), 'dist', 'engine', 'process.js'), start, log, keyStore);
  engine.start();
});
afterAll(async () => {
  await engine.stop();
  folders.remove();
});

test('the engine in its own process keeps a key through the key store of the main process', async () => {
  expect(await engine.client.signing.keys()).toMatchObject({
    keyStore: { available: true, description: expect.stringContaining('GNOME keyring') },
    keys: [],
  });
  const made = await engine.client.signing.create({ name: 'Unit 4' });
  expect(made).toMatchObject({ name: 'Unit 4', protection: 'key-store', usable: true });
  const [file = ''] = readdirSync(join(folders.data, 'signing-keys'));
  const record = JSON.parse(readFileSync(join(folders.data, 'signing-keys', file), 'utf8')) as {
    secret: string;
  };
  const { result } = await safeStorage.decryptStringAsync(Buffer.from(record.secret, 'base64'));
  expect(JSON.parse(result)).toMatchObject({ name: 'Unit 4', fingerprint: made.fingerprint });
  await engine.client.signing.remove({ id: made.id });
  expect((await engine.client.signing.keys()).keys).toEqual([]);
});
