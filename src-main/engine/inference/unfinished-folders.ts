import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isRunning } from './running-process.ts';

/** Tells this process from an earlier one that had the same number, as is usual in a container. */
const ownMark = randomUUID().slice(0, 8);
const namePattern = /^\..*\.part$/u;
const ownerPattern = /^\.(\d{1,10})-([0-9a-f]{8})-[0-9a-f-]{36}\.part$/u;

/** A place in `folder` for something that is not whole; hidden, and its name says whose it is. */
export function unfinishedPath(folder: string): string {
  return join(folder, `.${process.pid}-${ownMark}-${randomUUID()}.part`);
}

/** Makes a hidden folder; what a killed process leaves in it is removed by `removeLeftovers`. */
export async function makeUnfinishedFolder(folder: string): Promise<string> {
  const path = unfinishedPath(folder);
  await mkdir(path, { recursive: true });
  return path;
}

/** Whether a path has the name of something unfinished. */
export function isUnfinished(path: string): boolean {
  return namePattern.test(basename(path));
}

/** Removes what processes that are gone left unfinished. What cannot be removed stays for the next time. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => isUnfinished(entry) && !hasOwner(entry)))
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

function hasOwner(name: string): boolean {
  const [, pid, mark] = ownerPattern.exec(name) ?? [];
  if (pid === undefined) return false;
  return Number(pid) === process.pid ? mark === ownMark : isRunning(Number(pid));
}
