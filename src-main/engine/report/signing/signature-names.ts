/** Files beside a manifest that no manifest can list: its signatures, with a certificate (CMS) and with a key (Ed25519). */
export function signatureFileNames(manifestName: string): { certificate: string; key: string } {
  return { certificate: `${manifestName}.p7s`, key: `${manifestName}.sig` };
}

/** Files with the public part of a signer, PEM; a manifest may list them. */
export function publicFileNames(manifestName: string): { certificate: string; key: string } {
  return { certificate: `${manifestName}.certificate.pem`, key: `${manifestName}.public-key.pem` };
}
