import type { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { resolveWallTime } from '../../src-main/engine/case/times.ts';

export interface CropRow {
  camera?: string;
  /** Wall time of the camera's clock. */
  time?: string;
  track?: string;
  fileName?: string;
  /** Crops with the same content share it. */
  content?: string;
}

let contents = 0;

/** Adds crop rows without files, for tests of what works on the database alone. Returns their ids. */
export function addCrops(openCase: OpenCase, rows: readonly CropRow[]): number[] {
  return openCase.db.transaction(() => {
    const batchId = openCase.db
      .prepare(
        "INSERT INTO batches (state, created_at, operator, source, options) VALUES ('done', 0, 'A. Tester', '{}', '{}')",
      )
      .run().lastInsertRowid;
    return rows.map((row, index) => {
      const camera =
        row.camera === undefined ? undefined : openCase.cameras.ensure(row.camera, openCase.timeZone);
      const resolved =
        row.time === undefined ? undefined : resolveWallTime(row.time, camera?.timeZone ?? openCase.timeZone);
      const ms = resolved && 'ms' in resolved ? resolved.ms : null;
      const sha256 = (row.content ?? `content ${contents++}`)
        .split('')
        .map((character) => character.charCodeAt(0).toString(16).padStart(2, '0'))
        .join('')
        .padEnd(64, '0')
        .slice(-64);
      const media = openCase.crops.ensureMedia({
        sha256,
        bytes: 1,
        format: 'jpeg',
        width: 48,
        height: 128,
        storage: 'copy',
        storedPath: `${sha256}.jpg`,
      });
      const fileName = row.fileName ?? `crop-${index}.jpg`;
      return openCase.crops.insert({
        mediaId: media.id,
        batchId: Number(batchId),
        sourcePath: `/footage/${fileName}`,
        fileName,
        cameraId: camera?.id ?? null,
        track: row.track ?? null,
        frame: null,
        box: null,
        frameSha256: null,
        recordedTime: row.time ?? null,
        timeSource: row.time === undefined ? 'none' : 'name',
        recordedAt: ms,
        correctedAt: ms === null ? null : ms + (camera?.clockOffsetMs ?? 0),
        sourceKey: `${batchId}/${index}`,
      });
    });
  })();
}
