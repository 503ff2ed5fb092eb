import { spawnSync } from 'node:child_process';

/** What a program that is not ours said, and how it ended. */
export interface ForeignOutcome {
  status: number | null;
  /** Standard output and standard error together. */
  text: string;
}

/** Runs a command line of a shell, as a reader of the documentation would type it. */
export function inShell(
  command: string,
  folder: string,
  environment: Record<string, string> = {},
): ForeignOutcome {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, text: `${stdout}${stderr}` };
}

/** Why tests with foreign programs cannot run here, or null. @param programs by name, with the Debian package of each. */
export function missing(programs: Record<string, string>): string | null {
  const absent = Object.entries(programs).filter(
    ([name]) => spawnSync(name, ['--version']).error !== undefined,
  );
  return absent.length === 0
    ? null
    : `${absent.map(([name, fromPackage]) => `${name} (${fromPackage})`).join(' and ')}: not on this machine`;
}
