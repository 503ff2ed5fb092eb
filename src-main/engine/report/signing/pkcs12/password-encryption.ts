import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import * as asn1js from 'asn1js';
import forge from 'node-forge';
import * as pkijs from 'pkijs';
import { wipe, type Secret } from '../secret.ts';
import { signingError } from '../signing-error.ts';
import { digests, type Digest } from './digests.ts';

/** Password-based encryption scheme 2 (RFC 8018, 6.2) and its only key derivation that is supported. */
const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';

/** Schemes of PKCS#12 itself (RFC 7292, appendix C): what Windows, macOS and OpenSSL before 3 write. */
const legacySchemes: Record<string, { keyBytes: number; decrypt: typeof tripleDes }> = {
  '1.2.840.113549.1.12.1.3': { keyBytes: 24, decrypt: tripleDes },
  '1.2.840.113549.1.12.1.6': { keyBytes: 5, decrypt: rc2With40Bits },
};

/** Rounds of key derivation that a file may ask for; more would keep the engine busy for minutes. */
const mostRounds = 5_000_000;

/** What a key is derived for (RFC 7292, B.3). */
const purpose = { key: 1, iv: 2, mac: 3 } as const;

/**
 * Decrypts what a passphrase protects in a PKCS#12 or PKCS#8 file.
 * @throws DescryError `invalid-input` for a wrong passphrase or too many rounds; `unsupported` for another scheme.
 */
export async function decrypt(
  algorithm: pkijs.AlgorithmIdentifier,
  data: ArrayBuffer,
  passphrase: Secret,
): Promise<Buffer> {
  const scheme = legacySchemes[algorithm.algorithmId];
  if (scheme) {
    const { salt, rounds } = legacyParameters(algorithm);
    const key = derive(passphrase, salt, purpose.key, rounds, scheme.keyBytes, digests.sha1);
    const iv = derive(passphrase, salt, purpose.iv, rounds, 8, digests.sha1);
    try {
      return scheme.decrypt(key, iv, Buffer.from(data));
    } catch {
      throw wrongPassphrase();
    } finally {
      wipe(key, iv);
    }
  }
  if (algorithm.algorithmId !== pbes2) throw unsupportedProtection(algorithm.algorithmId);
  checkPbes2(algorithm);
  const password = new TextEncoder().encode(passphrase.reveal());
  try {
    return Buffer.from(
      await pkijs.getCrypto(true).decryptEncryptedContentInfo({
        password: password.buffer,
        encryptedContentInfo: new pkijs.EncryptedContentInfo({
          contentEncryptionAlgorithm: algorithm,
          encryptedContent: new asn1js.OctetString({ valueHex: data }),
        }),
      }),
    );
  } catch {
    throw wrongPassphrase();
  } finally {
    wipe(password);
  }
}

/**
 * Checks the password-based MAC over a PKCS#12 file's content (RFC 7292, 4 and B).
 * @throws DescryError `invalid-input` when it does not fit; `unsupported` for another digest.
 */
export function checkMac(macData: pkijs.MacData, content: ArrayBuffer, passphrase: Secret): void {
  const { algorithmId } = macData.mac.digestAlgorithm;
  const digest = Object.values(digests).find(({ identifier }) => identifier === algorithmId);
  if (!digest) throw unsupportedProtection(algorithmId);
  const rounds = macData.iterations ?? 1;
  checkRounds(rounds);
  const key = derive(
    passphrase,
    Buffer.from(macData.macSalt.getValue()),
    purpose.mac,
    rounds,
    digest.digestLength,
    digest,
  );
  const expected = createHmac(digest.name, key).update(Buffer.from(content)).digest();
  wipe(key);
  const actual = Buffer.from(macData.mac.digest.getValue());
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw wrongPassphrase();
}

/** The key derivation of PKCS#12 (RFC 7292, B.2). */
function derive(
  passphrase: Secret,
  salt: Buffer,
  id: number,
  rounds: number,
  bytes: number,
  digest: Digest,
): Buffer {
  const salted = forge.util.createBuffer(salt.toString('latin1'));
  const key = forge.pkcs12.generateKey(passphrase.reveal(), salted, id, rounds, bytes, digest.begin());
  return Buffer.from(key.getBytes(), 'latin1');
}

function tripleDes(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const decipher = createDecipheriv('des-ede3-cbc', key, iv);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

function rc2With40Bits(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const cipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), 40);
  cipher.start(iv.toString('latin1'));
  cipher.update(forge.util.createBuffer(data.toString('latin1')));
  if (!cipher.finish()) throw new Error('padding');
  return Buffer.from(cipher.output.getBytes(), 'latin1');
}

/** PKCS12PbeParams: salt and rounds. */
function legacyParameters({ algorithmId, algorithmParams }: pkijs.AlgorithmIdentifier): {
  salt: Buffer;
  rounds: number;
} {
  const [salt, rounds] = algorithmParams instanceof asn1js.Sequence ? algorithmParams.valueBlock.value : [];
  if (!(salt instanceof asn1js.OctetString) || !(rounds instanceof asn1js.Integer))
    throw unsupportedProtection(algorithmId);
  checkRounds(rounds.valueBlock.valueDec);
  return { salt: Buffer.from(salt.getValue()), rounds: rounds.valueBlock.valueDec };
}

/**
 * Reads the parameters of PBES2 before anything is computed with them.
 * @throws DescryError `invalid-input` when deriving the key would take too long; `unsupported` for other schemes.
 */
function checkPbes2(algorithm: pkijs.AlgorithmIdentifier): void {
  let parameters: pkijs.PBES2Params;
  let rounds: number;
  try {
    parameters = new pkijs.PBES2Params({ schema: algorithm.algorithmParams });
    rounds = new pkijs.PBKDF2Params({ schema: parameters.keyDerivationFunc.algorithmParams }).iterationCount;
  } catch {
    throw unsupportedProtection(algorithm.algorithmId);
  }
  const { keyDerivationFunc, encryptionScheme } = parameters;
  if (keyDerivationFunc.algorithmId !== pbkdf2) throw unsupportedProtection(keyDerivationFunc.algorithmId);
  const cipher = pkijs.getCrypto(true).getAlgorithmByOID(encryptionScheme.algorithmId);
  if (!('name' in cipher)) throw unsupportedProtection(encryptionScheme.algorithmId);
  checkRounds(rounds);
}

function checkRounds(rounds: number): void {
  if (Number.isSafeInteger(rounds) && rounds >= 1 && rounds <= mostRounds) return;
  throw signingError(
    'too-slow',
    `The file asks for ${rounds} rounds of key derivation; at most ${mostRounds} are computed. It may be damaged, or made to keep a program busy.`,
    { rounds, mostRounds },
  );
}

function wrongPassphrase(): Error {
  return signingError('passphrase-wrong', 'The passphrase does not open this file.');
}

function unsupportedProtection(identifier: string): Error {
  return signingError(
    'unsupported-protection',
    'The file is protected in a way that cannot be read here. Export it again with AES-256 or Triple DES, with a passphrase.',
    { identifier },
  );
}
