import { createHash } from 'node:crypto';
import type { CaseDatabase } from '../../case/database.ts';
import { searchDigest } from '../../case/repositories/search-digest.ts';
import type { AuditEntry } from '../../case/schema.ts';
import { blindOrder } from '../../review/blind-order.ts';
import { fault, warning, type CaseFinding } from './case-finding.ts';
import { ExpectedRows, type RowValues } from './expected-rows.ts';
import { integers, number, record, text } from './log-values.ts';
import { LoggedTags } from './logged-tags.ts';

/** The first schema version whose log holds what was written. */
const firstRecorded = 50;

/** Follows the log and knows from it what the tables must hold; crops and exports are checked elsewhere. */
export class LogRecords {
  readonly #details = new ExpectedRows('case record', () => 'record of the case');
  readonly #batches = new ExpectedRows('imports', (key) => `import ${key}`);
  readonly #cameras = new ExpectedRows('cameras', (key) => `camera "${key}"`);
  readonly #searches = new ExpectedRows('searches', (key) => `search ${key}`);
  readonly #decisions = new ExpectedRows('decisions', (key, { crop }) => `decision ${key} (crop ${crop})`);
  readonly #notes = new ExpectedRows('notes', (key, { crop }) => `note ${key} (crop ${crop})`);
  readonly #tags = new LoggedTags();
  readonly #redactions = new ExpectedRows('redactions', (key, { crop }) => `redaction ${key} (crop ${crop})`);
  readonly #reviews = new ExpectedRows('blind reviews', (key) => `blind review ${key}`);
  readonly #blind = new ExpectedRows(
    'blind reviews',
    (key, { review, crop }) => `decision ${key} of blind review ${review} (crop ${crop})`,
  );
  /** From when on the log holds what was written; undefined before such an entry. */
  #since: { at: number; whole: boolean } | undefined;
  compared = 0;

  /** Takes the entries of the log in their order. */
  read(entry: AuditEntry): void {
    const { action, detail, at } = entry;
    switch (action) {
      case 'case-created':
      case 'case-opened':
        if ((number(detail['schemaVersion']) ?? 0) >= firstRecorded)
          this.#since ??= { at: Date.parse(at), whole: entry.sequence === 1 };
        if (action === 'case-created' && typeof detail['id'] === 'string')
          this.#details.set(1, { ...caseValues(detail), id: detail['id'], created: at }, entry);
        break;
      case 'case-changed':
        this.#details.change(1, caseValues(detail), entry);
        break;
      case 'camera-changed':
        this.#readCamera(entry);
        break;
      case 'search':
        this.#readSearch(entry);
        break;
      case 'search-named':
        this.#searches.change(number(detail['searchId']) ?? 0, { name: text(detail['name']) }, entry);
        break;
      case 'decision':
        this.#readDecision(entry);
        break;
      case 'note-added':
      case 'note-removed':
        this.#readNote(entry);
        break;
      case 'tag-added':
      case 'tag-removed':
        this.#tags.read(entry);
        break;
      case 'redaction-changed':
        this.#readRedaction(entry);
        break;
      default:
        if (action.startsWith('import-')) this.#readImport(entry);
        else if (action.startsWith('blind-')) this.#readBlind(entry);
    }
  }

  /** Compares the tables. @returns findings, and undefined between two rows. */
  *compare(db: CaseDatabase): Generator<CaseFinding | undefined> {
    for (const finding of this.#compare(db)) {
      this.compared++;
      yield finding;
    }
  }

  *#compare(db: CaseDatabase): Generator<CaseFinding | undefined> {
    const since = this.#since;
    if (!since) {
      yield warning('log', 'audit log', 'It does not say since when it holds what was written.');
      return;
    }
    if (!since.whole)
      yield warning(
        'log',
        'audit log',
        `What was written before ${new Date(since.at).toISOString()} was written by an earlier version, whose log says less: changes to it are not noticed.`,
      );
    const isRecorded = ({ at }: RowValues): boolean =>
      since.whole || (typeof at === 'string' && Date.parse(at) >= since.at);
    const { whole } = since;
    yield* this.#details.compare(rows(db, caseSql), () => whole);
    yield* this.#batches.compare(batchRows(db), isRecorded);
    yield* this.#compareCameras(db);
    yield* this.#searches.compare(searchRows(db), isRecorded);
    yield* this.#decisions.compare(rows(db, decisionSql), isRecorded);
    yield* this.#notes.compare(rows(db, noteSql), isRecorded);
    yield* this.#tags.compare(db, isRecorded);
    yield* this.#redactions.compare(rows(db, redactionSql), isRecorded);
    yield* this.#reviews.compare(reviewRows(db));
    yield* this.#blind.compare(rows(db, blindSql));
  }

  #readCamera(entry: AuditEntry): void {
    const after = record(entry.detail['after']);
    const name = text(after['name']);
    if (name === null) return;
    const measuredAt = text(after['offsetMeasuredAt']);
    this.#cameras.set(
      name,
      {
        'time zone': text(after['timeZone']),
        'clock offset in ms': number(after['clockOffsetMs']),
        'offset measured by': text(after['offsetMeasuredBy']),
        'offset measured at': measuredAt === null ? null : new Date(measuredAt).toISOString(),
        note: text(after['note']),
      },
      entry,
    );
  }

  /** A camera that nobody changed is as an import made it: its clock is right. */
  *#compareCameras(db: CaseDatabase): Generator<CaseFinding | undefined> {
    const cameras = [...rows(db, cameraSql)];
    const changed = cameras.filter(({ key }) => this.#cameras.values(key));
    const untouched = cameras.filter(({ key }) => !this.#cameras.values(key));
    yield* this.#cameras.compare(changed);
    for (const { key, values } of untouched) {
      yield undefined;
      const touched =
        values['clock offset in ms'] !== 0 ||
        values['offset measured by'] !== '' ||
        values['offset measured at'] !== null ||
        values['note'] !== '';
      if (touched && this.#since?.whole)
        yield fault(
          'cameras',
          `camera "${key}"`,
          'Its clock offset, or who measured it, was changed: the log knows of no change.',
        );
    }
  }

  #readSearch(entry: AuditEntry): void {
    const id = number(entry.detail['searchId']);
    const { search, list } = record(entry.detail['digest']);
    if (id === null || typeof search !== 'string') return;
    this.#searches.set(
      id,
      { 'SHA-256 of the search': search, 'SHA-256 of the stored list': text(list), name: null },
      entry,
    );
  }

  #readDecision(entry: AuditEntry): void {
    const { detail, operator, at } = entry;
    const first = number(detail['firstId']);
    if (first === null) return;
    const restored = detail['undone'] === true ? record(detail['restored']) : undefined;
    integers(detail['cropIds']).forEach((crop, index) => {
      const verdict = restored ? text(restored[crop]) : text(detail['verdict']);
      this.#decisions.set(
        first + index,
        { crop, verdict, search: number(detail['searchId']), operator, at },
        entry,
      );
    });
  }

  #readNote(entry: AuditEntry): void {
    const { action, detail, operator, at } = entry;
    const id = number(detail['noteId']) ?? 0;
    if (action === 'note-removed') this.#notes.change(id, { removed: at }, entry);
    else if (detail['undone'] === true || detail['redone'] === true)
      this.#notes.change(id, { removed: null }, entry);
    else
      this.#notes.set(
        id,
        { crop: number(detail['cropId']), text: text(detail['text']), operator, at, removed: null },
        entry,
      );
  }

  #readRedaction(entry: AuditEntry): void {
    const { detail, operator, at } = entry;
    this.#redactions.set(
      number(detail['redactionId']) ?? 0,
      {
        crop: number(detail['cropId']),
        original: text(detail['sha256']),
        boxes: JSON.stringify(detail['boxes']),
        reason: text(detail['reason']),
        operator,
        at,
      },
      entry,
    );
  }

  #readImport(entry: AuditEntry): void {
    const { action, detail, operator, at } = entry;
    const id = number(detail['batchId']) ?? 0;
    const state = importStates[action];
    if (action === 'import-started') {
      const source = JSON.stringify(detail['source']);
      const options = JSON.stringify(detail['options']);
      this.#batches.set(id, { operator, at, source, options, state: 'running' }, entry);
    } else if (state !== undefined) {
      const items = detail['counts'] === undefined ? {} : { files: JSON.stringify(detail['counts']) };
      const known = this.#batches.values(id);
      if (!known) return;
      const { files: _files, ...others } = known;
      this.#batches.set(id, { ...others, state, ...items }, entry);
    }
  }

  #readBlind(entry: AuditEntry): void {
    const { action, detail, operator, at } = entry;
    const id = number(detail['reviewId']) ?? 0;
    if (action === 'blind-review-started')
      this.#reviews.set(
        id,
        {
          search: number(detail['searchId']),
          seed: text(detail['seed']),
          'first review until decision': number(detail['decisionsUntil']),
          operator,
          at,
          state: 'open',
          ended: null,
          'SHA-256 of the order': text(detail['orderSha256']),
        },
        entry,
      );
    else if (action === 'blind-review-finished')
      this.#reviews.change(id, { state: 'finished', ended: at }, entry);
    else if (action === 'blind-review-abandoned')
      this.#reviews.change(id, { state: 'abandoned', ended: at }, entry);
    else
      this.#blind.set(
        number(detail['decisionId']) ?? 0,
        { review: id, crop: number(detail['cropId']), verdict: text(detail['verdict']), operator, at },
        entry,
      );
  }
}

const importStates: Record<string, string> = {
  'import-resumed': 'running',
  'import-paused': 'paused',
  'import-interrupted': 'interrupted',
  'import-cancelled': 'cancelled',
  'import-finished': 'done',
  'import-failed': 'failed',
};

const detailNames = ['name', 'number', 'investigator', 'purpose', 'legalBasis', 'timeZone'];

function caseValues(detail: Record<string, unknown>): RowValues {
  const given = detailNames.filter((name) => typeof detail[name] === 'string');
  return Object.fromEntries(given.map((name) => [name, detail[name] as string]));
}

const caseSql = `SELECT 1 AS key, case_id AS id, name, number, investigator, purpose, legal_basis AS legalBasis,
  time_zone AS timeZone, created_at AS created FROM case_file`;
const cameraSql = `SELECT name AS key, time_zone AS "time zone", clock_offset_ms AS "clock offset in ms",
  offset_measured_by AS "offset measured by", offset_measured_at AS "offset measured at", note FROM cameras`;
const decisionSql = `SELECT id AS key, crop_id AS crop, verdict, search_id AS search, operator, at FROM decisions`;
const noteSql = `SELECT id AS key, crop_id AS crop, text, operator, at, removed_at AS removed FROM notes`;
const redactionSql = `SELECT r.id AS key, crop_id AS crop, m.sha256 AS original, boxes, reason, operator, at
  FROM redactions AS r JOIN media AS m ON m.id = r.media_id`;
const blindSql = `SELECT id AS key, review_id AS review, crop_id AS crop, verdict, operator, at FROM blind_decisions`;

function* rows(db: CaseDatabase, sql: string): Generator<{ key: string | number; values: RowValues }> {
  for (const { key, ...values } of db.prepare<[], RowValues & { key: string | number }>(sql).iterate())
    yield { key, values: withMoments(values) };
}

/** Points in time as the log has them. */
function withMoments(values: RowValues): RowValues {
  const moments = Object.entries(values).map(([name, value]) =>
    moment.has(name) && typeof value === 'number' && Math.abs(value) <= 8.64e15
      ? [name, new Date(value).toISOString()]
      : [name, value],
  );
  return Object.fromEntries(moments) as RowValues;
}

const moment = new Set(['at', 'created', 'removed', 'ended', 'offset measured at']);

function* batchRows(db: CaseDatabase): ReturnType<typeof rows> {
  const counts = db.prepare<[number], { state: string; count: number }>(
    'SELECT state, count(*) AS count FROM import_items WHERE batch_id = ? GROUP BY state',
  );
  const sql = `SELECT id AS key, operator, created_at AS at, source, options,
    CASE state WHEN 'scanning' THEN 'running' ELSE state END AS state FROM batches`;
  for (const { key, values } of rows(db, sql)) {
    const files: Record<string, number> = { pending: 0, imported: 0, duplicate: 0, present: 0, rejected: 0 };
    for (const { state, count } of counts.all(Number(key))) files[state] = count;
    yield { key, values: { ...values, files: JSON.stringify(files) } };
  }
}

function* searchRows(db: CaseDatabase): ReturnType<typeof rows> {
  for (const { key, values } of rows(db, `SELECT id AS key, name, at FROM searches`)) {
    const digest = searchDigest(db, Number(key));
    yield {
      key,
      values: {
        ...values,
        'SHA-256 of the search': digest?.search ?? null,
        'SHA-256 of the stored list': digest?.list ?? null,
      },
    };
  }
}

function* reviewRows(db: CaseDatabase): ReturnType<typeof rows> {
  const crops = db
    .prepare<[number], number>('SELECT crop_id FROM blind_review_crops WHERE review_id = ? ORDER BY place')
    .pluck();
  const sql = `SELECT id AS key, search_id AS search, seed, decisions_until AS "first review until decision", operator,
    started_at AS at, state, ended_at AS ended FROM blind_reviews`;
  for (const { key, values } of rows(db, sql)) {
    const shown = crops.all(Number(key));
    const isShuffled = JSON.stringify(blindOrder(String(values['seed']), shown)) === JSON.stringify(shown);
    const order = isShuffled
      ? createHash('sha256').update(JSON.stringify(shown)).digest('hex')
      : 'another order than that of its seed';
    yield { key, values: { ...values, 'SHA-256 of the order': order } };
  }
}
