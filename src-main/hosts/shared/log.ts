import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';

const rotateBytes = 5 * 1024 * 1024;

/**
 * A log file in the user's data folder; the one before is kept as `.old`.
 * It holds procedures, durations and errors, never a witness's words or a person's data.
 * @param name `engine`, `desktop`, `browser` …
 */
export function openLog(dataFolder: string, name: string): Logger {
  const folder = join(dataFolder, 'logs');
  const file = join(folder, `${name}.log`);
  mkdirSync(folder, { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > rotateBytes) renameSync(file, `${file}.old`);
  return pino(
    { name, level: process.env['DESCRY_LOG'] ?? 'info' },
    pino.destination({ dest: file, sync: true }),
  );
}
