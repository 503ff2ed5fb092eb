import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { searchQuery } from '../../src-main/engine/search/schema.ts';
import { SearchService } from '../../src-main/engine/search/search-service.ts';

const root = join(import.meta.dirname, '..', '..');
export const models = join(root, 'models');

/** A JPEG with a comment that makes its bytes its own. */
function distinct(jpeg: Buffer, number: number): Buffer {
  const comment = Buffer.from(`crop ${number}`);
  const marker = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, comment, jpeg.subarray(2)]);
}

/**
 * Makes a case of many crops and one search over all of them, without an import: demo crops of 128 x 256
 * pixels with bytes of their own, random vectors, a thumbnail for every fourth, some of them marked.
 * @returns the number of the search.
 */
export async function makeCase(folder: string, crops: number): Promise<number> {
  const demo = join(root, 'resources', 'demo', 'crops');
  const jpegs = await Promise.all(
    readdirSync(demo)
      .slice(0, 100)
      .map((name) =>
        sharp(join(demo, name)).resize(128, 256, { fit: 'fill' }).jpeg({ quality: 85 }).toBuffer(),
      ),
  );
  const openCase = OpenCase.create(
    folder,
    { name: 'Bench', number: 'B 1/26', purpose: 'to measure exports', timeZone: 'Europe/Berlin' },
    { operator: () => 'A. Tester', holder: 'the benchmark' },
  );
  const library = new ModelLibrary({ folders: [models], userFolder: join(folder, 'packs') });
  const model = await library.load();
  try {
    const cropIds = addCrops(openCase, jpegs, crops);
    const { dimensions } = model;
    const embeddings = new EmbeddingStore(openCase.db);
    const modelId = embeddings.ensureModel(model.summary, model.manifest);
    const block = 1024;
    for (let i = 0; i < cropIds.length; i += block) {
      const ids = cropIds.slice(i, i + block);
      const vectors = new Float32Array(ids.length * dimensions).map(() => Math.random() - 0.5);
      embeddings.append(modelId, ids, vectors);
    }
    const search = new SearchService({
      openCase,
      withModel: (work) => work(model),
      embeddings,
      appVersion: 'bench',
    });
    const query = searchQuery.parse({
      statements: [{ text: 'a man in a red jacket, carrying a black bag' }],
      foldTracks: false,
    });
    return (await search.run(query, 1)).search.id;
  } finally {
    openCase.close();
    await model.dispose();
  }
}

function addCrops(
  { db, crops, cameras, media, path }: OpenCase,
  jpegs: readonly Buffer[],
  count: number,
): number[] {
  db.prepare(
    "INSERT INTO batches (id, state, created_at, finished_at, operator, source, options) VALUES (1, 'done', 0, 60000, 'A. Tester', ?, '{}')",
  ).run(JSON.stringify({ kind: 'folder', path: '/footage' }));
  const ids = Array.from({ length: 12 }, (_, i) => cameras.ensure(`Camera ${i}`, 'Europe/Berlin').id);
  const decide = db.prepare(
    "INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (?, 'possible', 'A. Tester', 0)",
  );
  return db.transaction(() =>
    Array.from({ length: count }, (_, i) => {
      const bytes = distinct(jpegs[i % jpegs.length]!, i);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const storedPath = `${sha256.slice(0, 2)}/${sha256}.jpg`;
      write(join(path, 'media', storedPath), bytes);
      if (i % 4 === 0) write(media.thumbnailPath(sha256), bytes);
      const { id: mediaId } = crops.ensureMedia({
        sha256,
        bytes: bytes.length,
        format: 'jpeg',
        width: 128,
        height: 256,
        storage: 'copy',
        storedPath,
      });
      const fileName = `gate_20260314-120000_${Math.floor(i / 8)}_${i}.jpg`;
      const at = Date.UTC(2026, 2, 14, 11) + i * 1000;
      const id = crops.insert({
        mediaId,
        batchId: 1,
        sourcePath: `/footage/${fileName}`,
        fileName,
        cameraId: ids[i % ids.length]!,
        track: String(Math.floor(i / 8)),
        frame: null,
        box: null,
        frameSha256: null,
        recordedTime: '2026-03-14T12:00:00',
        timeSource: 'name',
        recordedAt: at,
        correctedAt: at,
        sourceKey: `key ${i}`,
      });
      if (i % 2500 === 0) decide.run(id);
      return id;
    }),
  )();
}

const made = new Set<string>();

function write(path: string, bytes: Buffer): void {
  const folder = dirname(path);
  if (!made.has(folder)) mkdirSync(folder, { recursive: true });
  made.add(folder);
  writeFileSync(path, bytes);
}
