import { visibleLine } from '../visible-text.ts';
import type { ReportBody } from '../report-body.ts';

/** `bagit.txt` (RFC 8493, 2.1.1), to the letter. */
export const bagDeclaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** What `bag-info.txt` says besides the report. */
export interface BagInfoFacts {
  /** Files of the payload, and their bytes. */
  payload: { files: number; octets: number };
  description: string;
  reportSha256: string;
}

/**
 * `bag-info.txt` (RFC 8493, 2.2.2): who made the bag, of what, and how much is in it. A value is one
 * line: line breaks of the case's texts become blanks, and hidden characters are written out.
 */
export function bagInfo(body: ReportBody, facts: BagInfoFacts): string {
  const { case: details, application, template } = body;
  const lines: [string, string][] = [
    ['Source-Organization', [template.agency, template.unit].filter((part) => part !== '').join(', ')],
    ['Organization-Address', template.contact.filter((part) => part !== '').join(', ')],
    ['Contact-Name', details.investigator === '' ? body.operator : details.investigator],
    ['External-Description', facts.description],
    ['Bagging-Date', body.createdAt.slice(0, 10)],
    ['External-Identifier', details.number],
    ['Payload-Oxum', `${facts.payload.octets}.${facts.payload.files}`],
    ['Bag-Size', bagSize(facts.payload.octets)],
    ['Bag-Group-Identifier', details.id],
    ['Internal-Sender-Identifier', body.id],
    ['Internal-Sender-Description', body.title],
    ['Bag-Software-Agent', `${application.name} ${application.version}`],
    ['Descry-Case-Id', details.id],
    ['Descry-Case-Number', details.number],
    ['Descry-Report-Id', body.id],
    ['Descry-Report-SHA256', facts.reportSha256],
    ['Descry-Made-At', body.createdAt],
    ['Descry-Made-By', body.operator],
    ['Descry-Audit-Head', body.audit.headHash],
  ];
  return lines
    .map(([label, value]) => [label, oneLine(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}: ${value}\n`)
    .join('');
}

function oneLine(text: string): string {
  return visibleLine(text.replace(/\s+/g, ' ')).trim();
}

function bagSize(octets: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = octets;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
