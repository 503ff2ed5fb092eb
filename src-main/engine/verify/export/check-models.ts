import { z } from 'zod';
import { packDigest } from '../../inference/pack-files.ts';
import { packManifest } from '../../inference/schema.ts';
import { hashOf } from './check-manifest.ts';
import type { CheckedReport } from './check-report.ts';
import { readSmall, type ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';
import { reasonOf } from './json-values.ts';

/** No pack.json is larger. */
const largestManifest = 1024 * 1024;
const cardName = 'MODEL_CARD.md';

/**
 * Whether the record of each model in a bundle is that of the model which ranked, and its card the record's.
 * @param changed files of which enough was said.
 */
export async function checkModels(
  files: ExportFiles,
  payload: string,
  { report, changed }: { report: CheckedReport; changed: ReadonlySet<string> },
  findings: Findings,
): Promise<void> {
  for (const { id, digest } of report.models) {
    const place = `${payload}models/${id}-${digest.slice(0, 12)}`;
    const path = `${place}/pack.json`;
    if (changed.has(path)) continue;
    try {
      const text = await readSmall(files, path, largestManifest);
      if (text === undefined) {
        findings.error('report', path, `The record of the model ${id} is not there.`);
        continue;
      }
      const json: unknown = JSON.parse(text.toString('utf8'));
      const manifest = packManifest.parse(json);
      if (packDigest(manifest) !== digest)
        findings.error(
          'report',
          path,
          `It is not the record of the model that report.json names (SHA-256 ${digest}).`,
        );
      const listed = z.object({ sha256: z.string() }).safeParse(manifest.files[cardName]).data?.sha256;
      const card = `${place}/${cardName}`;
      if (listed === undefined || changed.has(card)) continue;
      if ((await files.find(card)) && (await hashOf(files, card)) !== listed)
        findings.error('report', card, 'It is not the card that pack.json lists.');
    } catch (error) {
      findings.error('report', path, `It cannot be read: ${reasonOf(error)}`);
    }
  }
}
