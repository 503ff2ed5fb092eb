import type { KeyObject, webcrypto } from 'node:crypto';
import { signingError } from './signing-error.ts';

/** Names of curves as Node has them, and as people and Web Cryptography write them. */
const curves: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** The shortest RSA modulus that may sign, in bits. */
const leastModulusBits = 2048;

/** What certificates can sign with here, for messages. */
const supported = 'RSA keys of 2048 bits or more, and keys on the curves P-256, P-384 and P-521';

/**
 * Checks that a certificate's key can sign.
 * @returns it in words, such as `RSA 3072 with SHA-256`.
 * @throws DescryError `unsupported` for other kinds; `invalid-input` for an RSA key that is too short.
 */
export function describeAlgorithm(key: KeyObject): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    if (bits < leastModulusBits) {
      throw signingError(
        'weak-key',
        `The certificate's RSA key has ${bits} bits, which is too short to sign. ${leastModulusBits} bits are the least.`,
        { bits },
      );
    }
    return `RSA ${bits} with SHA-256`;
  }
  const curve = type === 'ec' ? curves[details?.namedCurve ?? ''] : undefined;
  if (curve === undefined) {
    throw signingError(
      'unsupported-key',
      `The certificate's key is of a kind that cannot sign here (${[type, details?.namedCurve].filter(Boolean).join(', ')}). Certificates sign with ${supported}.`,
      { type, curve: details?.namedCurve },
    );
  }
  return `ECDSA ${curve} with SHA-256`;
}

/** The key's algorithm for Web Cryptography. @param key one that `describeAlgorithm` accepted. */
export function webCryptoAlgorithm(
  key: KeyObject,
  hash: string,
): webcrypto.RsaHashedImportParams | webcrypto.EcKeyImportParams {
  return key.asymmetricKeyType === 'rsa'
    ? { name: 'RSASSA-PKCS1-v1_5', hash }
    : { name: 'ECDSA', namedCurve: curves[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? '' };
}
