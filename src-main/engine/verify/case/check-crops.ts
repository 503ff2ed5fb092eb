import { createHash } from 'node:crypto';
import type { CaseDatabase } from '../../case/database.ts';
import { CropSeals, type CropSeal } from '../../case/repositories/crop-seals.ts';
import type { AuditEntry } from '../../case/schema.ts';
import { fault, warning, type CaseFinding, type WrittenBy } from './case-finding.ts';
import { number, record } from './log-values.ts';

/** What the log says of the crops of each import. */
export class LoggedSeals {
  readonly #seals = new Map<number, { seal: CropSeal; written: WrittenBy }>();
  /** Imports that go on at present: crops come in that no entry speaks of. */
  readonly #running = new Set<number>();
  /** Imports that were taken out of the case, or of which a part was. */
  readonly #removed = new Set<number>();

  read({ action, detail, sequence, at }: AuditEntry): void {
    const written = { sequence, at };
    if (action === 'camera-changed') {
      for (const [batch, seal] of Object.entries(record(detail['seals'])))
        this.#set(Number(batch), seal, written);
      return;
    }
    const batchId = number(detail['batchId']);
    if (batchId !== null && action.startsWith('batch-remov')) this.#removed.add(batchId);
    if (!action.startsWith('import-') || batchId === null) return;
    if (action === 'import-started' || action === 'import-resumed') this.#running.add(batchId);
    else {
      this.#running.delete(batchId);
      this.#set(batchId, detail['seal'], written);
    }
  }

  /** Compares crops, cameras' names and zones, and what is known of originals. @returns findings, and undefined after every chunk. */
  *compare(db: CaseDatabase): Generator<{ finding: CaseFinding | undefined; crops: number }> {
    const seals = new CropSeals(db);
    const batches = db.prepare<[], number>('SELECT id FROM batches ORDER BY id').pluck().all();
    for (const batchId of new Set([...batches, ...seals.batches(), ...this.#seals.keys()]))
      yield* this.#compareBatch(db, seals, batchId);
  }

  *#compareBatch(
    db: CaseDatabase,
    seals: CropSeals,
    batchId: number,
  ): Generator<{ finding: CaseFinding | undefined; crops: number }> {
    const logged = this.#seals.get(batchId);
    if (!this.#removed.has(batchId))
      for (const id of removedCrops(db, batchId))
        yield {
          finding: fault(
            'crops',
            `crop ${id} (import ${batchId})`,
            'It is marked as taken out of the case, and the log knows nothing of that.',
          ),
          crops: 0,
        };
    const known = new Set<number>();
    const digest = createHash('sha256');
    for (const { digests } of seals.chunks(batchId)) {
      digest.update(digests);
      const { ids, changed, missing } = seals.compare(digests);
      for (const id of ids) known.add(id);
      for (const id of changed)
        yield {
          finding: fault(
            'crops',
            `crop ${id} (import ${batchId})`,
            'Its row, or that of its camera or original, was changed.',
            logged?.written,
          ),
          crops: 0,
        };
      for (const id of missing)
        yield {
          finding: fault(
            'crops',
            `crop ${id} (import ${batchId})`,
            'Its row is not there any more.',
            logged?.written,
          ),
          crops: 0,
        };
      yield { finding: undefined, crops: ids.length };
    }
    const unsealed = unknownCrops(db, batchId, known);
    if (this.#running.has(batchId)) return;
    if (!logged) {
      if (unsealed.length > 0)
        yield {
          finding: warning(
            'crops',
            `import ${batchId}`,
            `The log has no digest of its ${unsealed.length} crops: they were imported by an earlier version, and changes to their rows are not noticed.`,
          ),
          crops: 0,
        };
      return;
    }
    const { seal, written } = logged;
    if (seal.crops !== known.size || seal.sha256 !== digest.digest('hex'))
      yield {
        finding: fault(
          'crops',
          `digests of import ${batchId}`,
          `They are not those that audit entry ${written.sequence} speaks of: digests or rows of crops were changed, added or taken away.`,
          written,
        ),
        crops: 0,
      };
    for (const id of unsealed)
      yield {
        finding: fault(
          'crops',
          `crop ${id} (import ${batchId})`,
          'The log knows nothing of it: it was added.',
        ),
        crops: 0,
      };
  }

  #set(batchId: number, value: unknown, written: WrittenBy): void {
    const { crops, sha256 } = record(value);
    if (typeof crops === 'number' && typeof sha256 === 'string')
      this.#seals.set(batchId, { seal: { crops, sha256 }, written });
  }
}

/** Crops of an import without a digest; at most as many as one wants to read of. */
function unknownCrops(db: CaseDatabase, batchId: number, known: ReadonlySet<number>): number[] {
  const unknown = [];
  for (const id of db
    .prepare<[number], number>(
      // A crop that this import met again, and keeps since the one that brought it was taken out, is sealed there.
      `SELECT id FROM crops AS c WHERE batch_id = ? AND NOT EXISTS (
         SELECT 1 FROM import_items WHERE crop_id = c.id AND batch_id = c.batch_id AND state = 'present') ORDER BY id`,
    )
    .pluck()
    .iterate(batchId))
    if (!known.has(id)) unknown.push(id);
  return unknown;
}

function removedCrops(db: CaseDatabase, batchId: number): number[] {
  return db
    .prepare<[number], number>(
      'SELECT id FROM crops WHERE batch_id = ? AND removed_at IS NOT NULL ORDER BY id LIMIT 100',
    )
    .pluck()
    .all(batchId);
}

/** Corrected times follow from the recorded ones and the cameras' clock offsets. */
export function* checkTimes(db: CaseDatabase): Generator<CaseFinding | undefined> {
  const last = db.prepare<[], number | null>('SELECT max(id) FROM crops').pluck().get() ?? 0;
  const wrong = db.prepare<[number, number], { id: number; corrected: number | null }>(
    `SELECT c.id, c.corrected_at AS corrected FROM crops AS c LEFT JOIN cameras AS cam ON cam.id = c.camera_id
     WHERE c.id > ? AND c.id <= ? AND c.corrected_at IS NOT c.recorded_at + coalesce(cam.clock_offset_ms, 0)`,
  );
  const step = 20_000;
  for (let after = 0; after < last; after += step) {
    for (const { id } of wrong.all(after, after + step))
      yield fault(
        'times',
        `crop ${id}`,
        'Its corrected time is not its recorded time plus the clock offset of its camera.',
      );
    yield undefined;
  }
}
