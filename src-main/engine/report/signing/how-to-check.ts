/** Names of the three files that a check reads, all in one folder. */
export interface SignedNames {
  manifestName: string;
  fileName: string;
  publicName: string;
}

/** Commands that check an Ed25519 signature with OpenSSL 3, and print the fingerprint of its key. */
export function howToCheckEd25519({ manifestName, fileName, publicName }: SignedNames): string[] {
  return [
    `openssl pkeyutl -verify -pubin -inkey ${publicName} -rawin -in ${manifestName} -sigfile ${fileName}`,
    `openssl pkey -pubin -in ${publicName} -outform DER | openssl dgst -sha256`,
  ];
}

/**
 * Commands that check a CMS signature with OpenSSL (the first prints the manifest as it was signed), and
 * print the certificate and its fingerprint. Trust in the certificate is left aside: that takes the root
 * certificates of the reader.
 */
export function howToCheckCms({ manifestName, fileName, publicName }: SignedNames): string[] {
  return [
    `openssl cms -verify -binary -inform DER -in ${fileName} -content ${manifestName} -noverify`,
    `openssl x509 -in ${publicName} -noout -subject -issuer -dates -fingerprint -sha256`,
  ];
}
