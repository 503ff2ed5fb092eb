import type { CaseSnapshot } from '../../case/case-snapshot.ts';
import { toInstant } from '../../case/times.ts';
import type { ExportFolder } from '../export-folder.ts';
import { jsonText } from '../json.ts';
import type { ExportedFile } from '../schema.ts';
import type { ReportTemplate } from '../template.ts';
import { renderDiscoveryHtml } from './discovery-html.ts';
import { discoveryParts } from './parts.ts';
import type { DiscoveryBody, DiscoveryOutcome } from './schema.ts';
import { partCsv, partLines } from './tables.ts';

export interface DiscoveryEvent {
  progress: { done: number; total: number; step: string };
  outcome: DiscoveryOutcome | null;
}

export interface DiscoveryRequest {
  /** Folder in which the export's own folder is made; the case's exports when absent. */
  folder?: string | undefined;
}

interface DiscoveryOptions {
  snapshot: CaseSnapshot;
  folder: ExportFolder;
  id: string;
  /** Milliseconds since 1970 UTC. */
  now: number;
  application: DiscoveryBody['application'];
  template: ReportTemplate;
  signal: AbortSignal | undefined;
}

/**
 * Writes everything that anyone wrote in a case: each part as CSV and JSON Lines, one document for
 * readers, and a manifest over all of it. Parts are read row by row, however long they are.
 */
export async function* writeDiscovery(
  options: DiscoveryOptions,
): AsyncGenerator<DiscoveryEvent['progress'], DiscoveryOutcome> {
  const { snapshot, folder, id, now, application, template, signal } = options;
  const parts = discoveryParts(snapshot, template);
  const { name, number, timeZone, id: caseId } = snapshot.details.get();
  const body: DiscoveryBody = {
    schema: 1,
    id,
    createdAt: toInstant(now, timeZone),
    operator: snapshot.operator(),
    application,
    case: { id: caseId, name, number, timeZone },
    audit: {
      headHash: snapshot.audit.headHash(),
      total: snapshot.audit.list({ limit: 1 })[0]?.sequence ?? 0,
    },
    parts: [],
  };
  const files: ExportedFile[] = [];
  const total = parts.length + 3;
  let done = 0;
  for (const part of parts) {
    yield { done: done++, total, step: part.title };
    let rows = 0;
    const lines = partLines(part, () => rows++);
    files.push(await folder.writeText('jsonl', `${part.name}.jsonl`, lines, signal));
    files.push(await folder.writeText('csv', `${part.name}.csv`, partCsv(part), signal));
    body.parts.push({ name: part.name, title: part.title, rows, columns: [...part.columns] });
  }
  yield { done: done++, total, step: 'discovery.html' };
  const html = renderDiscoveryHtml(body, parts, template);
  files.push(await folder.writeText('html', 'discovery.html', html, signal));
  yield { done: done++, total, step: 'discovery.json' };
  files.push(await folder.writeText('json', 'discovery.json', jsonText(body), signal));
  yield { done, total, step: 'Manifest' };
  files.push(...(await folder.finish(undefined, signal)));
  return { discoveryId: id, folder: folder.path, files, parts: body.parts };
}
