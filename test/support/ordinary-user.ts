import { chownSync } from 'node:fs';

const nobody = 65_534;

/**
 * Runs something as a user whom file permissions bind: root is made to be nobody meanwhile.
 * @param folders that this user shall own.
 */
export async function asOrdinaryUser<T>(folders: readonly string[], work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  for (const folder of folders) chownSync(folder, nobody, nobody);
  process.setegid!(nobody);
  process.seteuid!(nobody);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
  }
}
