import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { packDigest as digestOf, parseManifest } from '../../../src-main/engine/inference/pack-files.ts';
import { ReportService } from '../../../src-main/engine/report/report-service.ts';
import { SigningService } from '../../../src-main/engine/report/signing/signing-service.ts';
import { encodeCropSet } from '../../../src-main/engine/search/crop-set.ts';
import { ListedRows, type ReportData } from '../../../src-main/engine/search/report-data.ts';
import { createCase, reopenCase } from '../../support/cases.ts';

const pack = join(import.meta.dirname, '..', '..', '..', 'models', 'descry-s');
const manifest = readFileSync(join(pack, 'pack.json'), 'utf8');
export const packDigest = digestOf(parseManifest(manifest, pack));

const identity = { operator: () => 'A. Tester', holder: 'test' };

/**
 * A case in a temporary folder with pictures in several formats, a model's record, and a ranked list of
 * them made by hand: the report's own work, without model and index.
 */
export class ReportCase {
  readonly folder: string;
  readonly openCase: OpenCase;
  readonly signing: SigningService;
  readonly service: ReportService;
  readonly cropIds: number[] = [];
  readonly #formats = ['jpeg', 'png', 'webp', 'tiff'] as const;

  private constructor(folder: string, openCase: OpenCase) {
    this.folder = folder;
    this.openCase = openCase;
    this.signing = new SigningService({ folder: join(folder, 'signing-keys') });
    // A plain case has it from the start; an encrypted one gets it beside it with its first export.
    mkdirSync(openCase.exportsFolder, { recursive: true });
    this.service = new ReportService({
      openCase,
      search: { reportData: (searchId, rows) => Promise.resolve(this.#data(searchId, rows)) },
      signing: this.signing,
      application: { name: 'Descry', version: '0.1.0' },
      models: () => Promise.resolve({ digest: packDigest, path: pack }),
    });
  }

  /** The case of another process that was ended. @param folder the other's. */
  static open(folder: string): ReportCase {
    const openCase = reopenCase(join(folder, 'case.descry'), identity);
    const opened = new ReportCase(folder, openCase);
    opened.cropIds.push(...openCase.db.prepare<[], number>('SELECT id FROM crops ORDER BY id').pluck().all());
    return opened;
  }

  static async create(count: number): Promise<ReportCase> {
    const folder = mkdtempSync(join(tmpdir(), 'descry-report-'));
    const details = {
      name: 'Fall 7',
      number: 'A/7',
      purpose: 'Find the way of a bicycle',
      timeZone: 'Europe/Berlin',
    };
    const made = new ReportCase(folder, createCase(join(folder, 'case'), details, identity));
    const { db, crops, cameras, media } = made.openCase;
    db.prepare(
      "INSERT INTO batches (id, state, created_at, operator, source, options) VALUES (1, 'done', 0, 'A. Tester', ?, '{}')",
    ).run(JSON.stringify({ kind: 'folder', path: '/footage' }));
    db.prepare(
      'INSERT INTO models (pack_id, version, digest, dimensions, manifest, added_at) VALUES (?, ?, ?, 256, ?, 0)',
    ).run('descry-s', '0.0.1', packDigest, manifest);
    const item = db.prepare(
      'INSERT INTO import_items (batch_id, sequence, path, plan, state, reason) VALUES (1, ?, ?, ?, ?, ?)',
    );
    const camera = cameras.ensure('North', 'Europe/Berlin');
    for (let n = 1; n <= count; n++) {
      const format = made.#formats[n % made.#formats.length]!;
      const bytes = await sharp({
        create: { width: 40 + n, height: 100, channels: 3, background: { r: n * 20, g: 90, b: 60 } },
      })
        .toFormat(format)
        .toBuffer();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const storedPath = await media.storeOriginal(sha256, `.${format}`, bytes);
      await media.storeThumbnail(sha256, await sharp(bytes).jpeg().toBuffer());
      const row = crops.ensureMedia({
        sha256,
        bytes: bytes.length,
        format,
        width: 40 + n,
        height: 100,
        storage: 'copy',
        storedPath,
      });
      item.run(n, `crop-${n}.${format}`, '{}', 'imported', null);
      made.cropIds.push(
        crops.insert({
          mediaId: row.id,
          batchId: 1,
          sourcePath: `/footage/crop-${n}.${format}`,
          fileName: `crop-${n}.${format}`,
          cameraId: camera.id,
          track: String(n),
          frame: null,
          box: null,
          frameSha256: null,
          recordedTime: '2026-03-14T12:00:00',
          timeSource: 'name',
          recordedAt: Date.UTC(2026, 2, 14, 11),
          correctedAt: Date.UTC(2026, 2, 14, 11),
          sourceKey: `key ${n}`,
        }),
      );
    }
    item.run(count + 1, 'broken.jpg', '{}', 'rejected', 'truncated');
    db.prepare(
      `INSERT INTO searches (id, at, operator, query, model_id, app_version, provider, runtime, gallery, distribution, warnings, query_vectors, searched, rows, elapsed_ms)
       VALUES (3, 0, 'A. Tester', '{}', 1, '0.1.0', 'cpu', 'ONNX Runtime', '{}', '{}', '[]', x'00', ?, ?, 1)`,
    ).run(encodeCropSet(Int32Array.from(made.cropIds)), count);
    return made;
  }

  dispose(): void {
    if (this.openCase.db.open) this.openCase.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #data(searchId: number, rows: number): ReportData {
    const scores = Float64Array.from(this.cropIds, (_, i) => 0.4 - i * 0.01);
    const ranked = this.cropIds.map((cropId, i) => ({ rank: i + 1, cropId, score: scores[i]!, folded: 1 }));
    return {
      search: {
        id: searchId,
        at: '2026-03-16T10:00:00+01:00',
        operator: 'A. Tester',
        name: null,
        query: {
          statements: [{ text: 'a man\u0007  with a bicycle', weight: 2 }],
          avoid: [],
          like: [{ cropId: this.cropIds[0]!, weight: 1 }],
          filter: {},
          foldTracks: true,
        },
        model: { id: 'descry-s', version: '0.0.1', digest: packDigest },
        appVersion: '0.1.0',
        provider: 'cpu',
        runtime: 'ONNX Runtime',
        gallery: {
          crops: this.cropIds.length,
          searched: this.cropIds.length,
          excluded: [],
          lastCropId: this.cropIds.length,
          digest: packDigest,
        },
        rows: this.cropIds.length,
        elapsedMs: 1,
        warnings: [],
      },
      distribution: {
        minimum: scores.at(-1)!,
        maximum: 0.4,
        mean: 0.35,
        standardDeviation: 0.15,
        bins: [3, 4, 5],
        standsOut: 'weak',
        explanation: 'Few rows.',
      },
      searched: Int32Array.from(this.cropIds),
      rows: new ListedRows(
        {
          cropIds: Int32Array.from(this.cropIds),
          scores,
          folded: new Int32Array(this.cropIds.length).fill(1),
        },
        rows,
      ),
      marked: ranked
        .slice(rows)
        .filter(({ cropId }) => this.openCase.crops.detail(cropId, 'UTC').verdict !== null),
      below: ranked.slice(rows, rows + 10),
      scores,
    };
  }
}
