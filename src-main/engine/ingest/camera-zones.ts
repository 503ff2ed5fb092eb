import type { OpenCase } from '../case/open-case.ts';
import type { ZoneOf } from './scan.ts';

/** The zone of each camera: its own when the case knows it, else the one of the import, else the case's. */
export class CameraZones {
  /** Of cameras that are new to the case. */
  readonly fallback: string;
  readonly #known: Map<string, string>;

  /** @param timeZone of cameras that are new; the case's when absent. */
  constructor(openCase: OpenCase, timeZone: string | undefined) {
    this.fallback = timeZone ?? openCase.timeZone;
    this.#known = new Map(openCase.cameras.list().map((camera) => [camera.name, camera.timeZone]));
  }

  readonly of: ZoneOf = (camera) => (camera === null ? undefined : this.#known.get(camera)) ?? this.fallback;

  names(): Set<string> {
    return new Set(this.#known.keys());
  }
}
