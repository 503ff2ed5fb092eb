import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './src-renderer/svelte.config.js';

export default ts.config(
  { ignores: ['dist/', 'release/', 'node_modules/', 'test-results/', 'models/', '**/*.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-control-regex': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': 'off',
      // Dates, maps and addresses that never change, or that lie behind a version of their own, need no proxy.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['src-main/hosts/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'electron',
              importNames: ['ipcRenderer'],
              message: 'Only the preload speaks to main, through ipc-contract.ts.',
            },
          ],
        },
      ],
    },
  },
  { files: ['src-main/hosts/electron/preload.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['scripts/**', 'bin/**', 'test/**', 'src-main/hosts/cli/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  { files: ['src-renderer/**/*.ts'], languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
