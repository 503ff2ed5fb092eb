import { createHash } from 'node:crypto';
import type { ReadableCase } from '../../case/case-snapshot.ts';
import type { AuditEntry } from '../../case/schema.ts';
import { toInstant } from '../../case/times.ts';
import type { ReportTemplate } from '../template.ts';

export type DiscoveryValue = string | number | null;
/** A row as JSON Lines have it; tables show members that are lists or objects as JSON. */
export type DiscoveryRow = Record<string, unknown>;

/** One kind of thing that people wrote. */
export interface DiscoveryPart {
  /** Name of its files. */
  name: string;
  title: string;
  /** What it holds, for readers. */
  about: string;
  columns: readonly string[];
  rows: () => Iterable<DiscoveryRow>;
}

/** Everything that anyone wrote in a case, whatever was decided later. Rows are read when somebody goes through them. */
export function discoveryParts(openCase: ReadableCase, template: ReportTemplate): DiscoveryPart[] {
  const { timeZone } = openCase;
  const table = (
    part: Pick<DiscoveryPart, 'name' | 'title' | 'about'>,
    columns: readonly string[],
    sql: string,
  ): DiscoveryPart => ({
    ...part,
    columns,
    rows: () => tableRows(openCase, sql, timeZone),
  });
  const logged = (
    part: Pick<DiscoveryPart, 'name' | 'title' | 'about'>,
    columns: readonly string[],
    rowsOf: (entry: AuditEntry) => DiscoveryRow[],
  ): DiscoveryPart => ({
    ...part,
    columns,
    *rows() {
      for (const entry of openCase.audit.entries()) yield* rowsOf(entry);
    },
  });
  return [
    table(
      {
        name: 'case',
        title: 'Case',
        about: 'What the case says of itself; earlier wordings are in the audit log.',
      },
      ['case_id', 'name', 'number', 'investigator', 'purpose', 'legal_basis', 'time_zone', 'created_at'],
      'SELECT case_id, name, number, investigator, purpose, legal_basis, time_zone, created_at FROM case_file',
    ),
    table(
      { name: 'imports', title: 'Imports', about: 'Every import, who began it, and from where.' },
      ['import', 'operator', 'created_at', 'finished_at', 'state', 'source', 'options', 'error'],
      'SELECT id AS import, operator, created_at, finished_at, state, source, options, error FROM batches ORDER BY id',
    ),
    table(
      { name: 'rejected-files', title: 'Rejected files', about: 'Files that an import left out, and why.' },
      ['import', 'path', 'reason', 'detail'],
      "SELECT batch_id AS import, path, reason, detail FROM import_items WHERE state = 'rejected' ORDER BY batch_id, sequence",
    ),
    logged(
      {
        name: 'clock-offsets',
        title: 'Clock offsets',
        about: 'Every change to the zone or the clock offset of a camera, with who measured it and when.',
      },
      ['at', 'operator', 'camera', ...cameraColumns.flatMap((name) => [`before_${name}`, `after_${name}`])],
      cameraRows,
    ),
    table(
      {
        name: 'searches',
        title: 'Searches',
        about: 'Every stored search with the words as they were typed.',
      },
      ['search', 'at', 'operator', 'name', 'query', 'model', 'model_version', 'rows', 'gallery', 'warnings'],
      `SELECT s.id AS search, s.at, s.operator, s.name, s.query, m.pack_id AS model, m.version AS model_version, s.rows, s.gallery, s.warnings
       FROM searches AS s JOIN models AS m ON m.id = s.model_id ORDER BY s.id`,
    ),
    logged(
      {
        name: 'other-queries',
        title: 'Queries that were not stored',
        about: 'Queries of batches, and of comparisons between models, as the audit log has them.',
      },
      ['at', 'operator', 'action', 'detail'],
      ({ at, operator, action, detail }) =>
        (action === 'search' && detail['searchId'] === undefined) || action === 'packs-compared'
          ? [{ at, operator, action, detail }]
          : [],
    ),
    table(
      {
        name: 'decisions',
        title: 'Decisions',
        about: 'Every decision, also those that were superseded by a later one or taken back.',
      },
      ['decision', 'crop', 'file_name', 'verdict', 'state', 'search', 'operator', 'at'],
      `SELECT d.id AS decision, d.crop_id AS crop, c.file_name, d.verdict,
         CASE WHEN d.id < (SELECT max(id) FROM decisions WHERE crop_id = d.crop_id) THEN 'superseded'
              WHEN d.verdict IS NULL THEN 'taken back' ELSE 'in force' END AS state,
         d.search_id AS search, d.operator, d.at
       FROM decisions AS d JOIN crops AS c ON c.id = d.crop_id ORDER BY d.id`,
    ),
    table(
      { name: 'notes', title: 'Notes', about: 'Every note, also those that were removed.' },
      ['note', 'crop', 'file_name', 'text', 'operator', 'at', 'removed_at'],
      `SELECT n.id AS note, n.crop_id AS crop, c.file_name, n.text, n.operator, n.at, n.removed_at
       FROM notes AS n JOIN crops AS c ON c.id = n.crop_id ORDER BY n.id`,
    ),
    logged(
      { name: 'tags', title: 'Tags', about: 'Every tag that was put on crops or taken off them.' },
      ['at', 'operator', 'tag', 'change', 'crops'],
      ({ at, operator, action, detail }) =>
        action === 'tag-added' || action === 'tag-removed'
          ? [
              {
                ...{ at, operator, tag: detail['tag'] },
                change: action === 'tag-added' ? 'added' : 'removed',
                crops: detail['cropIds'],
              },
            ]
          : [],
    ),
    table(
      {
        name: 'redactions',
        title: 'Covered parts of pictures',
        about:
          'Every set of boxes that was drawn over a picture for reports; a later one replaces an earlier.',
      },
      ['redaction', 'crop', 'sha256', 'boxes', 'reason', 'operator', 'at'],
      `SELECT r.id AS redaction, r.crop_id AS crop, m.sha256, r.boxes, r.reason, r.operator, r.at
       FROM redactions AS r JOIN media AS m ON m.id = r.media_id ORDER BY r.id`,
    ),
    table(
      {
        name: 'blind-reviews',
        title: 'Blind reviews',
        about: 'Second reviews, with the seed of their order.',
      },
      [
        'review',
        'search',
        'seed',
        'first_review_until_decision',
        'operator',
        'started_at',
        'state',
        'ended_at',
      ],
      `SELECT id AS review, search_id AS search, seed, decisions_until AS first_review_until_decision, operator, started_at, state, ended_at
       FROM blind_reviews ORDER BY id`,
    ),
    table(
      {
        name: 'blind-decisions',
        title: 'Decisions of blind reviews',
        about: 'Every decision of a second reviewer, also those that were superseded.',
      },
      ['decision', 'review', 'crop', 'verdict', 'operator', 'at'],
      `SELECT id AS decision, review_id AS review, crop_id AS crop, verdict, operator, at FROM blind_decisions ORDER BY id`,
    ),
    {
      name: 'template',
      title: 'Report template',
      about: 'The form of reports at the time of this export; each report carries its own.',
      columns: ['name', 'value'],
      rows: () => templateRows(template),
    },
    {
      name: 'audit',
      title: 'Audit log',
      about:
        'Everything that was done, from the first entry on. In audit.jsonl each entry can be checked: its hash is the SHA-256 of the canonical JSON (RFC 8785) of its other members, with the time in milliseconds since 1970 UTC.',
      columns: ['sequence', 'at', 'operator', 'action', 'detail', 'previousHash', 'hash'],
      rows: () => openCase.audit.entries() as Iterable<unknown> as Iterable<DiscoveryRow>,
    },
  ];
}

const cameraColumns = ['timeZone', 'clockOffsetMs', 'offsetMeasuredBy', 'offsetMeasuredAt', 'note'];

function cameraRows({ at, operator, action, detail }: AuditEntry): DiscoveryRow[] {
  if (action !== 'camera-changed') return [];
  const before = (detail['before'] ?? {}) as Record<string, unknown>;
  const after = (detail['after'] ?? {}) as Record<string, unknown>;
  const changes = cameraColumns.flatMap((name) => [
    [`before_${name}`, before[name] ?? null],
    [`after_${name}`, after[name] ?? null],
  ]);
  return [{ at, operator, camera: after['name'], ...Object.fromEntries(changes) }];
}

function* templateRows(template: ReportTemplate): Generator<DiscoveryRow> {
  const { logo, ...others } = template;
  for (const [name, value] of Object.entries(others)) yield { name, value };
  const digest = logo && createHash('sha256').update(Buffer.from(logo.data, 'base64')).digest('hex');
  yield { name: 'logo, SHA-256', value: digest };
}

/** Points in time are shown in the case's zone; columns of JSON are read. */
const moments = new Set(['at', 'created_at', 'finished_at', 'started_at', 'ended_at', 'removed_at']);
const documents = new Set(['query', 'gallery', 'warnings', 'boxes', 'source', 'options']);

function* tableRows(openCase: ReadableCase, sql: string, timeZone: string): Generator<DiscoveryRow> {
  for (const row of openCase.db.prepare<[], Record<string, DiscoveryValue>>(sql).iterate()) {
    const members = Object.entries(row).map(([name, value]): [string, unknown] => {
      if (moments.has(name) && typeof value === 'number') return [name, toInstant(value, timeZone)];
      return [name, documents.has(name) && typeof value === 'string' ? JSON.parse(value) : value];
    });
    yield Object.fromEntries(members);
  }
}
