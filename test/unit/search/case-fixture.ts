import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { createCase } from '../../support/cases.ts';

export interface FixtureCrop {
  fileName?: string;
  camera?: string | null;
  track?: string | null;
  /** Milliseconds since 1970 UTC. */
  time?: number | null;
  /** Crops with the same content have the same bytes. */
  content?: string;
  batch?: number;
}

/** A case in a temporary folder, with crops that need no pictures. */
export class CaseFixture {
  readonly openCase: OpenCase;
  readonly #folder = mkdtempSync(join(tmpdir(), 'descry-test-'));
  #sequence = 0;

  constructor(timeZone = 'Europe/Berlin', operator = (): string => 'A. Tester') {
    this.openCase = createCase(
      join(this.#folder, 'case'),
      { name: 'Test', timeZone },
      { operator, holder: 'test' },
    );
  }

  /** @returns ids of the crops, in order. */
  add(crops: readonly FixtureCrop[]): number[] {
    const { openCase } = this;
    return openCase.db.transaction(() =>
      crops.map((crop) => {
        const number = ++this.#sequence;
        const batchId = crop.batch ?? 1;
        openCase.db
          .prepare(
            "INSERT INTO batches (id, state, created_at, operator, source, options) VALUES (?, 'done', 0, 'A. Tester', ?, '{}') ON CONFLICT DO NOTHING",
          )
          .run(batchId, JSON.stringify({ kind: 'folder', path: `/footage/batch-${batchId}` }));
        const sha256 = Buffer.from(crop.content ?? `crop ${number}`)
          .toString('hex')
          .padEnd(64, '0')
          .slice(0, 64);
        const media = openCase.crops.ensureMedia({
          sha256,
          bytes: 1,
          format: 'jpeg',
          width: 48,
          height: 128,
          storage: 'copy',
          storedPath: 'x.jpg',
        });
        const camera = crop.camera == null ? null : openCase.cameras.ensure(crop.camera, openCase.timeZone);
        const fileName = crop.fileName ?? `crop-${number}.jpg`;
        return openCase.crops.insert({
          mediaId: media.id,
          batchId,
          sourcePath: `/footage/${fileName}`,
          fileName,
          cameraId: camera?.id ?? null,
          track: crop.track ?? null,
          frame: null,
          box: null,
          frameSha256: null,
          recordedTime: null,
          timeSource: crop.time == null ? 'none' : 'name',
          recordedAt: crop.time ?? null,
          correctedAt: crop.time ?? null,
          sourceKey: `key ${number}`,
        });
      }),
    )();
  }

  dispose(): void {
    this.openCase.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
