import { resolve } from 'node:path';
import { keyOf, type CaseDatabase } from '../case/database.ts';
import { CaseSnapshot } from '../case/case-snapshot.ts';
import type { OpenCase } from '../case/open-case.ts';
import type { Verification } from '../case/schema.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { breathe, fault, type CaseFinding } from './case/case-finding.ts';
import { checkTimes, LoggedSeals } from './case/check-crops.ts';
import { checkDatabase } from './case/check-database.ts';
import { checkHead, LoggedExports, openExport } from './case/check-exports.ts';
import { checkMedia } from './case/check-media.ts';
import { checkSchema } from './case/check-schema.ts';
import { findingKey, LastSound, namedFindings } from './case/last-sound.ts';
import { LogRecords } from './case/log-records.ts';

export interface VerifyProgress {
  done: number;
  total: number;
  step: string;
}

export interface VerifyEvent {
  progress: VerifyProgress;
  verification: Verification | null;
}

export interface VerifyOptions {
  /** Also read every original (minutes for a large case). */
  media: boolean;
  /** Exports kept elsewhere whose chain heads the log must have. */
  exports?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** What is always checked; a verification's entry names what it checked. */
const alwaysChecked = [
  ...[
    'database',
    'schema',
    'references',
    'audit',
    'case record',
    'imports',
    'cameras',
    'searches',
    'decisions',
  ],
  ...['notes', 'tags', 'redactions', 'blind reviews', 'crops', 'times', 'vectors', 'exports', 'chain heads'],
];
/** Milliseconds that a check works before it lets others. */
const longestTurn = 15;

/**
 * Checks a case against itself: the database's own check, its schema against that of a new case,
 * references, the chain of the log, rows against what the log says was written, vector blocks, exports and
 * their chain heads, every original and thumbnail. What others write meanwhile is not looked at. The last
 * event carries the verdict, which becomes an entry of the log.
 * @throws DescryError `cancelled`, `case-gone`.
 */
export async function* verifyCase(
  openCase: OpenCase,
  embeddings: EmbeddingStore,
  options: VerifyOptions,
): AsyncGenerator<VerifyEvent> {
  const snapshot = CaseSnapshot.take(openCase);
  try {
    yield* new CaseCheck(openCase, snapshot, embeddings, options).run();
  } finally {
    snapshot.close();
  }
}

class CaseCheck {
  readonly #case: OpenCase;
  readonly #snapshot: CaseSnapshot;
  readonly #embeddings: EmbeddingStore;
  readonly #options: VerifyOptions;
  readonly #findings: CaseFinding[] = [];
  readonly #records = new LogRecords();
  readonly #seals = new LoggedSeals();
  readonly #exports = new LoggedExports();
  readonly #lastSound = new LastSound();
  readonly #checked = { media: 0, vectors: 0, auditEntries: 0, records: 0, exports: 0 };
  #total = 0;
  #done = 0;
  #turn = performance.now();

  constructor(
    openCase: OpenCase,
    snapshot: CaseSnapshot,
    embeddings: EmbeddingStore,
    options: VerifyOptions,
  ) {
    this.#case = openCase;
    this.#snapshot = snapshot;
    this.#embeddings = embeddings;
    this.#options = options;
  }

  async *run(): AsyncGenerator<VerifyEvent> {
    const { db } = this.#snapshot;
    const { media, exports = [] } = this.#options;
    const crops = count(db, 'crops');
    this.#total = 4 + count(db, 'audit') + 2 * crops + (media ? count(db, 'media') : 0);
    yield* this.#step('Database', () => this.#integrity());
    yield* this.#step('Schema', () => checkSchema(db));
    yield* this.#step('Audit log', () => this.#log());
    yield* this.#step('Records', () => this.#records.compare(db));
    this.#checked.records = this.#records.compared;
    yield* this.#step('Crops', () => this.#crops(db));
    yield* this.#step('Times', () => checkTimes(db));
    yield* this.#step('Vectors', () => this.#vectors());
    yield* this.#step('Exports', () =>
      this.#exports.compare(db, this.#case.exportsFolder, this.#options.signal),
    );
    this.#checked.exports = this.#exports.size + exports.length;
    for (const path of exports) yield* this.#step('Exports', () => this.#otherExport(db, path));
    if (media) yield* this.#step('Originals', () => this.#media(db));
    const verification = this.#verdict();
    yield { progress: { done: this.#total, total: this.#total, step: 'Done' }, verification };
  }

  /** Runs a check. One that cannot be made because of what is wrong with the database is itself a finding. */
  async *#step(
    name: string,
    check: () => Iterable<CaseFinding | undefined> | AsyncIterable<CaseFinding | undefined>,
  ): AsyncGenerator<VerifyEvent> {
    yield this.#progress(name);
    try {
      for await (const finding of inTurns(check())) {
        if (finding) this.#findings.push(finding);
        if (performance.now() - this.#turn < longestTurn) continue;
        await breathe();
        this.#options.signal?.throwIfAborted();
        yield this.#progress(name);
        this.#turn = performance.now();
      }
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      this.#findings.push(fault('database', name, `It could not be checked to its end: ${message}`));
    }
    this.#options.signal?.throwIfAborted();
  }

  async *#integrity(): AsyncGenerator<CaseFinding> {
    yield* await checkDatabase(this.#snapshot.db, keyOf(this.#snapshot.db), this.#options.signal);
  }

  /** Reads the log once, for its chain and for all that is compared with it. */
  *#log(): Generator<CaseFinding | undefined> {
    let sound = true;
    for (const { entry, finding } of this.#snapshot.audit.check()) {
      this.#done++;
      this.#checked.auditEntries++;
      if (finding) sound = false;
      yield finding ?? undefined;
      if (!entry) continue;
      this.#records.read(entry);
      this.#seals.read(entry);
      this.#exports.read(entry);
      if (sound) this.#lastSound.read(entry);
    }
  }

  *#crops(db: CaseDatabase): Generator<CaseFinding | undefined> {
    for (const { finding, crops } of this.#seals.compare(db)) {
      this.#done += crops;
      this.#checked.records += crops;
      yield finding;
    }
  }

  *#vectors(): Generator<CaseFinding | undefined> {
    for (const { total, finding } of this.#embeddings.check()) {
      this.#checked.vectors = total;
      yield finding ?? undefined;
    }
  }

  async *#otherExport(db: CaseDatabase, path: string): AsyncGenerator<CaseFinding> {
    const files = await openExport(resolve(path));
    try {
      yield* checkHead(db, files, path, this.#options.signal);
    } finally {
      await files.close();
    }
  }

  async *#media(db: CaseDatabase): AsyncGenerator<CaseFinding | undefined> {
    for await (const { read, findings } of checkMedia(db, this.#case.media, this.#options.signal)) {
      this.#done += read;
      this.#checked.media += read;
      yield undefined;
      yield* findings;
    }
  }

  #progress(step: string): VerifyEvent {
    return {
      progress: { done: Math.min(this.#done, this.#total), total: this.#total, step },
      verification: null,
    };
  }

  #verdict(): Verification {
    const findings = this.#findings.map((finding) => this.#lastSound.complete(finding));
    const verification: Verification = {
      ok: !findings.some(({ severity }) => severity === 'error'),
      path: this.#case.path,
      checked: this.#checked,
      findings,
    };
    try {
      this.#case.audit.append('verified', {
        ok: verification.ok,
        findings: findings.length,
        checks: [...alwaysChecked, ...(this.#options.media ? ['media', 'thumbnails'] : [])],
        found: findings.slice(0, namedFindings).map(findingKey),
        media: this.#checked.media,
      });
    } catch (error) {
      const message = `This verification could not be written into it: ${error instanceof Error ? error.message : String(error)}`;
      return {
        ...verification,
        ok: false,
        findings: [...findings, { ...fault('audit', 'audit log', message), lastSound: null }],
      };
    }
    return verification;
  }
}

async function* inTurns<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  if (Symbol.asyncIterator in items) yield* items;
  else for (const item of items) yield item;
}

function count(db: CaseDatabase, table: 'audit' | 'crops' | 'media'): number {
  return db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!;
}
