import type { Problem } from '../image-rejection.ts';
import type { CropPlan } from '../plan.ts';

/** A file or row as a source found it; what its name says is read later. */
export interface Found {
  /** Relative to the source's root, `/` between folders. */
  path: string;
  /** What the source itself knows (a manifest's columns, a detection's box). */
  known: Partial<CropPlan>;
  problem: Problem | null;
}

/** Where crops come from, opened and checked. */
export interface CropSource {
  /** Real path of the folder that every picture must lie in. */
  root: string;
  /** Whether a name that the pattern does not fit is a reason to reject the file. */
  namesMatter: boolean;
  /** Whether EXIF data are asked for a time that nothing else gives. */
  exif: boolean;
  /** Everything found, in an order that is the same every time. */
  found(signal: AbortSignal): AsyncGenerator<Found>;
}
