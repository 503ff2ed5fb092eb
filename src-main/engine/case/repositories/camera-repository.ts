import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { Camera, CameraChange } from '../schema.ts';
import { fromInstant, resolveWallTime, toInstant } from '../times.ts';

interface CameraRow {
  id: number;
  name: string;
  time_zone: string;
  clock_offset_ms: number;
  offset_measured_by: string;
  offset_measured_at: number | null;
  note: string;
  crops: number;
}

/** Cameras, their zones and the measured errors of their clocks. */
export class CameraRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  list(): Camera[] {
    return this.#db
      .prepare<[], CameraRow>(
        `SELECT c.*, coalesce(n.crops, 0) AS crops FROM cameras AS c
         LEFT JOIN (SELECT camera_id, sum(crops) AS crops FROM crop_counts GROUP BY camera_id) AS n ON n.camera_id = c.id ORDER BY name`,
      )
      .all()
      .map(toCamera);
  }

  /** The camera's row id, made with `timeZone` and no offset when it is new. */
  ensure(name: string, timeZone: string): { id: number; timeZone: string; clockOffsetMs: number } {
    this.#db
      .prepare('INSERT INTO cameras (name, time_zone) VALUES (?, ?) ON CONFLICT (name) DO NOTHING')
      .run(name, timeZone);
    return this.#db
      .prepare<[string], { id: number; timeZone: string; clockOffsetMs: number }>(
        'SELECT id, time_zone AS timeZone, clock_offset_ms AS clockOffsetMs FROM cameras WHERE name = ?',
      )
      .get(name)!;
  }

  /**
   * Changes zone, offset or their provenance, and recomputes the corrected time of the camera's crops
   * in the same transaction. What the clock showed is never changed.
   * @throws DescryError `not-found`.
   */
  change(change: CameraChange): { before: Camera; after: Camera } {
    return this.#db.transaction(() => {
      const row = this.#row(change.name);
      if (!row)
        throw new DescryError('not-found', `There is no camera "${change.name}" in this case.`, {
          camera: change.name,
        });
      const before = toCamera(row);
      const measuredAt =
        change.offsetMeasuredAt === undefined
          ? row.offset_measured_at
          : change.offsetMeasuredAt === null
            ? null
            : fromInstant(change.offsetMeasuredAt);
      this.#db
        .prepare(
          'UPDATE cameras SET time_zone = ?, clock_offset_ms = ?, offset_measured_by = ?, offset_measured_at = ?, note = ? WHERE id = ?',
        )
        .run(
          change.timeZone ?? row.time_zone,
          change.clockOffsetMs ?? row.clock_offset_ms,
          change.offsetMeasuredBy ?? row.offset_measured_by,
          measuredAt,
          change.note ?? row.note,
          row.id,
        );
      const changed = this.#row(change.name)!;
      if (changed.time_zone !== row.time_zone) this.#readClockAgain(changed);
      else if (changed.clock_offset_ms !== row.clock_offset_ms) {
        this.#db
          .prepare(
            'UPDATE crops SET corrected_at = recorded_at + ? WHERE camera_id = ? AND recorded_at IS NOT NULL',
          )
          .run(changed.clock_offset_ms, row.id);
      }
      return { before, after: toCamera(changed) };
    })();
  }

  /** Works out every crop's instant from its wall time in the camera's new zone; a time in a gap has none. */
  #readClockAgain(camera: CameraRow): void {
    const times = this.#db
      .prepare<[number], string>(
        'SELECT DISTINCT recorded_time FROM crops WHERE camera_id = ? AND recorded_time IS NOT NULL',
      )
      .pluck()
      .all(camera.id);
    const update = this.#db.prepare(
      'UPDATE crops SET recorded_at = ?, corrected_at = ? WHERE camera_id = ? AND recorded_time = ?',
    );
    for (const time of times) {
      const resolved = resolveWallTime(time, camera.time_zone);
      if ('ms' in resolved) update.run(resolved.ms, resolved.ms + camera.clock_offset_ms, camera.id, time);
      else update.run(null, null, camera.id, time);
    }
  }

  #row(name: string): CameraRow | undefined {
    return this.#db
      .prepare<[string], CameraRow>(
        'SELECT c.*, (SELECT coalesce(sum(crops), 0) FROM crop_counts WHERE camera_id = c.id) AS crops FROM cameras AS c WHERE name = ?',
      )
      .get(name);
  }
}

function toCamera(row: CameraRow): Camera {
  return {
    name: row.name,
    crops: row.crops,
    timeZone: row.time_zone,
    clockOffsetMs: row.clock_offset_ms,
    offsetMeasuredBy: row.offset_measured_by,
    offsetMeasuredAt: row.offset_measured_at === null ? null : toInstant(row.offset_measured_at, 'UTC'),
    note: row.note,
  };
}
