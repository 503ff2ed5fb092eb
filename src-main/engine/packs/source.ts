import { lstat, readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { DescryError, errorCode } from '../errors.ts';
import { manifestName } from '../inference/pack-files.ts';

/** Where a model comes from, told by names alone; what is in the files is checked by who reads them. */
export type ModelSource =
  | { form: 'pack-folder'; path: string }
  | { form: 'pack-zip'; path: string }
  | { form: 'exported'; path: string }
  | { form: 'checkpoint'; path: string };

const checkpointEndings = ['.pth', '.pt', '.bin', '.ckpt', '.safetensors', '.tar'];

/**
 * Tells what somebody points at: a pack, an exported model, or a checkpoint, which may also be the only
 * one in a folder.
 * @throws DescryError `not-found`; `unsupported` for a folder that holds none of them, or several checkpoints.
 */
export async function findSource(given: string): Promise<ModelSource> {
  const path = resolve(given);
  const found = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR')
      throw new DescryError('not-found', `There is nothing at ${path}.`, { path });
    throw error;
  });
  if (!found.isDirectory()) {
    if (extname(path).toLowerCase() === '.zip') return { form: 'pack-zip', path };
    if (path.endsWith(manifestName)) return { form: 'pack-folder', path };
    return { form: 'checkpoint', path };
  }
  if (await exists(join(path, manifestName))) return { form: 'pack-folder', path };
  const names = await namesIn(path);
  const inside = names.includes('onnx') ? await namesIn(join(path, 'onnx')) : [];
  if ([...names, ...inside].some((name) => name.toLowerCase().endsWith('.onnx')))
    return { form: 'exported', path };
  const checkpoints = names.filter((name) => checkpointEndings.includes(extname(name).toLowerCase()));
  if (checkpoints.length === 1) return { form: 'checkpoint', path: join(path, checkpoints[0]!) };
  throw new DescryError(
    'unsupported',
    checkpoints.length === 0
      ? `${path} holds neither a pack (${manifestName}), nor an exported model (.onnx), nor a checkpoint (${checkpointEndings.slice(0, 5).join(', ')}).`
      : `${path} holds ${checkpoints.length} checkpoints (${checkpoints.slice(0, 5).join(', ')}). Choose one of them.`,
    { path, checkpoints: checkpoints.slice(0, 50) },
  );
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.map(({ name }) => name).sort();
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
