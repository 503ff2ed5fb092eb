import { bagDeclaration } from '../../report/bundle/bag-info.ts';
import { readLines, readSmall, type ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';

export const declarationName = 'bagit.txt';
export const payloadManifestName = 'manifest-sha256.txt';
const infoName = 'bag-info.txt';

/** Checks `bagit.txt` (RFC 8493, 2.1.1). */
export async function checkDeclaration(files: ExportFiles, findings: Findings): Promise<void> {
  if (!(await files.find(declarationName))) {
    findings.error('bag', declarationName, 'The file is not there: it declares the bag.');
    return;
  }
  const text = (await readSmall(files, declarationName, 4096).catch(() => undefined))?.toString('utf8') ?? '';
  if (text === bagDeclaration) return;
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const [, version] = /^BagIt-Version: (\d+\.\d+)$/.exec(lines[0] ?? '') ?? [];
  const [, encoding] = /^Tag-File-Character-Encoding: (\S+)$/.exec(lines[1] ?? '') ?? [];
  if (version === undefined || encoding === undefined)
    findings.error('bag', declarationName, 'It is not the declaration of a BagIt bag.');
  else if (encoding.toUpperCase() !== 'UTF-8')
    findings.error('bag', declarationName, `It names the encoding ${encoding}; only UTF-8 is read.`);
  else if (version !== '1.0')
    findings.warning(
      'bag',
      declarationName,
      `It names BagIt ${version}; bundles of Descry are bags of version 1.0.`,
    );
}

/** Labels and values of `bag-info.txt` (RFC 8493, 2.2.2); a line that begins with a blank goes on. */
export async function readBagInfo(files: ExportFiles, findings: Findings): Promise<Map<string, string>> {
  const info = new Map<string, string>();
  if (!(await files.find(infoName))) {
    findings.error('bag', infoName, 'The file is not there.');
    return info;
  }
  let last: string | undefined;
  let number = 0;
  for await (const line of readLines(files, infoName)) {
    number++;
    const [, label, value] = /^([^:\s][^:]*):[ \t]?(.*)$/.exec(line) ?? [];
    if (/^[ \t]/.test(line) && last !== undefined) info.set(last, `${info.get(last)} ${line.trim()}`);
    else if (label !== undefined && value !== undefined) info.set((last = label.trim()), value.trim());
    else if (line.trim() !== '')
      findings.error('bag', `${infoName}, line ${number}`, 'The line is no label with a value.');
  }
  return info;
}

/** Compares `Payload-Oxum` with what lies in the payload. */
export function checkPayloadOxum(
  info: ReadonlyMap<string, string>,
  payload: { files: number; octets: number },
  findings: Findings,
): void {
  const written = info.get('Payload-Oxum');
  const [, octets, count] = /^(\d+)\.(\d+)$/.exec(written ?? '') ?? [];
  if (octets === undefined || count === undefined) {
    findings.error('bag', infoName, 'It has no Payload-Oxum, which says how much the payload holds.');
    return;
  }
  if (Number(count) !== payload.files)
    findings.error('bag', infoName, `Payload-Oxum names ${count} files; the payload has ${payload.files}.`);
  if (Number(octets) !== payload.octets)
    findings.error('bag', infoName, `Payload-Oxum names ${octets} bytes; the payload has ${payload.octets}.`);
}
