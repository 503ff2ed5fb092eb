import type { CropDetail } from '../case/schema.ts';
import type { Problem } from './image-rejection.ts';

export interface CropBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is known of a crop before its file is opened. */
export interface CropPlan {
  camera: string | null;
  track: string | null;
  frame: number | null;
  /** What the camera's clock showed. */
  time: string | null;
  timeSource: CropDetail['timeSource'];
  /** The exact instant, where the source gives one (an offset in the manifest, a frame rate); milliseconds since 1970 UTC. */
  instant: number | null;
  /** Part of the picture to cut out; null for a file that is a crop already. */
  box: CropBox | null;
  /** Bytes of the relative path, base64, where the name is not UTF-8. */
  rawPath: string | null;
}

/** A file or row that an import found, as it is written on the batch's work list. */
export interface PlannedItem {
  /** Relative to the source's root, `/` between folders; what is shown. */
  path: string;
  plan: CropPlan;
  /** Whether the pattern fits the name. */
  parsed: boolean;
  problem: Problem | null;
}

export const emptyPlan: CropPlan = {
  camera: null,
  track: null,
  frame: null,
  time: null,
  timeSource: 'none',
  instant: null,
  box: null,
  rawPath: null,
};

/** A plan as the work list keeps it: what is null is left out. */
export function encodePlan(plan: CropPlan): string {
  return JSON.stringify(plan, (_key, value: unknown) => (value === null ? undefined : value));
}

export function decodePlan(text: string): CropPlan {
  return { ...emptyPlan, ...(JSON.parse(text) as Partial<CropPlan>) };
}
