import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import * as fc from 'fast-check';
import * as pkijs from 'pkijs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateKey } from '../../../src-main/engine/report/signing/certificate-key.ts';
import { newKey, plainKey } from '../../../src-main/engine/report/signing/ed25519.ts';
import {
  publicFile,
  signTagManifest,
  signWithAll,
  tagManifestName,
  type CertificateKey,
  type SigningKey,
} from '../../../src-main/engine/report/signing/signer.ts';
import {
  signatureFindings,
  trustIsTheReaders,
  verifySignatures,
} from '../../../src-main/engine/report/signing/verify-signatures.ts';
import { curveKey, daysFromNow, makeCertificate, rsaKey } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const manifest = Buffer.from(`${'ab'.repeat(32)}  bag-info.txt\n${'cd'.repeat(32)}  manifest-sha256.txt\n`);

function opened(key: KeyObject, validTo = daysFromNow(10)): CertificateKey {
  const { privateKey, certificate } = makeCertificate({
    key,
    name: 'A. Signer',
    validFrom: daysFromNow(-20),
    validTo,
  });
  return certificateKey(
    { keys: [privateKey], certificates: [certificate] },
    { allowInvalidTime: true, now: new Date() },
  );
}

let keys: { ed25519: SigningKey; rsa: CertificateKey; curve: CertificateKey };
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  keys = { ed25519: plainKey(newKey(), 'Unit 4'), rsa: opened(rsaKey()), curve: opened(curveKey('P-384')) };
});
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(at(tagManifestName), manifest);
});

/** Signs the manifest in the folder. @returns the name of the signature. */
async function signed(key: SigningKey): Promise<string> {
  const signature = await signTagManifest(manifest, key);
  writeFileSync(at(signature.fileName), signature.bytes);
  const { fileName, bytes } = publicFile(key);
  writeFileSync(at(fileName), bytes);
  return signature.fileName;
}

const verdicts = () => verifySignatures(folder, tagManifestName);

/** Writes a CMS signature with something changed before it is signed, or after. */
async function tampered(change: (signed: pkijs.SignedData) => void): Promise<void> {
  const name = await signed(keys.rsa);
  const content = pkijs.ContentInfo.fromBER(Uint8Array.from(readFileSync(at(name))));
  const data = new pkijs.SignedData({ schema: content.content });
  change(data);
  const changed = new pkijs.ContentInfo({ contentType: content.contentType, content: data.toSchema(true) });
  writeFileSync(at(name), new Uint8Array(changed.toSchema().toBER()));
}

describe('a signature over a tag manifest', () => {
  it.each(['ed25519', 'rsa', 'curve'] as const)(
    'fits what was signed, and names its signer (%s)',
    async (kind) => {
      const key = keys[kind];
      const file = await signed(key);
      const [verdict, ...others] = await verdicts();
      expect(others).toEqual([]);
      expect(verdict).toMatchObject({
        file,
        fits: true,
        signer: { kind: key.kind, fingerprint: key.signer.fingerprint },
      });
      expect(verdict!.message).toContain(key.signer.fingerprint);
      expect(verdict!.message).toContain(trustIsTheReaders);
      expect(signatureFindings([verdict!])).toEqual([]);
    },
  );

  it.each(['ed25519', 'rsa', 'curve'] as const)(
    'does not fit when any byte of the manifest changes (%s)',
    async (kind) => {
      const file = await signed(keys[kind]);
      for (let i = 0; i < manifest.length; i += 29) {
        const changed = Buffer.from(manifest);
        changed[i]! ^= 1;
        writeFileSync(at(tagManifestName), changed);
        expect(await verdicts(), `byte ${i}`).toMatchObject([{ file, fits: false }]);
      }
      writeFileSync(at(tagManifestName), Buffer.concat([manifest, Buffer.from('\n')]));
      const found = await verdicts();
      expect(found).toMatchObject([{ fits: false }]);
      expect(signatureFindings(found)).toMatchObject([
        { severity: 'error', check: 'signature', where: file },
      ]);
    },
  );

  it.each(['ed25519', 'rsa', 'curve'] as const)(
    'does not fit, and does not crash, when its own bytes change (%s)',
    async (kind) => {
      const file = await signed(keys[kind]);
      const whole = readFileSync(at(file));
      const fingerprint = keys[kind].signer.fingerprint;
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (i, flip) => {
          const changed = Buffer.from(whole);
          changed[i]! ^= flip;
          writeFileSync(at(file), changed);
          const [verdict] = await verdicts();
          // Bytes that no signature covers may change; then it still is the same signer over the same content.
          if (verdict!.fits) expect(verdict!.signer!.fingerprint).toBe(fingerprint);
          else expect(verdict!.message).not.toContain(trustIsTheReaders);
        }),
        { numRuns: 150 },
      );
    },
  );

  it('of a key is 64 raw bytes, and does not fit the public key of another', async () => {
    const file = await signed(keys.ed25519);
    expect(readFileSync(at(file))).toHaveLength(64);
    const stranger = publicFile(plainKey(newKey(), 'Stranger'));
    writeFileSync(at(stranger.fileName), stranger.bytes);
    expect(await verdicts()).toMatchObject([{ fits: false }]);
    writeFileSync(at(stranger.fileName), 'no key');
    expect(await verdicts()).toMatchObject([{ fits: false, signer: null }]);
    rmSync(at(stranger.fileName));
    expect((await verdicts())[0]!.message).toContain(`${stranger.fileName}, is not there`);
  });

  it('of a key is not accepted from a public key of another kind', async () => {
    await signed(keys.ed25519);
    const { privateKey } = keys.rsa;
    const { fileName } = publicFile(keys.ed25519);
    writeFileSync(at(fileName), createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }));
    writeFileSync(at(`${tagManifestName}.sig`), sign('sha256', manifest, privateKey));
    expect(await verdicts()).toMatchObject([{ fits: false }]);
  });

  it('with a certificate says when it was signed, and when the certificate was not valid then', async () => {
    const before = new Date().toISOString().slice(0, 10);
    await signed(opened(rsaKey(), daysFromNow(-10)));
    const [verdict] = await verdicts();
    expect(verdict!.fits).toBe(true);
    expect(verdict!.signedAt! >= before).toBe(true);
    expect(verdict!.message).toContain('At that time the certificate was not valid.');
  });

  it('with a certificate that carries content of its own says nothing about the file', async () => {
    const name = await signed(keys.rsa);
    writeFileSync(at(tagManifestName), 'other content');
    const content = pkijs.ContentInfo.fromBER(Uint8Array.from(readFileSync(at(name))));
    const data = new pkijs.SignedData({ schema: content.content });
    data.encapContentInfo.eContent = new asn1js.OctetString({ valueHex: Uint8Array.from(manifest) });
    const embedding = new pkijs.ContentInfo({
      contentType: content.contentType,
      content: data.toSchema(true),
    });
    writeFileSync(at(name), new Uint8Array(embedding.toSchema().toBER()));
    expect(await verdicts()).toMatchObject([
      { fits: false, message: expect.stringContaining('content of its own') },
    ]);
  });

  it('with a certificate is refused without it, with another one, with two signers, and on SHA-1', async () => {
    await tampered((data) => (data.certificates = []));
    expect((await verdicts())[0]!.message).toContain('does not carry the certificate');
    const other = makeCertificate({ key: rsaKey(2049), name: 'A. Signer' });
    await tampered((data) => {
      const stranger = pkijs.Certificate.fromBER(Uint8Array.from(other.certificate.raw));
      stranger.serialNumber = (data.certificates![0] as pkijs.Certificate).serialNumber;
      data.certificates = [stranger];
    });
    expect(await verdicts()).toMatchObject([{ fits: false }]);
    await tampered((data) => data.signerInfos.push(data.signerInfos[0]!));
    expect((await verdicts())[0]!.message).toContain('exactly one signer');
    await tampered((data) => (data.signerInfos[0]!.digestAlgorithm.algorithmId = '1.3.14.3.2.26'));
    expect((await verdicts())[0]!.message).toContain('hash that is not accepted');
    await tampered((data) => delete data.signerInfos[0]!.signedAttrs);
    expect(await verdicts()).toMatchObject([{ fits: false }]);
  });

  it('with a certificate follows RFC 5652: version 1, attributes in DER order, RSA with NULL', async () => {
    const { bytes } = await signTagManifest(manifest, keys.rsa);
    const content = pkijs.ContentInfo.fromBER(Uint8Array.from(bytes));
    const data = new pkijs.SignedData({ schema: content.content });
    const [info] = data.signerInfos;
    expect([data.version, info!.version]).toEqual([1, 1]);
    const attributes = info!.signedAttrs!.attributes.map((each) => Buffer.from(each.toSchema().toBER()));
    expect(attributes).toEqual(attributes.toSorted(Buffer.compare));
    expect(info!.signatureAlgorithm.algorithmParams).toBeInstanceOf(asn1js.Null);
    expect(await data.verify({ signer: 0, data: Uint8Array.from(manifest).buffer })).toBe(true);
    const digest = info!.signedAttrs!.attributes.find(({ type }) => type === '1.2.840.113549.1.9.4')!;
    expect(Buffer.from((digest.values[0] as asn1js.OctetString).getValue())).toEqual(
      createHash('sha256').update(manifest).digest(),
    );
  });

  it('larger than any signature is not read, and none is no finding', async () => {
    expect(await verdicts()).toEqual([]);
    writeFileSync(at(`${tagManifestName}.p7s`), Buffer.alloc(1024 * 1024 + 1));
    writeFileSync(at(`${tagManifestName}.sig`), Buffer.alloc(1024 * 1024 + 1));
    writeFileSync(at(publicFile(keys.ed25519).fileName), publicFile(keys.ed25519).bytes);
    expect(await verdicts()).toMatchObject([{ fits: false }, { fits: false }]);
  });

  it('can be made with a certificate and a key at once', async () => {
    const { files, signatures } = await signWithAll(tagManifestName, manifest, [keys.rsa, keys.ed25519]);
    expect(files.map(({ fileName }) => fileName)).toEqual([
      `${tagManifestName}.p7s`,
      `${tagManifestName}.sig`,
    ]);
    expect(signatures.map(({ signer }) => signer.kind)).toEqual(['certificate', 'key']);
    for (const { fileName, bytes } of [...files, publicFile(keys.rsa), publicFile(keys.ed25519)])
      writeFileSync(at(fileName), bytes);
    expect(await verdicts()).toMatchObject([{ fits: true }, { fits: true }]);
  });
});
