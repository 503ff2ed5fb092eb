#!/usr/bin/env node
// The command `descry`. Plain JavaScript, so that any Node can say what is missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

// Older ones cannot run TypeScript as it is written; the project brings Node 24 as a development dependency.
if (major > 23 || (major === 22 && minor >= 18)) await runHere();
else runWithOwnNode();

async function runHere() {
  if (existsSync(join(root, 'scripts', 'build.ts'))) {
    const { build } = await import('../scripts/build.ts');
    const built = await build();
    if (built.length > 0) console.error(`Built ${built.join(', ')}.`);
  }
  /** @type {string} */
  const program = '../dist/cli/descry.js';
  await import(program);
}

function runWithOwnNode() {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(own)) {
    console.error(
      `Descry needs Node 22.18 or newer; this is ${process.version}. Run "npm ci" in ${root}, which brings one.`,
    );
    process.exit(2);
  }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl+C in a terminal reaches the child by itself; this process only waits for its end.
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
