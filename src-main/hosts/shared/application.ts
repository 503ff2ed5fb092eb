import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import packageJson from '../../../package.json' with { type: 'json' };
import type { EngineStart } from './engine-start.ts';

export const applicationVersion: string = packageJson.version;

/** The folder that holds dist/, models/ and resources/: the checkout, or the packaged application's resources. */
export function applicationRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'models')) || !existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the application folder cannot be found');
    folder = parent;
  }
  return folder;
}

/** The user's data folder; `DESCRY_DATA` overrides it (a USB stick, a test). */
export function dataFolder(): string {
  return process.env['DESCRY_DATA'] ?? envPaths('Descry', { suffix: '' }).data;
}

/**
 * What an engine needs to know to start.
 * @param holder the program's name, for whoever finds a case locked.
 * @param resources where models/ and resources/ lie; outside the archive in a packaged application.
 */
export function engineStartFor(holder: string, resources: string = applicationRoot()): EngineStart {
  return {
    version: applicationVersion,
    holder,
    dataFolder: dataFolder(),
    modelsFolder: join(resources, 'models'),
    demoFolder: join(resources, 'resources', 'demo'),
    casesFolder: process.env['DESCRY_CASES'] ?? join(homedir(), 'Descry cases'),
    resumeImports: true,
    fallbackOperator: '',
    restoreCase: null,
  };
}
