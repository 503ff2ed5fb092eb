import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InputOptions } from 'rolldown';
import { assembleKernel } from '../src-main/engine/search/index/compile-kernel.ts';

/**
 * Builds what is stale into dist/: the renderer with Vite, the processes with Rolldown.
 * `--force` builds everything. Staleness is a digest over the sources' paths, sizes and times.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

interface Part {
  name: string;
  /** What it is made from; a change in any of these makes it stale. */
  sources: string[];
  /** @param folder where it is written; moved to its place when it is whole. */
  build(folder: string): Promise<unknown>;
}

/** Packages with native code or data files of their own stay outside the bundles. */
const external = [
  /^node:/,
  'electron',
  'better-sqlite3',
  'onnxruntime-node',
  'onnxruntime-common',
  'sharp',
  'pdfkit',
  'playwright-core',
  /^@cornerstonejs\//,
  /^@expo-google-fonts\//,
  // Assembles what is written in WebAssembly text; a build holds it assembled.
  'wabt',
];

async function node(
  input: Record<string, string>,
  output: { folder: string; format: 'es' | 'cjs' },
): Promise<unknown> {
  // Loaded only when something is stale: the command line asks on every call.
  const { build: rolldown } = await import('rolldown');
  const options: InputOptions = {
    input,
    cwd: root,
    platform: 'node',
    external,
    logLevel: 'warn',
    tsconfig: false,
  };
  const extension = output.format === 'cjs' ? 'cjs' : 'js';
  return rolldown({
    ...options,
    output: {
      dir: output.folder,
      format: output.format,
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `chunks/[name]-[hash].${extension}`,
      sourcemap: true,
      cleanDir: false,
    },
  });
}

const parts: Part[] = [
  {
    name: 'renderer',
    sources: ['src-renderer/**/*', 'src-main/api/**/*.ts'],
    build: async (folder) =>
      (await import('vite')).build({
        configFile: join(root, 'src-renderer/vite.config.ts'),
        root: join(root, 'src-renderer'),
        logLevel: 'warn',
        build: { outDir: folder },
      }),
  },
  {
    name: 'engine',
    sources: [
      'src-main/engine/**/*.ts',
      'src-main/engine/**/*.wat',
      'src-main/api/**/*.ts',
      'src-main/hosts/engine-process/**/*.ts',
      'src-main/hosts/shared/**/*.ts',
    ],
    build: async (folder) => {
      await node(
        {
          process: 'src-main/hosts/engine-process/main.ts',
          'provider-trial': 'src-main/engine/inference/provider-trial.ts',
          'tower-worker': 'src-main/engine/inference/tower-worker.ts',
          'database-worker': 'src-main/engine/archive/database-worker.ts',
          'picture-worker': 'src-main/engine/ingest/pictures/picture-worker.ts',
          'search-worker': 'src-main/engine/search/index/search-worker.ts',
          'rank-worker': 'src-main/engine/search/rank-worker.ts',
          'integrity-worker': 'src-main/engine/verify/case/integrity-worker.ts',
        },
        { folder, format: 'es' },
      );
      const kernel = readFileSync(join(root, 'src-main/engine/search/index/kernel.wat'), 'utf8');
      writeFileSync(join(folder, 'kernel.wasm'), await assembleKernel(kernel));
    },
  },
  {
    name: 'cli',
    sources: [
      'src-main/hosts/cli/**/*.ts',
      'src-main/hosts/browser/**/*.ts',
      'src-main/hosts/shared/**/*.ts',
      'src-main/api/**/*.ts',
      'src-main/engine/**/schema.ts',
    ],
    build: (folder) => node({ descry: 'src-main/hosts/cli/main.ts' }, { folder, format: 'es' }),
  },
  {
    name: 'electron',
    sources: ['src-main/hosts/electron/**/*.ts', 'src-main/hosts/shared/**/*.ts', 'src-main/api/**/*.ts'],
    build: async (folder) => {
      await node({ main: 'src-main/hosts/electron/main.ts' }, { folder, format: 'es' });
      // A sandboxed preload script must be CommonJS.
      await node({ preload: 'src-main/hosts/electron/preload.ts' }, { folder, format: 'cjs' });
    },
  },
];

function digest(part: Part): string {
  const hash = createHash('sha256');
  const files = [...part.sources, 'package-lock.json', 'scripts/build.ts'].flatMap((pattern) =>
    globSync(pattern, { cwd: root }),
  );
  for (const file of [...new Set(files)].sort()) {
    const stat = statSync(join(root, file));
    if (stat.isFile()) hash.update(`${relative(root, file)}\0${stat.size}\0${stat.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Builds the stale parts; returns their names. */
export async function build(options: { force?: boolean } = {}): Promise<string[]> {
  const built: string[] = [];
  for (const part of parts) {
    const stamp = join(dist, part.name, '.stamp');
    const wanted = digest(part);
    if (!options.force && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue;
    // A command that runs meanwhile keeps finding a whole part: it is swapped, not emptied and filled.
    const fresh = join(dist, `.${part.name}-${process.pid}`);
    await part.build(fresh);
    writeFileSync(join(fresh, '.stamp'), wanted);
    rmSync(join(dist, part.name), { recursive: true, force: true });
    renameSync(fresh, join(dist, part.name));
    built.push(part.name);
  }
  return built;
}

if (import.meta.main) {
  const built = await build({ force: process.argv.includes('--force') });
  console.log(built.length === 0 ? 'Nothing to build.' : `Built ${built.join(', ')}.`);
}
