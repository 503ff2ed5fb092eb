import { existsSync, readdirSync } from 'node:fs';
import type * as Files from 'node:fs';
import type * as FilePromises from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../support/temporary.ts';
import { bundleCase, exportOf } from './bundle-fixture.ts';
import type { ReportCase } from './report-case.ts';

/** Bytes that the drive still takes, and those that it took. */
const drive = vi.hoisted(() => ({
  free: Number.POSITIVE_INFINITY,
  taken: 0,
  /** @throws Error as the system does when nothing fits any more. */
  take(bytes: number): void {
    if (bytes > this.free)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    this.free -= bytes;
    this.taken += bytes;
  },
}));

type Done = (error: Error | null, written?: number) => void;

vi.mock('node:fs', async (original) => {
  const files = await original<typeof Files>();
  const limited = {
    ...files,
    write(fd: number, bytes: Buffer, ...rest: unknown[]): void {
      try {
        drive.take(bytes.length);
      } catch (error) {
        (rest.at(-1) as Done)(error as Error);
        return;
      }
      (files.write as (...args: unknown[]) => void)(fd, bytes, ...rest);
    },
    writev(fd: number, pieces: Buffer[], ...rest: unknown[]): void {
      try {
        drive.take(pieces.reduce((sum, { length }) => sum + length, 0));
      } catch (error) {
        (rest.at(-1) as Done)(error as Error);
        return;
      }
      (files.writev as (...args: unknown[]) => void)(fd, pieces, ...rest);
    },
  };
  return {
    ...files,
    createWriteStream: (path: string, options: object) =>
      files.createWriteStream(path, { ...options, fs: limited }),
  };
});

vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof FilePromises>();
  return {
    ...files,
    open: async (path: string, flags: string) => {
      const handle = await files.open(path, flags);
      const write = handle.write.bind(handle) as (
        bytes: Buffer,
        offset?: number,
      ) => Promise<{ bytesWritten: number }>;
      Object.assign(handle, {
        write: (bytes: Buffer, offset?: number) => {
          drive.take(bytes.length);
          return write(bytes, offset);
        },
      });
      return handle;
    },
  };
});

let made: ReportCase;

beforeAll(async () => {
  made = await bundleCase(12);
}, 60_000);

afterAll(() => made?.dispose());

it.each(['folder', 'bag', 'bag-zip'] as const)(
  'a drive that fills up while a %s is written leaves nothing of it, wherever it does',
  async (container) => {
    const parent = temporaryFolder();
    const request = { container, folder: parent, formats: ['html', 'csv', 'json'] as const };
    drive.free = Number.POSITIVE_INFINITY;
    drive.taken = 0;
    await exportOf(made, { ...request, formats: [...request.formats] });
    const whole = drive.taken;
    expect(whole).toBeGreaterThan(50_000);
    const before = readdirSync(parent);
    const head = made.openCase.audit.headHash();
    for (const part of [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99]) {
      drive.free = Math.floor(whole * part);
      await expect(
        exportOf(made, { ...request, formats: [...request.formats] }),
        `${part}`,
      ).rejects.toMatchObject({
        kind: 'disk-full',
      });
      drive.free = Number.POSITIVE_INFINITY;
      expect(readdirSync(parent)).toEqual(before);
      expect(existsSync(made.openCase.exportsFolder) ? readdirSync(made.openCase.exportsFolder) : []).toEqual(
        [],
      );
    }
    expect(made.openCase.audit.headHash()).toBe(head);
  },
);
