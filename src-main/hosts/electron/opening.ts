import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** What a second start hands to the first one, beside its command line. */
export const secondStart = z.object({ casePath: z.string().max(4096).nullable() });

/**
 * The case folder that a command line asks for: its first argument that is a folder.
 * @param argumentsGiven the arguments after the program (and, in a checkout, after the application's folder).
 * @param workingFolder what relative paths are relative to.
 */
export function caseFromCommandLine(argumentsGiven: readonly string[], workingFolder: string): string | null {
  for (const argument of argumentsGiven) {
    if (argument === '' || argument.startsWith('-')) continue;
    const path = resolve(workingFolder, argument);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  }
  return null;
}

/**
 * The arguments that are the user's.
 * @param argv the whole command line.
 * @param packaged false in a checkout, where the application's folder is the first plain argument.
 */
export function ownArguments(argv: readonly string[], packaged: boolean): string[] {
  const plain = argv.slice(1).filter((argument) => !argument.startsWith('-'));
  return packaged ? plain : plain.slice(1);
}
