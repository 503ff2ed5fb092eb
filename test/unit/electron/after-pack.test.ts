import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FuseState } from '@electron/fuses/dist/constants.js';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import afterPack from '../../../scripts/after-pack.js';

/** What marks the fuses in an Electron executable. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron is built: run as Node, NODE_OPTIONS, inspector and file privileges on, the rest off. */
const builtFuses = '10110001';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'descry-after-pack-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function executable(path: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([1, builtFuses.length]),
    Buffer.from(builtFuses),
  ]);
  writeFileSync(file, Buffer.concat([Buffer.alloc(5000, 1), wire, Buffer.alloc(5000, 2)]));
  return file;
}

function pack(electronPlatformName: string): Promise<void> {
  return afterPack({
    appOutDir: folder,
    electronPlatformName,
    arch: 1,
    packager: { appInfo: { productFilename: 'Descry' }, executableName: 'descry' },
  });
}

describe.each([
  ['linux', 'descry'],
  ['win32', 'Descry.exe'],
])('the packed executable on %s', (platform, path) => {
  test('runs nothing but Descry', async () => {
    const file = executable(path);
    await pack(platform);
    const wire = await getCurrentFuseWire(file);
    const on = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
    expect(on(FuseV1Options.RunAsNode)).toBe(false);
    expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
    expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
    expect(on(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
    expect(on(FuseV1Options.EnableCookieEncryption)).toBe(true);
    expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
    expect(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(platform !== 'linux');
  });
});

test('a build without an executable, or with one that has no fuses, fails', async () => {
  await expect(pack('linux')).rejects.toThrow('no executable');
  writeFileSync(join(folder, 'descry'), 'something else');
  await expect(pack('linux')).rejects.toThrow();
});
