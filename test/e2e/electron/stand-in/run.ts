import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import './network-guard.ts';

/**
 * `node run.ts <application folder> [arguments]`: what `electron <application folder> [arguments]` does,
 * with the stand-in for the module `electron`. A parent process may have functions evaluated here.
 */
const standIn = new URL('electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

const [node = '', , folder = '.', ...rest] = process.argv;
process.argv = [node, folder, ...rest];
const electron = { ...(await import('./electron.ts')) };

type Evaluation = { id: number; code: string; input: unknown };
process.on('message', ({ id, code, input }: Evaluation) => {
  void (async () => {
    try {
      // The code is a function of the test itself, as with Playwright's `electronApplication.evaluate`.
      const evaluate = (0, eval)(`(${code})`) as (module: typeof electron, input: unknown) => unknown;
      process.send?.({ id, value: await evaluate(electron, input) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  })();
});
process.on('disconnect', () => electron.app.exit(1));

const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string };
await import(pathToFileURL(resolve(folder, main)).href);
electron.app.becomeReady();
