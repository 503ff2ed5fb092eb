import type { Problem } from '../image-rejection.ts';
import type { CropBox } from '../plan.ts';

/** A box found in a frame. */
export interface Detection {
  /** Frame number, where there is one. */
  frame: number | null;
  /** File of the frame as the detection file names it; null where only the number is known. */
  file: string | null;
  track: string | null;
  box: CropBox;
  confidence: number | null;
}

/** What a detection file holds. */
export interface DetectionFile {
  detections: Detection[];
  /** Lines or annotations that cannot be used. */
  invalid: { where: string; problem: Problem }[];
}
