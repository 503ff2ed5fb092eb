import { endianness } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { CaseDatabase } from '../case/database.ts';
import type { Finding } from '../case/schema.ts';
import { DescryError } from '../errors.ts';
import { StoredVectors, type Damage } from '../search/index/stored-vectors.ts';
import type { PackManifest, PackSummary } from './schema.ts';

/** Crops that a finding names one by one. */
const namedCrops = 20;

export interface VectorCheck {
  /** Rows looked at so far, over all models that are checked, and how many there are. */
  done: number;
  total: number;
  finding: Finding | null;
}

interface ModelRow {
  id: number;
  pack_id: string;
  version: string;
  dimensions: number;
}

/** The vectors of a case, by model. */
export class EmbeddingStore {
  readonly #db: CaseDatabase;
  readonly #models = new Map<number, StoredVectors>();

  constructor(db: CaseDatabase) {
    if (endianness() !== 'LE')
      throw new DescryError('unsupported', 'Cases can only be used on little-endian machines.');
    this.#db = db;
  }

  /** The row of a model in this case, models.id; undefined when the case has nothing of it. */
  modelRow(digest: string): number | undefined {
    return this.#db.prepare<[string], number>('SELECT id FROM models WHERE digest = ?').pluck().get(digest);
  }

  /** The row of the model that a pack's id meant last in this case. */
  modelRowOfPack(packId: string): number | undefined {
    return this.#db
      .prepare<[string], number>('SELECT id FROM models WHERE pack_id = ? ORDER BY id DESC LIMIT 1')
      .pluck()
      .get(packId);
  }

  /** The row of a model in this case, made when it is not there. @returns models.id. */
  ensureModel(summary: PackSummary, manifest: PackManifest): number {
    const known = this.modelRow(summary.digest);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#db
      .prepare(
        'INSERT INTO models (pack_id, version, digest, dimensions, manifest, added_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(
        summary.id,
        summary.version,
        summary.digest,
        summary.dimensions,
        JSON.stringify(manifest),
        Date.now(),
      );
    return Number(lastInsertRowid);
  }

  /** What is stored of one model. @throws DescryError `not-found` when the case has no such model. */
  of(modelId: number): StoredVectors {
    const known = this.#models.get(modelId);
    if (known) return known;
    const dimensions = this.#db
      .prepare<[number], number>('SELECT dimensions FROM models WHERE id = ?')
      .pluck()
      .get(modelId);
    if (dimensions === undefined) throw new DescryError('not-found', `The case has no model ${modelId}.`);
    const stored = new StoredVectors(this.#db, modelId, dimensions);
    this.#models.set(modelId, stored);
    return stored;
  }

  /**
   * Adds vectors after the last one of a model. All or nothing, inside the caller's transaction where there is one.
   * @param vectors [cropIds.length, dimensions].
   * @throws an SQLite constraint error when a crop has a vector of this model already.
   * @throws DescryError `invalid-input` for vectors of another length, `case-damaged` when what is to be
   *   continued is damaged.
   */
  append(modelId: number, cropIds: readonly number[], vectors: Float32Array): void {
    this.of(modelId).append(cropIds, vectors);
  }

  /** Gives a crop the vector of another with the same content. @returns false when that one has none. */
  copy(modelId: number, fromCropId: number, toCropId: number): boolean {
    const vector = this.vectorOf(modelId, fromCropId);
    if (!vector) return false;
    this.append(modelId, [toCropId], vector);
    return true;
  }

  /** Erases the vectors of crops, of every model. Crops without one are passed over. */
  remove(cropIds: readonly number[]): void {
    this.#db.transaction(() => {
      for (const { id } of this.#modelRows()) this.of(id).remove(cropIds);
    })();
  }

  has(modelId: number, cropId: number): boolean {
    return this.of(modelId).has(cropId);
  }

  /** How many crops have a vector of this model. */
  count(modelId: number): number {
    const crops = this.#db
      .prepare<[number], number>('SELECT crops FROM embedding_counts WHERE model_id = ?')
      .pluck()
      .get(modelId);
    return crops ?? 0;
  }

  /** The stored vector, exactly; undefined when there is none or it is damaged. */
  vectorOf(modelId: number, cropId: number): Float32Array | undefined {
    return this.of(modelId).vectorOf(cropId);
  }

  /**
   * Checks all vectors against the SHA-256 that was stored with them, in sequence, some thousands a step.
   * Neighbours that are damaged are one finding.
   * @param modelId every model of the case when absent.
   */
  *check(modelId?: number): Generator<VectorCheck> {
    const models = this.#modelRows().filter(({ id }) => modelId === undefined || id === modelId);
    const total = models.reduce((sum, { id }) => sum + this.of(id).rowCount, 0);
    let before = 0;
    for (const model of models) {
      const stored = this.of(model.id);
      for (const { done, found } of runsOf(stored.verify()))
        yield { done: before + done, total, finding: found && describeDamage(model, found) };
      before += stored.rowCount;
    }
  }

  /**
   * Takes damaged vectors away, so that they can be made anew. Looks at every one, and lets others work meanwhile.
   * @returns the crops that have no vector of the model any more.
   */
  async dropDamaged(modelId: number, signal: AbortSignal): Promise<number[]> {
    const stored = this.of(modelId);
    const lost: number[] = [];
    for (const { damage } of stored.verify()) {
      // Codes are made anew from the vectors when they are next loaded.
      if (damage?.part === 'vectors') lost.push(...damage.cropIds);
      if (damage === null) await setImmediate();
      if (signal.aborted) return [];
    }
    if (lost.length > 0) stored.remove(lost);
    return lost;
  }

  #modelRows(): ModelRow[] {
    return this.#db
      .prepare<[], ModelRow>('SELECT id, pack_id, version, dimensions FROM models ORDER BY id')
      .all();
  }
}

/** Damage that touches becomes one. A step without any is passed on as it is. */
function* runsOf(
  steps: Iterable<{ done: number; damage: Damage | null }>,
): Generator<{ done: number; found: Damage | null }> {
  let open: Damage | null = null;
  for (const { done, damage } of steps) {
    if (!damage) {
      yield { done, found: null };
      continue;
    }
    if (open && !touches(open, damage)) yield { done, found: open };
    open = open && touches(open, damage) ? joined(open, damage) : damage;
  }
  if (open) yield { done: open.rows[1], found: open };
}

function touches(one: Damage, next: Damage): boolean {
  return one.part === next.part && one.rows[1] === next.rows[0];
}

function joined({ part, rows, cropIds }: Damage, next: Damage): Damage {
  return { part, rows: [rows[0], next.rows[1]], cropIds: [...cropIds, ...next.cropIds] };
}

function describeDamage({ pack_id: pack, version }: ModelRow, damage: Damage): Finding {
  const { part, cropIds } = damage;
  const [from, to] = damage.rows;
  const where = `vector rows ${from} to ${to - 1} of ${pack} ${version}`;
  const message =
    part === 'codes'
      ? 'The copy that searches read was changed or damaged: its SHA-256 does not fit. It is made anew from the vectors when the case is searched.'
      : `They are missing, changed or damaged: their SHA-256 does not fit. ${describeCrops(cropIds)} cannot be found by a search with this model until the model has read the case again.`;
  return { severity: part === 'codes' ? 'warning' : 'error', check: 'vectors', where, message };
}

function describeCrops(cropIds: readonly number[]): string {
  const first = cropIds[0];
  const last = cropIds.at(-1);
  if (first === undefined) return 'No crop';
  if (first === last) return `Crop ${first}`;
  const whole = last! - first === cropIds.length - 1 && cropIds.every((id, i) => id === first + i);
  if (whole) return `Crops ${first} to ${last}`;
  const unnamed = cropIds.length - namedCrops;
  const named = `Crops ${cropIds.slice(0, namedCrops).join(', ')}`;
  return unnamed > 0 ? `${named} and ${unnamed} more` : named;
}
