import { cpus, release, totalmem, type as systemType } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { EmbeddingModel } from './embedding-model.ts';
import type { ModelLibrary } from './model-library.ts';
import { runtimeFolder, runtimeName } from './machine-facts.ts';
import type { DoctorReport } from './schema.ts';

/** What the doctor needs of the engine. */
export interface DoctorPatient {
  options: { version: string; dataFolder: string; modelsFolder: string; casesFolder: string };
  library: ModelLibrary;
}

const sentences = 24;

/**
 * Measures this machine with a pack: every execution provider anew, and sentences. The decision is
 * remembered; a model that is loaded keeps its provider until the next start.
 * @param packId the pack in use when absent. @throws DescryError `not-found`, `pack-refused`.
 */
export async function runDoctor({ options, library }: DoctorPatient, packId?: string): Promise<DoctorReport> {
  const decision = await library.measureProviders(packId);
  const model = await library.load(packId);
  try {
    const trial = decision.trials.find(({ provider }) => provider === model.provider);
    const processor = cpus();
    return {
      descry: options.version,
      node: process.version,
      platform: `${systemType()} ${release()} ${process.arch}`,
      cpu: processor[0]?.model.trim() ?? 'unknown',
      cores: processor.length,
      memoryBytes: totalmem(),
      onnxRuntime: runtimeName(),
      sqlite: sqliteVersion(),
      pack: model.summary,
      provider: model.provider,
      batch: model.batch,
      imagesPerSecond: trial?.imagesPerSecond ?? 0,
      textMilliseconds: await measureText(model),
      trials: decision.trials,
      paths: {
        data: options.dataFolder,
        models: options.modelsFolder,
        packs: join(options.dataFolder, 'packs'),
        cases: options.casesFolder,
        log: join(options.dataFolder, 'logs'),
        runtime: runtimeFolder(),
      },
    };
  } finally {
    await model.dispose();
  }
}

/** Median time of one sentence of a witness's usual length, in milliseconds. */
async function measureText(model: EmbeddingModel): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < sentences; i++) {
    const text = `a man in a red jacket and dark jeans with a black backpack, number ${i}`;
    const started = performance.now();
    await model.embedTexts([text]);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(sentences / 2)]!;
}

function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return db.prepare('SELECT sqlite_version()').pluck().get() as string;
  } finally {
    db.close();
  }
}
