#!/usr/bin/env node
// The command `descry`. Plain JavaScript, so that any Node can say what is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const major = Number(process.versions.node.split('.')[0]);

if (major < 22) {
  // SQLite's binding needs Node 22; the project brings Node 24 as a development dependency.
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(own)) {
    console.error(
      `Descry needs Node 22 or newer; this is ${process.version}. Run "npm ci" in ${root}, which brings one.`,
    );
    process.exit(2);
  }
  const { status, signal } = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

if (existsSync(join(root, 'scripts', 'build.ts'))) {
  const { build } = await import('../scripts/build.ts');
  const built = await build();
  if (built.length > 0) console.error(`Built ${built.join(', ')}.`);
}
/** @type {string} */
const program = '../dist/cli/descry.js';
await import(program);
