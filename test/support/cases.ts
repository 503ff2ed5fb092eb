import { CaseKey } from '../../src-main/engine/case/encryption/case-key.ts';
import { isEncrypted, protectKey } from '../../src-main/engine/case/encryption/key-file.ts';
import { OpenCase, type SessionIdentity } from '../../src-main/engine/case/open-case.ts';
import type { CaseDetails } from '../../src-main/engine/case/schema.ts';
import { Secret } from '../../src-main/engine/report/signing/secret.ts';

/** With it the tests work on encrypted cases: `vitest run --project encrypted`. */
export const encrypted = process.env['DESCRY_TEST_ENCRYPTED'] === '1';

/** Opens every case that tests encrypt. */
export const testPassphrase = 'correct horse battery staple';

/** For engines: makes and opens an encrypted case in an encrypted run. */
export const casePassphrase = encrypted ? new Secret(testPassphrase) : undefined;

// The same in every process of a test, and cheap: how a passphrase is stretched has tests of its own.
const key = new CaseKey(Buffer.alloc(32, 'tests'));
const protection = encrypted ? await protectKey(testPassphrase, key, { logN: 10, r: 1, p: 1 }) : undefined;

/** A new case, encrypted in an encrypted run. */
export function createCase(
  folder: string,
  details: Partial<CaseDetails> & { name: string },
  identity: SessionIdentity,
): OpenCase {
  return OpenCase.create(folder, details, identity, protection);
}

/** The key of every case that `createCase` makes; undefined in a plain run. */
export const caseKey = encrypted ? key : undefined;

/** Opens a case that `createCase` made. */
export function reopenCase(folder: string, identity: SessionIdentity): OpenCase {
  const path = OpenCase.locate(folder);
  return OpenCase.open(path, identity, isEncrypted(path) ? key : undefined);
}
