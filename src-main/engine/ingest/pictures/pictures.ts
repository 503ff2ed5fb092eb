import type { NewMedia } from '../../case/repositories/crop-repository.ts';
import type { PackManifest } from '../../inference/schema.ts';
import type { CropBox, CropPlan } from '../plan.ts';

/** What holds for all pictures of an import. */
export interface PictureSettings {
  /** Real path of the folder that every file must lie in. */
  root: string;
  casePath: string;
  /** Of an encrypted case; null for one that is not. */
  caseKey: Uint8Array | null;
  /** What the model reads. */
  image: PackManifest['image'];
  /** Originals stay where they are. */
  reference: boolean;
  /** Whether times are taken from EXIF. */
  exif: boolean;
}

/** A picture whose files are written. */
export interface ReadPicture {
  media: NewMedia;
  /** What the camera wrote of the time, where it was asked for. */
  exifTime: string | null;
}

/** A file that was read and hashed, or a box of one. It is held until `read`, `keep` or `drop`, or an error. */
export interface OpenedPicture {
  /** Identity of the crop's origin; see `sourceKeyOf`. */
  readonly sourceKey: string;
  /** SHA-256 of the file: of the crop, or of the frame that a box is to be cut out of. */
  readonly sha256: string;
  /**
   * Cuts the plan's box out of the frame; what was opened is the crop from now on.
   * @returns the box on whole pixels, and the SHA-256 of the crop. @throws ImageRejection.
   */
  cut(): Promise<{ box: CropBox; sha256: string }>;
  /**
   * Decodes it, stores the original and, where one is wanted, a thumbnail in the case, and prepares it for the model.
   * @param pixels [3, height, width] of the model; written.
   * @throws ImageRejection; DescryError `case-gone`, `disk-full`, `read-only`.
   */
  read(pixels: Float32Array): Promise<ReadPicture>;
  /**
   * For a content that the case knows: writes the copy again, should it have been lost.
   * @param extension of the copy; null where the case keeps none.
   * @returns what EXIF says of the time. @throws DescryError as `read`.
   */
  keep(extension: string | null): Promise<string | null>;
  /** It is not needed. */
  drop(): void;
}

/** Takes files from their place to what the case and the model need of them. */
export interface Pictures {
  /**
   * @param path relative to the root.
   * @throws ImageRejection; DescryError `not-found` when the whole source is gone.
   */
  open(path: string, plan: CropPlan): Promise<OpenedPicture>;
}
