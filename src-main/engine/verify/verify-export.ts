import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DescryError, toDescryError } from '../errors.ts';
import { publicFileNames, signatureFileNames } from '../report/signing/signature-names.ts';
import type { ExportVerification, SignatureVerdict } from '../report/signing/schema.ts';
import { tagManifestName } from '../report/signing/signer.ts';
import { signatureFindings, verifySignatures } from '../report/signing/verify-signatures.ts';
import {
  checkDeclaration,
  checkPayloadOxum,
  declarationName,
  payloadManifestName,
  readBagInfo,
} from './export/check-bag.ts';
import { checkCaseUco } from './export/check-case-uco.ts';
import { checkAuditFile, checkPrintedHash } from './export/check-documents.ts';
import { checkDiscovery, discoveryName } from './export/check-discovery.ts';
import { checkCsv, checkSearchFiles } from './export/check-lists.ts';
import { checkManifest } from './export/check-manifest.ts';
import { checkModels } from './export/check-models.ts';
import { checkReport, type CheckedReport } from './export/check-report.ts';
import { readSmall, type ExportFiles } from './export/export-files.ts';
import { Findings } from './export/findings.ts';
import { FolderFiles } from './export/folder-files.ts';
import { ZipFiles } from './export/zip-files.ts';

/** No tag manifest, signature or key is larger. */
const largestSigned = 64 * 1024 * 1024;

/**
 * Checks an export against itself, without the case: a bundle (a BagIt bag, or a zip file of one), or the
 * folder of a report. Every file against its hash; files that are missing, or that no list names; what a
 * bag says of itself; each original against the lists; CSV, searches, models and the CASE/UCO description
 * against report.json; the audit extract's chain; that HTML and PDF are of this report; and signatures.
 * Everything in it counts as hostile.
 * @param path of the folder or the zip file.
 * @throws DescryError `not-found` when there is no export; `invalid-input` for a zip that cannot be read.
 */
export async function verifyExport(path: string, signal?: AbortSignal): Promise<ExportVerification> {
  const place = resolve(path);
  const files = await openFiles(place);
  try {
    // One of them may have been taken out.
    for (const name of [declarationName, tagManifestName, 'data/report.json'])
      if (await files.find(name)) return await verifyBag(files, place, signal);
    if (await files.find(payloadManifestName)) return await verifyFolder(files, place, signal);
  } catch (error) {
    throw toDescryError(error);
  } finally {
    await files.close();
  }
  throw new DescryError(
    'not-found',
    `There is no ${payloadManifestName} in ${place}: this is neither a case nor an export.`,
    { path: place },
  );
}

async function openFiles(path: string): Promise<ExportFiles> {
  const facts = await stat(path).catch((error: unknown) => {
    throw toDescryError(error);
  });
  return facts.isFile() ? ZipFiles.open(path) : new FolderFiles(path);
}

/** A bag: two lists of hashes, one over the payload and one over the files that describe it. */
async function verifyBag(
  files: ExportFiles,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ExportVerification> {
  const findings = new Findings();
  await checkDeclaration(files, findings);
  const info = await readBagInfo(files, findings);
  const tags = await checkManifest(files, tagManifestName, findings, { signal });
  const payload = await checkManifest(files, payloadManifestName, findings, { under: 'data/', signal });
  for (const name of [declarationName, 'bag-info.txt', payloadManifestName])
    if (!tags.paths.has(name)) findings.error('bag', name, `${tagManifestName} does not list it.`);

  const unlistable = new Set([tagManifestName, ...Object.values(signatureFileNames(tagManifestName))]);
  const total = { files: 0, octets: 0 };
  for await (const { path: file, bytes } of files.list()) {
    if (file.startsWith('data/')) {
      total.files++;
      total.octets += bytes;
      if (!payload.paths.has(file))
        findings.error('manifest', file, `${payloadManifestName} does not list this file: it was added.`);
    } else if (!tags.paths.has(file) && !unlistable.has(file)) {
      findings.warning('manifest', file, `${tagManifestName} does not list this file: it was added.`);
    }
  }
  checkPayloadOxum(info, total, findings);
  const { changed } = payload;
  const report = await checkContents(files, 'data/', { findings, changed }, signal);
  if (report) {
    const { checked, sha256 } = report;
    compare(info, 'Internal-Sender-Identifier', checked.id, findings);
    compare(info, 'Descry-Report-SHA256', sha256, findings);
    compare(info, 'Descry-Audit-Head', checked.audit.headHash, findings);
    await checkAuditFile(files, 'data/audit.json', checked, findings);
    await checkSearchFiles(files, 'data/', { report: checked, changed }, findings, signal);
    await checkModels(files, 'data/', { report: checked, changed }, findings);
    const described = { report: checked, payload: payload.paths };
    const description = 'data/case-uco.jsonld';
    if (!changed.has(description)) await checkCaseUco(files, description, described, findings, signal);
  }
  return finish(files, path, findings, tagManifestName, {
    media: tags.paths.size + payload.paths.size,
    report: report?.checked,
  });
}

/** The folder of a report: one list of hashes over all of it. */
async function verifyFolder(
  files: ExportFiles,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ExportVerification> {
  const findings = new Findings();
  const { paths, changed } = await checkManifest(files, payloadManifestName, findings, { signal });
  const unlistable = new Set([
    payloadManifestName,
    ...Object.values(signatureFileNames(payloadManifestName)),
  ]);
  for await (const { path: file } of files.list())
    if (!paths.has(file) && !unlistable.has(file))
      findings.warning('manifest', file, 'The manifest does not list this file: it was added.');
  if (await files.find(discoveryName)) {
    const entries = await checkDiscovery(files, findings, signal);
    const verification = await finish(files, path, findings, payloadManifestName, {
      media: paths.size,
      report: undefined,
    });
    return { ...verification, checked: { ...verification.checked, auditEntries: entries } };
  }
  const report = await checkContents(files, '', { findings, changed }, signal);
  return finish(files, path, findings, payloadManifestName, { media: paths.size, report: report?.checked });
}

/** What the report says, against the files beside it; undefined when there is none to be read. */
async function checkContents(
  files: ExportFiles,
  payload: string,
  { findings, changed }: { findings: Findings; changed: ReadonlySet<string> },
  signal: AbortSignal | undefined,
): Promise<{ checked: CheckedReport; sha256: string } | undefined> {
  const name = `${payload}report.json`;
  const found = await files.find(name);
  if (!found || found.problem !== undefined) {
    findings.error('report', name, 'The body of the report is not there.');
    return undefined;
  }
  const sha256 = await checkPrintedHash(files, payload, findings, signal);
  const checked = await checkReport(files, payload, findings, signal);
  const csv = `${payload}report.csv`;
  if (!changed.has(csv)) await checkCsv(files, csv, checked, findings, signal);
  for await (const { path } of files.list()) {
    if (!path.startsWith(payload)) continue;
    const name = path.slice(payload.length);
    const [, named] = /^originals\/([0-9a-f]{64})\.[^/]+$/.exec(name) ?? [];
    if (named !== undefined && !checked.originals.has(named))
      findings.error('originals', path, 'No list of the report names this original.');
    const [, shown] = /^thumbnails\/thumbnail-of-([0-9a-f]{64})\.jpg$/.exec(name) ?? [];
    if (shown !== undefined && !checked.originals.has(shown))
      findings.error('originals', path, 'It is a thumbnail of no original that the report lists.');
  }
  return { checked, sha256 };
}

function compare(
  info: ReadonlyMap<string, string>,
  label: string,
  actual: unknown,
  findings: Findings,
): void {
  const written = info.get(label);
  if (written !== undefined && actual !== undefined && written !== actual)
    findings.error('bag', 'bag-info.txt', `${label} is ${written}; in the report it is ${String(actual)}.`);
}

async function finish(
  files: ExportFiles,
  path: string,
  findings: Findings,
  signedList: string,
  { media, report }: { media: number; report: CheckedReport | undefined },
): Promise<ExportVerification> {
  const signatures = await checkSignatures(files, signedList, findings);
  findings.add(signatureFindings(signatures));
  for (const { subject, fingerprint } of report?.signers ?? [])
    if (!signatures.some((verdict) => verdict.signer?.fingerprint === fingerprint))
      findings.error(
        'signature',
        signedList,
        `The report says that it was signed by ${subject} (fingerprint ${fingerprint}), and there is no such signature.`,
      );
  return {
    ok: findings.ok,
    path,
    checked: { media, vectors: 0, auditEntries: report?.audit.entries ?? 0 },
    findings: findings.list,
    signatures,
  };
}

/** Signatures are checked where they lie; those in a zip file, in a folder of their own. */
async function checkSignatures(
  files: ExportFiles,
  signedList: string,
  findings: Findings,
): Promise<SignatureVerdict[]> {
  const signatureNames = Object.values(signatureFileNames(signedList));
  const present = [];
  for (const name of signatureNames) if (await files.find(name)) present.push(name);
  if (present.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'descry-verify-'));
  try {
    for (const name of [signedList, ...present, ...Object.values(publicFileNames(signedList))]) {
      const bytes = await readSmall(files, name, largestSigned);
      if (bytes) await writeFile(join(folder, name), bytes);
    }
    return await verifySignatures(folder, signedList);
  } catch (error) {
    findings.error('signature', present.join(', '), `It cannot be checked: ${toDescryError(error).message}`);
    return [];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
