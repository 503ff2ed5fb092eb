import type { Statement } from 'better-sqlite3';
import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';

export type StoredBatchState =
  'scanning' | 'running' | 'paused' | 'interrupted' | 'cancelled' | 'done' | 'failed';
export type ItemState = 'pending' | 'imported' | 'duplicate' | 'present' | 'rejected';

export interface BatchRow {
  id: number;
  state: StoredBatchState;
  /** Milliseconds since 1970 UTC. */
  createdAt: number;
  finishedAt: number | null;
  operator: string;
  /** JSON. */
  source: string;
  options: string;
  error: string | null;
  /** How far taking it out of the case again has come; null when nobody asked for it. */
  removal: 'running' | 'cancelled' | 'done' | null;
}

export interface NewItem {
  path: string;
  /** JSON. */
  plan: string;
  problem: { reason: string; detail: string } | null;
}

export interface PendingItem {
  sequence: number;
  path: string;
  plan: string;
  /** How often reading this item was begun and not finished. */
  tries: number;
}

export interface SettledItem {
  state: Exclude<ItemState, 'pending'>;
  cropId: number | null;
  reason: string | null;
  detail: string | null;
}

export interface RejectedItem {
  path: string;
  reason: string;
  detail: string;
}

const columns =
  'id, state, created_at AS createdAt, finished_at AS finishedAt, operator, source, options, error, (SELECT r.state FROM batch_removals AS r WHERE r.batch_id = batches.id) AS removal';
const tryMark = 'try ';

/** Batches and their work lists. */
export class BatchRepository {
  readonly #db: CaseDatabase;
  /** Asked for every item, so prepared once. */
  #settle: Statement<unknown[]> | undefined;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /** @param at milliseconds since 1970 UTC. */
  create(operator: string, source: unknown, options: unknown, at = Date.now()): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO batches (state, created_at, operator, source, options) VALUES ('scanning', ?, ?, ?, ?)`,
      )
      .run(at, operator, JSON.stringify(source), JSON.stringify(options));
    return Number(lastInsertRowid);
  }

  /** @throws DescryError `not-found`. */
  get(batchId: number): BatchRow {
    const row = this.#db
      .prepare<[number], BatchRow>(`SELECT ${columns} FROM batches WHERE id = ?`)
      .get(batchId);
    if (!row) throw new DescryError('not-found', `There is no import ${batchId} in this case.`, { batchId });
    return row;
  }

  /** Newest first. */
  list(): BatchRow[] {
    return this.#db.prepare<[], BatchRow>(`SELECT ${columns} FROM batches ORDER BY id DESC`).all();
  }

  /** Oldest first. */
  inStates(...states: StoredBatchState[]): BatchRow[] {
    return this.#db
      .prepare<[string], BatchRow>(
        `SELECT ${columns} FROM batches WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id`,
      )
      .all(JSON.stringify(states));
  }

  /** Enters a state; `done`, `cancelled` and `failed` get the time of now as their end. */
  setState(batchId: number, state: StoredBatchState, error: string | null = null): void {
    const finishedAt = state === 'done' || state === 'cancelled' || state === 'failed' ? Date.now() : null;
    this.#db
      .prepare('UPDATE batches SET state = ?, finished_at = ?, error = ? WHERE id = ?')
      .run(state, finishedAt, error, batchId);
  }

  counts(batchId: number): Record<ItemState, number> {
    const counts: Record<ItemState, number> = {
      pending: 0,
      imported: 0,
      duplicate: 0,
      present: 0,
      rejected: 0,
    };
    const rows = this.#db
      .prepare<[number], { state: ItemState; count: number }>(
        'SELECT state, count(*) AS count FROM import_items WHERE batch_id = ? GROUP BY state',
      )
      .all(batchId);
    for (const { state, count } of rows) counts[state] = count;
    return counts;
  }

  /** Adds items to the end of the work list, in one transaction. @param firstSequence of the first of them. */
  addItems(batchId: number, firstSequence: number, items: readonly NewItem[]): void {
    const insert = this.#db.prepare(
      'INSERT INTO import_items (batch_id, sequence, path, plan, state, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#db.transaction(() => {
      items.forEach(({ path, plan, problem }, index) => {
        insert.run(
          batchId,
          firstSequence + index,
          path,
          plan,
          problem ? 'rejected' : 'pending',
          problem?.reason ?? null,
          problem?.detail ?? null,
        );
      });
    })();
  }

  clearItems(batchId: number): void {
    this.#db.prepare('DELETE FROM import_items WHERE batch_id = ?').run(batchId);
  }

  /** Items still to do, in order, read a page at a time: the list may change meanwhile. */
  *pending(batchId: number): Generator<PendingItem> {
    const page = this.#db.prepare<[number, number], Omit<PendingItem, 'tries'> & { detail: string | null }>(
      `SELECT sequence, path, plan, detail FROM import_items WHERE batch_id = ? AND state = 'pending' AND sequence > ? ORDER BY sequence LIMIT 512`,
    );
    for (let after = -1; ;) {
      const rows = page.all(batchId, after);
      if (rows.length === 0) return;
      for (const { detail, ...item } of rows) {
        after = item.sequence;
        yield { ...item, tries: detail?.startsWith(tryMark) ? Number(detail.slice(tryMark.length)) : 0 };
      }
    }
  }

  /** Notes that an item is being read, so that one that ends the process can be told. */
  markTry(batchId: number, item: PendingItem): void {
    this.#db
      .prepare('UPDATE import_items SET detail = ? WHERE batch_id = ? AND sequence = ?')
      .run(`${tryMark}${item.tries + 1}`, batchId, item.sequence);
  }

  settle(batchId: number, sequence: number, { state, cropId, reason, detail }: SettledItem): void {
    this.#settle ??= this.#db.prepare(
      'UPDATE import_items SET state = ?, crop_id = ?, reason = ?, detail = ? WHERE batch_id = ? AND sequence = ?',
    );
    this.#settle.run(state, cropId, reason, detail, batchId, sequence);
  }

  rejected(batchId: number, offset: number, limit: number): { total: number; rows: RejectedItem[] } {
    const total = this.#db
      .prepare<[number], number>(
        `SELECT count(*) FROM import_items WHERE batch_id = ? AND state = 'rejected'`,
      )
      .pluck()
      .get(batchId)!;
    const rows = this.#db
      .prepare<[number, number, number], RejectedItem>(
        `SELECT path, reason, detail FROM import_items WHERE batch_id = ? AND state = 'rejected' ORDER BY sequence LIMIT ? OFFSET ?`,
      )
      .all(batchId, limit, offset);
    return { total, rows };
  }

  /** How many items were rejected for each reason. */
  rejectReasons(batchId: number): Record<string, number> {
    const rows = this.#db
      .prepare<[number], { reason: string; count: number }>(
        `SELECT reason, count(*) AS count FROM import_items WHERE batch_id = ? AND state = 'rejected' GROUP BY reason ORDER BY reason`,
      )
      .all(batchId);
    return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
  }
}
