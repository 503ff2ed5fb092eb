import type { OpenCase } from '../case/open-case.ts';
import type { BatchRepository, ItemState } from '../case/repositories/batch-repository.ts';
import { CropSeals } from '../case/repositories/crop-seals.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { ImageRejection } from './image-rejection.ts';
import { requireCase, type Prepared, type ReadyCrop } from './prepare.ts';
import { timeRejection } from './scan.ts';
import type { WallClock } from './wall-clock.ts';

type CameraRow = ReturnType<OpenCase['cameras']['ensure']>;

interface Group {
  cropIds: number[];
  vectors: Float32Array[];
  cameras: Map<string, CameraRow>;
  /** Crops that are new to the case. */
  added: number[];
}

interface Times {
  recorded: string | null;
  source: ReadyCrop['plan']['timeSource'];
  at: number | null;
}

/** Writes prepared crops: rows, vectors and the state of the work list, all of a group in one transaction. */
export class BatchWriter {
  readonly #openCase: OpenCase;
  readonly #batches: BatchRepository;
  readonly #embeddings: EmbeddingStore;
  readonly #modelId: number;
  readonly #batchId: number;
  readonly #seals: CropSeals;
  /** Crops of this run whose rows have no digest yet. */
  #unsealed: number[] = [];
  readonly #timeZone: string;
  readonly #wallClock: WallClock;

  /** @param timeZone of cameras that are new to the case, and of crops without a camera. */
  constructor(
    parts: { openCase: OpenCase; batches: BatchRepository; embeddings: EmbeddingStore; modelId: number },
    batchId: number,
    timeZone: string,
    wallClock: WallClock,
  ) {
    this.#openCase = parts.openCase;
    this.#batches = parts.batches;
    this.#embeddings = parts.embeddings;
    this.#modelId = parts.modelId;
    this.#batchId = batchId;
    this.#seals = new CropSeals(parts.openCase.db);
    this.#timeZone = timeZone;
    this.#wallClock = wallClock;
  }

  /**
   * @returns ids of the crops that can be searched from now on, and how many items took which end.
   * @throws DescryError `case-gone`, `disk-full`; nothing of the group is stored then.
   */
  write(group: readonly Prepared[]): { cropIds: number[]; counts: Record<ItemState, number> } {
    requireCase(this.#openCase);
    const counts: Record<ItemState, number> = {
      pending: 0,
      imported: 0,
      duplicate: 0,
      present: 0,
      rejected: 0,
    };
    const { cropIds, vectors, cameras, added }: Group = {
      cropIds: [],
      vectors: [],
      cameras: new Map(),
      added: [],
    };
    let unsealed: number[] = [];
    this.#openCase.db.transaction(() => {
      for (const prepared of group) {
        const outcome = this.#writeOne(prepared, { cropIds, vectors, cameras, added });
        counts[outcome.state]++;
        this.#batches.settle(this.#batchId, prepared.sequence, {
          cropId: null,
          reason: null,
          detail: null,
          ...outcome,
        });
      }
      unsealed = this.#seals.add(this.#batchId, [...this.#unsealed, ...added]);
      if (cropIds.length > 0) this.#embeddings.append(this.#modelId, cropIds, concatenate(vectors));
    })();
    this.#unsealed = unsealed;
    return { cropIds, counts };
  }

  #writeOne(
    prepared: Prepared,
    { cropIds, vectors, cameras, added }: Group,
  ): { state: Exclude<ItemState, 'pending'>; cropId?: number; reason?: string; detail?: string } {
    if (prepared.kind === 'rejected') return { state: 'rejected', ...prepared.problem };
    if (prepared.kind === 'present') return { state: 'present', cropId: prepared.cropId };
    const { content, plan } = prepared;
    if (!content.vector) throw new Error('a crop without a vector must not be stored');
    const known = this.#openCase.crops.idBySourceKey(prepared.sourceKey);
    if (known !== undefined) {
      // Imported before, with another model: it gets a vector of this one.
      if (!this.#embeddings.has(this.#modelId, known) && !cropIds.includes(known)) {
        cropIds.push(known);
        vectors.push(content.vector);
      }
      return { state: 'present', cropId: known };
    }
    const camera = this.#camera(plan.camera, cameras);
    let times: Times;
    try {
      times = this.#times(prepared, camera?.timeZone ?? this.#timeZone);
    } catch (error) {
      if (error instanceof ImageRejection) return { state: 'rejected', ...error.problem };
      throw error;
    }
    const media = this.#openCase.crops.ensureMedia(content.media);
    const cropId = this.#openCase.crops.insert({
      mediaId: media.id,
      batchId: this.#batchId,
      sourcePath: prepared.sourcePath,
      fileName: prepared.fileName,
      cameraId: camera?.id ?? null,
      track: plan.track,
      frame: plan.frame,
      box: prepared.box,
      frameSha256: prepared.frameSha256,
      recordedTime: times.recorded,
      timeSource: times.source,
      recordedAt: times.at,
      correctedAt: times.at === null ? null : times.at + (camera?.clockOffsetMs ?? 0),
      sourceKey: prepared.sourceKey,
    });
    added.push(cropId);
    cropIds.push(cropId);
    vectors.push(content.vector);
    return { state: media.isNew ? 'imported' : 'duplicate', cropId };
  }

  #camera(name: string | null, cameras: Map<string, CameraRow>): CameraRow | null {
    if (name === null) return null;
    const camera = cameras.get(name) ?? this.#openCase.cameras.ensure(name, this.#timeZone);
    cameras.set(name, camera);
    return camera;
  }

  /** @throws ImageRejection when the camera's zone was changed since the scan and has no such time. */
  #times({ plan, content }: ReadyCrop, zone: string): Times {
    if (plan.time === null && content.exifTime === null) return { recorded: null, source: 'none', at: null };
    if (plan.time !== null) {
      if (plan.instant !== null) return { recorded: plan.time, source: plan.timeSource, at: plan.instant };
      const resolved = this.#wallClock.resolve(plan.time, zone);
      if ('problem' in resolved) throw timeRejection(plan.time, zone, resolved.problem);
      return { recorded: plan.time, source: plan.timeSource, at: resolved.ms };
    }
    const exif = content.exifTime!;
    const resolved = this.#wallClock.resolve(exif, zone);
    // EXIF is only offered: a camera that was never set must not keep the crop out.
    return 'ms' in resolved
      ? { recorded: exif, source: 'exif', at: resolved.ms }
      : { recorded: null, source: 'none', at: null };
  }
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
  let at = 0;
  for (const vector of vectors) {
    all.set(vector, at);
    at += vector.length;
  }
  return all;
}
