import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { runtimeFolder, runtimeName } from '../inference/machine-facts.ts';

/** The inference runtime as it is installed here: name with version, and its native files. */
export interface InstalledRuntime {
  name: string;
  files: { name: string; bytes: number; sha256: string }[];
}

const nativeFile = /\.(?:node|dll|dylib|so(?:\.[0-9.]+)?)$/;

let hashing: Promise<InstalledRuntime> | undefined;

/**
 * Hashed once a process: the files have tens of megabytes, those for a GPU hundreds, and are loaded.
 * @throws Error when they cannot be read.
 */
export function installedRuntime(): Promise<InstalledRuntime> {
  hashing ??= hashRuntime().catch((error: unknown) => {
    hashing = undefined;
    throw error;
  });
  return hashing;
}

async function hashRuntime(): Promise<InstalledRuntime> {
  const folder = runtimeFolder();
  // A machine that the runtime is not made for can still export what another one ranked.
  const found = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const names = found.filter((name) => nativeFile.test(name)).sort();
  const files: InstalledRuntime['files'] = [];
  for (const name of names) {
    const path = join(folder, name);
    files.push({ name, bytes: (await stat(path)).size, sha256: await hashFile(path) });
  }
  return { name: runtimeName(), files };
}

/** The runtime by name only, for what is shown before an export. */
export function namedRuntime(): InstalledRuntime {
  return { name: runtimeName(), files: [] };
}
