import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { EmbeddingModel } from '../../../src-main/engine/inference/embedding-model.ts';
import { ModelLibrary } from '../../../src-main/engine/inference/model-library.ts';
import { readPack, verifyPack } from '../../../src-main/engine/inference/pack-files.ts';
import type { PackManifest } from '../../../src-main/engine/inference/schema.ts';
import { decodeImage } from '../../../src-main/engine/ingest/decode.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import { explainCrop } from '../../../src-main/engine/search/explanation.ts';
import { Galleries } from '../../../src-main/engine/search/galleries.ts';
import { SearchList } from '../../../src-main/engine/search/search-list.ts';
import type { Explanation, SearchQuery } from '../../../src-main/engine/search/schema.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyPack } from '../inference/tiny-pack.ts';
import { CaseFixture } from './case-fixture.ts';

const query: SearchQuery = {
  statements: [{ text: 'a man with black bag', weight: 1 }],
  avoid: ['red hat'],
  like: [],
  filter: {},
  foldTracks: false,
};

let fixture: CaseFixture | undefined;
let model: EmbeddingModel | undefined;
afterEach(async () => {
  fixture?.dispose();
  await model?.dispose();
  fixture = model = undefined;
});

/** The tiny pack, whose one patch of a picture is its first embedding. */
async function load(change?: (manifest: PackManifest) => void): Promise<EmbeddingModel> {
  const pack = await verifyPack(await readPack(writeTinyPack(join(temporaryFolder(), 'tiny'), change)));
  const library = new ModelLibrary({ folders: [], userFolder: temporaryFolder() });
  const summary = await library.inspect(pack.folder);
  model = await EmbeddingModel.load({ pack, summary, provider: 'cpu', batch: 2 });
  return model;
}

/** Explains the first of three plain pictures. */
async function explain(by: EmbeddingModel): Promise<{ explanation: Explanation; crop: Float32Array }> {
  fixture = new CaseFixture();
  const { db } = fixture.openCase;
  const cropIds = fixture.add([{}, {}, {}]);
  db.prepare(
    `INSERT INTO models (id, pack_id, version, digest, dimensions, manifest, added_at) VALUES (1, 'tiny', '1', 'x', ?, '{}', 0)`,
  ).run(by.dimensions);
  const colours = ['#d02010', '#1030c0', '#e0e0d0'];
  const pictures = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: 8, height: 16, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const pixels = await Promise.all(pictures.map(async (file) => by.preprocess(await decodeImage(file))));
  const vectors = await by.embedImages(pixels);
  const store = new EmbeddingStore(db);
  store.append(1, cropIds, vectors);
  const galleries = new Galleries(db, store);
  const list = new SearchList({
    useGallery: (work) => galleries.with({ modelId: 1, dimensions: by.dimensions }, work),
    query: { vector: new Float64Array(by.dimensions), avoid: [] },
    foldTracks: false,
    rows: 3,
    searched: () => Int32Array.from(cropIds),
  });
  const explanation = await explainCrop({
    model: by,
    list,
    query,
    cropId: cropIds[0]!,
    readOriginal: () => Promise.resolve(pictures[0]!),
  });
  await galleries.close();
  return { explanation, crop: store.vectorOf(1, cropIds[0]!)! };
}

const dot = (one: Float32Array, other: Float32Array): number =>
  one.reduce((sum, value, i) => sum + value * other[i]!, 0);

describe('explainCrop with several embeddings', () => {
  it('scores a phrase by all of them, and compares patches with the first alone', async () => {
    const tiny = await load();
    const { explanation, crop } = await explain(tiny);
    expect(explanation.phrases.map(({ phrase }) => phrase)).toEqual(['man', 'black bag', 'red hat']);
    for (const { phrase, score, heat } of explanation.phrases) {
      const [{ vector } = { vector: crop }] = await tiny.embedTexts([phrase]);
      expect(score).toBeCloseTo(dot(vector, crop), 5);
      // Both first parts have the length of the square root of their weight, 0.25.
      const first = dot(vector.subarray(0, 4), crop.subarray(0, 4)) / 0.25;
      expect(heat).toMatchObject({ rows: 1, columns: 1 });
      expect(heat!.values[0]).toBeCloseTo(first, 5);
      expect(Math.abs(first - score)).toBeGreaterThan(1e-3);
    }
  });

  it('has no heat map where the pack gives no patches', async () => {
    const { explanation } = await explain(await load((manifest) => void delete manifest.patches));
    expect(explanation.phrases.map(({ heat }) => heat)).toEqual([null, null, null]);
  });
});
