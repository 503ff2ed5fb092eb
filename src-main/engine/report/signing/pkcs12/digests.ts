import { createHash } from 'node:crypto';
import forge from 'node-forge';

/** A hash function as the key derivation of PKCS#12 asks for it; lengths in bytes. */
export interface Digest {
  identifier: string;
  name: string;
  digestLength: number;
  begin(): forge.md.MessageDigest;
}

function digest(identifier: string, name: string, digestLength: number, blockLength: number): Digest {
  return {
    identifier,
    name,
    digestLength,
    // Node's own hash behind what the library asks for: hundreds of thousands of rounds stay bearable.
    begin: () => {
      let hash = createHash(name);
      const messageDigest = {
        algorithm: name,
        digestLength,
        blockLength,
        start: () => {
          hash = createHash(name);
          return messageDigest;
        },
        update: (binary: string) => {
          hash.update(binary, 'latin1');
          return messageDigest;
        },
        digest: () => forge.util.createBuffer(hash.digest('binary')),
      };
      return messageDigest as unknown as forge.md.MessageDigest;
    },
  };
}

/** Hashes of PKCS#12 MACs. */
export const digests = {
  sha1: digest('1.3.14.3.2.26', 'sha1', 20, 64),
  sha256: digest('2.16.840.1.101.3.4.2.1', 'sha256', 32, 64),
  sha384: digest('2.16.840.1.101.3.4.2.2', 'sha384', 48, 128),
  sha512: digest('2.16.840.1.101.3.4.2.3', 'sha512', 64, 128),
};
