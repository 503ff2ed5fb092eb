import type { ErrorKind } from '../../errors.ts';
import type { Problem } from '../image-rejection.ts';
import type { CropBox, CropPlan } from '../plan.ts';
import type { StageTimes } from '../schema.ts';
import type { PictureSettings, ReadPicture } from './pictures.ts';

/** What a picture thread can be asked, and what it answers. `picture` is the number that the asking side gave it. */
interface PictureCalls {
  /** Asked first, and anew for every import. */
  begin: { asked: { settings: PictureSettings }; answer: null };
  open: {
    asked: { picture: number; path: string; plan: CropPlan };
    answer: { sourceKey: string; sha256: string };
  };
  cut: { asked: { picture: number }; answer: { box: CropBox; sha256: string } };
  /** `pixels` lie in memory that both threads see. */
  read: { asked: { picture: number; pixels: Float32Array }; answer: ReadPicture };
  keep: { asked: { picture: number; extension: string | null }; answer: string | null };
  drop: { asked: { picture: number }; answer: null };
}

export type PictureCall = keyof PictureCalls;
export type PictureQuestion<Call extends PictureCall> = PictureCalls[Call]['asked'];
export type PictureResult<Call extends PictureCall = PictureCall> = PictureCalls[Call]['answer'];

/** A question on its way to the thread. `id` comes back with the answer. */
export type PictureRequest = {
  [Call in PictureCall]: { id: number; type: Call } & PictureQuestion<Call>;
}[PictureCall];

/** `times` are those of the stages since the answer before. */
export type PictureAnswer = { id: number; times: StageTimes } & (
  | { kind: 'result'; result: PictureResult }
  | { kind: 'rejected'; problem: Problem }
  | { kind: 'failed'; error: { kind: ErrorKind; message: string; detail: Record<string, unknown> } }
);
