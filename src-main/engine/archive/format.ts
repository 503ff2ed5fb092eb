import { z } from 'zod';
import { keyFileName } from '../case/encryption/key-file.ts';
import { instant, sha256 } from '../case/schema.ts';

/** What lies in an archive: docs/archive.md describes it for whoever reads one without Descry. */
export const factsName = 'archive.json';
export const manifestName = 'manifest-sha256.txt';
/** The folder of the archive that becomes the case folder. */
export const caseFolder = 'case/';
export const databaseEntry = `${caseFolder}case.sqlite`;
/** Of an encrypted case: what its passphrase opens. */
export const keyEntry = `${caseFolder}${keyFileName}`;

/** `archive.json` is a page of text; whoever offers more of it wants to fill the memory. */
export const factsLimit = 64 * 1024;
/** The longest name of an entry, in bytes. */
export const nameLimit = 1024;

export const archiveFacts = z.object({
  format: z.literal('descry-case-archive'),
  version: z.literal(1),
  createdAt: instant,
  application: z.object({ name: z.string().max(200), version: z.string().max(200) }),
  case: z.object({
    id: z.string().min(1).max(200),
    /** Empty, as the number, where the case is encrypted. */
    name: z.string().max(200),
    number: z.string().max(200),
    schemaVersion: z.int().positive(),
    encrypted: z.boolean(),
  }),
  /** The case's audit log as it is in the archive. */
  audit: z.object({ entries: z.int().nonnegative(), headHash: sha256 }),
  /** What `manifest-sha256.txt` lists. */
  files: z.int().positive(),
  bytes: z.int().nonnegative(),
  /** Copied originals that the case names and that were not there when it was archived. */
  missing: z.int().nonnegative(),
  /** Originals that are not part of the case folder, and so not of the archive. */
  referenced: z.int().nonnegative(),
  manifestSha256: sha256,
});
export type ArchiveFacts = z.infer<typeof archiveFacts>;

export const archiveOutcome = archiveFacts.pick({ files: true, missing: true, referenced: true }).extend({
  path: z.string(),
  /** Size of the archive. */
  bytes: z.int(),
  /** SHA-256 of the archive; the case's audit log has it as well. */
  sha256,
});
export type ArchiveOutcome = z.infer<typeof archiveOutcome>;

export const restoreOutcome = archiveOutcome.extend({
  /** The case folder that was made. */
  path: z.string(),
  name: z.string(),
  archivedAt: instant,
});
export type RestoreOutcome = z.infer<typeof restoreOutcome>;

export const copyOutcome = z.object({
  /** The case folder that was made. */
  path: z.string(),
  encrypted: z.boolean(),
  /** Copied originals that were taken along, and those that were not there. */
  originals: z.int(),
  missing: z.int(),
});
export type CopyOutcome = z.infer<typeof copyOutcome>;

export interface ArchiveProgress {
  /** In megabytes; of a copy, in contents. */
  done: number;
  total: number;
  step: string;
}

const stored = /^case\/(media|thumbnails)\/[0-9a-f]{2}\/[0-9a-f]{64}\.[a-z0-9]{1,16}$/;
/** Names that Windows keeps for devices, with or without an ending. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const unsafe = /[\u0000-\u001f\u007f\\:*?"<>|\u202a-\u202e\u2066-\u2069\p{Cs}]/u;

/** Whether an entry may become a file of a case folder, on every system. */
export function isCaseEntry(name: string): boolean {
  if (name === databaseEntry || name === keyEntry || stored.test(name)) return true;
  if (Buffer.byteLength(name) > nameLimit) return false;
  const [top, folder, ...parts] = name.split('/');
  return `${top}/` === caseFolder && folder === 'exports' && parts.length > 0 && parts.every(isSafeName);
}

/** One part of a path that is a file's or folder's name everywhere and leads nowhere. */
export function isSafeName(part: string): boolean {
  return (
    part !== '' &&
    !/^\.{1,2}$/.test(part) &&
    !/[. ]$/.test(part) &&
    !unsafe.test(part) &&
    !device.test(part) &&
    Buffer.byteLength(part) <= 255
  );
}
