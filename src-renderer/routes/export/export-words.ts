import type {
  EarlierExport,
  ReportContainer,
  ReportFormat,
  ReportTemplate,
  Signer,
} from '../../../src-main/api/types.ts';
import { formatInstant } from '../../lib/format.ts';
import { languages } from '../../lib/languages.ts';

export const formatWords: Record<ReportFormat, { label: string; hint: string }> = {
  html: { label: 'HTML', hint: 'For any browser' },
  pdf: { label: 'PDF', hint: 'For files and print' },
  csv: { label: 'CSV', hint: 'All rows, for a spreadsheet' },
  json: { label: 'JSON', hint: 'Everything; always written' },
};

export const containerChoices: readonly { value: ReportContainer; label: string; hint: string }[] = [
  { value: 'folder', label: 'Plain folder', hint: 'documents, originals, a list of hashes' },
  {
    value: 'bag',
    label: 'Evidence bundle',
    hint: 'a BagIt bag (RFC 8493): also thumbnails, model cards, CASE/UCO',
  },
  { value: 'bag-zip', label: 'Evidence bundle as one zip file', hint: 'the same bag, uncompressed' },
];

const containerWords: Record<EarlierExport['container'], string> = {
  folder: 'Folder',
  bag: 'Bundle',
  'bag-zip': 'Bundle, zip',
};

/** `Bundle; searches 3, 2; signed by Unit 4`. */
export function describeEarlier({ kind, container, searchIds, signers }: EarlierExport): string {
  const what = kind === 'discovery' ? 'Everything written' : containerWords[container];
  const searches =
    searchIds.length === 0
      ? []
      : [`${searchIds.length === 1 ? 'search' : 'searches'} ${searchIds.join(', ')}`];
  const signed =
    signers.length === 0 ? 'not signed' : `signed by ${signers.map(({ subject }) => subject).join(' and ')}`;
  return [what, ...searches, signed].join('; ');
}

/** `City Police, Unit 4; with logo; English.` */
export function describeTemplate({ agency, unit, logo, language }: ReportTemplate): string {
  const from = [agency, unit].filter((part) => part !== '').join(', ');
  return `${from === '' ? 'No agency named' : from}; ${logo ? 'with logo' : 'no logo'}; ${languages[language]}.`;
}

/** Until when a certificate is valid, in words; empty for a key, which does not expire. */
export function describeValidity({ validFrom, validTo }: Signer, zone: string): string {
  if (validFrom === null || validTo === null) return '';
  return `${formatInstant(validFrom, zone)} to ${formatInstant(validTo, zone)}`;
}

/** A file's path in an export; exports list them with slashes on every system. */
export function pathIn(folder: string, file: string): string {
  const backslashes = !folder.includes('/') && folder.includes('\\');
  return backslashes ? `${folder}\\${file.replaceAll('/', '\\')}` : `${folder}/${file}`;
}
