import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import type { Finding, Verification } from '../../../src-main/engine/case/schema.ts';
import type { EmbeddingModel } from '../../../src-main/engine/inference/embedding-model.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import { ImportService } from '../../../src-main/engine/ingest/import-service.ts';
import { ReportService } from '../../../src-main/engine/report/report-service.ts';
import { reportOptions } from '../../../src-main/engine/report/schema.ts';
import { SigningService } from '../../../src-main/engine/report/signing/signing-service.ts';
import { BlindReviewService } from '../../../src-main/engine/review/blind-review-service.ts';
import { ReviewService } from '../../../src-main/engine/review/review-service.ts';
import { searchQuery } from '../../../src-main/engine/search/schema.ts';
import { SearchService } from '../../../src-main/engine/search/search-service.ts';
import { verifyCase, type VerifyOptions } from '../../../src-main/engine/verify/verify-case.ts';
import { folderRequest, MeanColour } from '../ingest/case-folder.ts';

const count = 6;

/** Pictures that are too large to be their own thumbnails. */
async function writeCrops(folder: string): Promise<void> {
  mkdirSync(folder);
  for (let n = 0; n < count; n++) {
    const gradient = Buffer.alloc(200 * 400 * 3);
    for (let i = 0; i < gradient.length; i++) gradient[i] = (i * (n + 3) + (i >> 7)) % 256;
    const bytes = await sharp(gradient, { raw: { width: 200, height: 400, channels: 3 } })
      .jpeg()
      .toBuffer();
    writeFileSync(join(folder, `cam-${n % 2}_20260314-08150${n}_${n}_${n}.jpg`), bytes);
  }
}

/** The model of the imports, and a sentence of it: the mean of what the crops show. */
function searchModel(): EmbeddingModel {
  const model = new MeanColour();
  const embedTexts = (texts: readonly string[]): unknown =>
    Promise.resolve(
      texts.map((text) => ({
        vector: Float32Array.from([0.6, 0.6, text.length / 100]),
        tokens: text.split(' '),
        truncated: false,
        unknownWords: [],
        knownWordCount: 1,
      })),
    );
  return Object.assign(model, { provider: 'cpu', runtime: 'test', embedTexts }) as unknown as EmbeddingModel;
}

/** The services of an open case, as the tests use them. */
export function servicesOf(openCase: OpenCase, folder: string) {
  const embeddings = new EmbeddingStore(openCase.db);
  const model = searchModel();
  const search = new SearchService({
    openCase,
    embeddings,
    withModel: (work) => work(model),
    appVersion: 'test',
  });
  const report = new ReportService({
    openCase,
    search,
    signing: new SigningService({ folder: join(folder, 'signing-keys') }),
    application: { name: 'Descry', version: '0.1.0' },
  });
  const imports = new ImportService({
    openCase,
    embeddings,
    withModel: (work) => work(model),
    emit: () => undefined,
    onStored: () => undefined,
  });
  return {
    ...{ embeddings, search, report, imports },
    review: new ReviewService(openCase),
    blind: new BlindReviewService(openCase),
  };
}

export async function lastOf<T>(events: AsyncIterable<T>): Promise<T> {
  let last: T | undefined;
  for await (const event of events) last = event;
  return last!;
}

/** Checks an open case and returns the verdict. */
export async function verify(
  openCase: OpenCase,
  options: Partial<VerifyOptions> = {},
): Promise<Verification> {
  const embeddings = new EmbeddingStore(openCase.db);
  return (await lastOf(verifyCase(openCase, embeddings, { media: true, ...options }))).verification!;
}

/** A case with one of everything: made once, copied for each test. */
export class EvidenceCase {
  readonly folder = mkdtempSync(join(tmpdir(), 'descry-evidence-'));
  readonly path = join(this.folder, 'case.descry');
  #operator = 'A. First';

  readonly #identity = { operator: () => this.#operator, holder: 'the tests' };

  static async make(): Promise<EvidenceCase> {
    const made = new EvidenceCase();
    await writeCrops(join(made.folder, 'crops'));
    const openCase = OpenCase.create(
      made.path,
      { name: 'Evidence', timeZone: 'Europe/Berlin' },
      made.#identity,
    );
    const { imports, search, review, report, blind } = servicesOf(openCase, made.folder);
    await imports.start(folderRequest(join(made.folder, 'crops')));
    await imports.idle();
    openCase.db.transaction(() => {
      const changed = openCase.cameras.change({
        name: 'cam-0',
        clockOffsetMs: 5000,
        offsetMeasuredBy: 'A. First',
        offsetMeasuredAt: '2026-03-15T10:00:00+01:00',
      });
      openCase.audit.append('camera-changed', { ...changed, seals: {} });
    })();
    await search.run(searchQuery.parse({ statements: [{ text: 'a man in grey' }] }), 10);
    search.rename(1, 'Grey');
    review.decide([1, 2, 3], 'possible', 1);
    review.decide([2], 'excluded');
    review.undo();
    review.addNote(1, 'Same bag as at the gate?');
    review.addNote(2, 'No.');
    review.removeNote(2);
    review.addTag([1, 2], 'Bag');
    review.removeTag([2], 'bag');
    review.redact(4, [{ x: 1, y: 2, width: 30, height: 40 }], 'A bystander');
    made.#operator = 'B. Second';
    const { id } = blind.start({ searchId: 1, rows: 4, seed: 'seed' });
    for (const { cropId } of blind.crops(id, { offset: 0, limit: 3 }).rows)
      blind.decide(id, cropId, 'unsure');
    blind.finish(id);
    made.#operator = 'A. First';
    const options = reportOptions.parse({ searchIds: [1], rows: 3, pictures: true });
    await lastOf(report.export({ options, formats: ['html', 'csv'] }));
    await lastOf(report.discovery({}));
    await verify(openCase);
    await imports.stop();
    openCase.close();
    return made;
  }

  /** A copy that is closed and removed when the test ends. */
  copy(): { path: string; open: () => OpenCase } {
    const folder = mkdtempSync(join(tmpdir(), 'descry-tampered-'));
    const path = join(folder, 'case.descry');
    cpSync(this.path, path, { recursive: true });
    let opened: OpenCase | undefined;
    onTestFinished(() => {
      if (opened?.db.open) opened.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return { path, open: () => (opened = OpenCase.open(path, this.#identity)) };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function named(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, check, where, message }) => `${severity} ${check}: ${where}: ${message}`);
}
