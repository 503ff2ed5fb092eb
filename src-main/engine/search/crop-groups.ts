import { withPlace } from './index/with-place.ts';

/** Which crops belong together: those of one track of a camera, and those with exactly the same bytes. */
export class CropGroups {
  readonly #tracks = new Chains();
  readonly #media = new Chains();
  readonly #trackNumbers = new Map<string, number>();

  /** Makes room for crops with ids up to one: growing by and by would leave as much memory behind again. */
  reserve(lastCropId: number): void {
    this.#media.reserve(lastCropId);
    this.#tracks.reserve(lastCropId);
  }

  /** Takes a crop in; ids come in ascending order. @param track unique within its camera. */
  add(cropId: number, mediaId: number, cameraId: number | null, track: string | null): void {
    this.#media.add(cropId, mediaId);
    if (track !== null) this.#tracks.add(cropId, this.#trackNumber(`${cameraId ?? ''}\u0000${track}`));
  }

  /** By crop id the number of its track, from 1 on without gaps; 0 for none. Not to be written to. */
  get tracks(): Int32Array {
    return this.#tracks.groups;
  }

  /** By crop id the number of its content: crops with the same number have exactly the same bytes. Not to be written to. */
  get media(): Int32Array {
    return this.#media.groups;
  }

  /** The crops of the same content, and of the same track, with the crop itself; newest first. */
  *companions(cropId: number, foldTracks: boolean): Generator<number> {
    yield* this.#media.with(cropId);
    if (foldTracks) yield* this.#tracks.with(cropId);
  }

  #trackNumber(key: string): number {
    const known = this.#trackNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#trackNumbers.size + 1;
    this.#trackNumbers.set(key, number);
    return number;
  }
}

/** Groups of crops, each a chain from its newest crop back to its first. */
class Chains {
  /** By crop id: the number of its group, 0 for none; and the crop before it in the group, 0 for none. */
  groups = new Int32Array(1024);
  #previous = new Int32Array(1024);
  /** By number of the group: its newest crop. */
  #newest = new Int32Array(1024);

  reserve(lastCropId: number): void {
    this.groups = withPlace(this.groups, lastCropId);
    this.#previous = withPlace(this.#previous, lastCropId);
  }

  add(cropId: number, group: number): void {
    this.groups = withPlace(this.groups, cropId);
    this.#previous = withPlace(this.#previous, cropId);
    this.#newest = withPlace(this.#newest, group);
    this.groups[cropId] = group;
    this.#previous[cropId] = this.#newest[group]!;
    this.#newest[group] = cropId;
  }

  *with(cropId: number): Generator<number> {
    const group = this.groups[cropId] ?? 0;
    if (group === 0) return;
    for (let member = this.#newest[group]!; member !== 0; member = this.#previous[member]!) yield member;
  }
}
