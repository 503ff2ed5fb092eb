import { svelte } from '@sveltejs/vite-plugin-svelte';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = dirname(fileURLToPath(import.meta.url));

/** Every file the page loads lies beside it: no inlined fonts or scripts, so that `'self'` is the whole policy. */
export default defineConfig({
  root,
  base: './',
  publicDir: false,
  plugins: [svelte({ configFile: join(root, 'svelte.config.js') })],
  build: {
    outDir: join(root, '..', 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
