import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CaseLock } from '../case/lock.ts';
import { DescryError, toDescryError } from '../errors.ts';

const namePattern = /^\.descry-work-[0-9a-f]{12}$/;

/**
 * A hidden folder in which something is made until it is whole; on the drive of its place, so that the last
 * step is a rename. It is locked as a case is: what a killed process left is told by its lock being free.
 */
export class WorkFolder {
  readonly path: string;
  readonly #lock: CaseLock;

  private constructor(path: string, lock: CaseLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** Makes one in `parent`, and removes those that dead processes left there. @throws DescryError `read-only`, `disk-full`. */
  static async create(parent: string, holder: string): Promise<WorkFolder> {
    try {
      await mkdir(parent, { recursive: true });
      await removeAbandoned(parent);
      const path = join(parent, `.descry-work-${randomBytes(6).toString('hex')}`);
      await mkdir(path);
      return new WorkFolder(path, CaseLock.acquire(path, holder));
    } catch (error) {
      throw toDescryError(error);
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async remove(): Promise<void> {
    this.#lock.release();
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    // Without a lock file it may be one that is just being made.
    if (!namePattern.test(name) || !existsSync(join(path, 'lock.sqlite'))) continue;
    try {
      CaseLock.acquire(path, 'cleaning').release();
    } catch (error) {
      if (error instanceof DescryError) continue;
      throw error;
    }
    await rm(path, { recursive: true, force: true });
  }
}
