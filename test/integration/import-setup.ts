import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { OpenCase } from '../../src-main/engine/case/open-case.ts';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { ImportService } from '../../src-main/engine/ingest/import-service.ts';
import type { CropEmbedder } from '../../src-main/engine/ingest/prepare.ts';
import type { ImportProgress } from '../../src-main/engine/ingest/schema.ts';

export const modelsFolder = join(import.meta.dirname, '..', '..', 'models');

/** The built-in model on the CPU, without trying what else the machine has. */
export function loadModel(userFolder: string): Promise<EmbeddingModel> {
  return new ModelLibrary({ folders: [modelsFolder], userFolder, trials: { candidates: [] } }).load();
}

/** An importer with the real model. */
export function importsOf(
  openCase: OpenCase,
  model: CropEmbedder,
  emit: (progress: ImportProgress) => void = () => undefined,
): { imports: ImportService; embeddings: EmbeddingStore } {
  const embeddings = new EmbeddingStore(openCase.db);
  const imports = new ImportService({
    openCase,
    embeddings,
    withModel: (work) => work(model),
    emit,
    onStored: () => undefined,
  });
  return { imports, embeddings };
}

const colours = ['#c02020', '#2040c0', '#20a040', '#d0c020', '#303030', '#e0e0e0', '#804020', '#8030a0'];

/** A drawn person: no two numbers give the same picture. */
export function drawPerson(number: number, width = 64, height = 128): Buffer {
  const colour = (step: number): string => colours[Math.floor(number / step) % colours.length]!;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 128" width="${width}" height="${height}">
      <rect width="64" height="128" fill="hsl(${number % 360}, 15%, 55%)"/>
      <circle cx="32" cy="20" r="10" fill="#c99"/>
      <rect x="18" y="31" width="28" height="42" fill="${colour(1)}"/>
      <rect x="20" y="73" width="11" height="48" fill="${colour(8)}"/><rect x="33" y="73" width="11" height="48" fill="${colour(8)}"/>
      <rect x="${number % 61}" y="${Math.floor(number / 61) % 125}" width="3" height="3" fill="${colour(64)}"/>
    </svg>`,
  );
}

/** Writes `count` crops of drawn people, named as Descry's own pattern has it. */
export async function writeCrops(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < count; number++) {
    const clock = [8 + Math.floor(number / 3600), Math.floor(number / 60) % 60, number % 60]
      .map((part) => String(part).padStart(2, '0'))
      .join('');
    const name = `cam-${number % 3}_20260314-${clock}_${Math.floor(number / 5)}_${number}.jpg`;
    writeFileSync(join(folder, name), await sharp(drawPerson(number)).jpeg({ quality: 92 }).toBuffer());
  }
}

/** What an import must give whatever happens on the way: a line for each crop, and its vector. */
export function contentOf(openCase: OpenCase, embeddings: EmbeddingStore): Map<string, Float32Array> {
  const rows = openCase.db
    .prepare<[], { id: number; line: string }>(
      `SELECT c.id, concat_ws(' | ', c.file_name, m.sha256, cam.name, c.recorded_time, c.corrected_at, c.track, c.source_key) AS line
       FROM crops AS c JOIN media AS m ON m.id = c.media_id LEFT JOIN cameras AS cam ON cam.id = c.camera_id ORDER BY c.id`,
    )
    .all();
  return new Map(rows.map(({ id, line }) => [line, embeddings.vectorOf(1, id)!]));
}
