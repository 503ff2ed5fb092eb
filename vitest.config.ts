import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two cores are the smallest machine that is promised to work; native code brings its own threads.
    maxWorkers: 2,
    projects: [
      {
        plugins: [svelte({ configFile: 'src-renderer/svelte.config.js' })],
        resolve: { conditions: ['browser'] },
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          pool: 'forks',
        },
      },
      {
        // What touches a case, once more on encrypted ones: test/support/cases.ts.
        test: {
          name: 'encrypted',
          include: [
            'test/unit/{archive,audit,case,embedding,ingest,report,review,search,verify}/**/*.test.ts',
            'test/integration/{embedding,embedding-engine,import,report,search}.test.ts',
          ],
          exclude: ['test/unit/search/index/**'],
          env: { DESCRY_TEST_ENCRYPTED: '1' },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});
