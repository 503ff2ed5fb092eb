/**
 * How long an evidence bundle takes, and how much memory, by the number of its rows: 50, 5,000 and 50,000
 * of one case, in all formats. Run with `node test/bench/export.ts [crops] [bag|bag-zip|folder]`. Each
 * export has a process of its own, so that its peak is its own; the whole ranked list is in memory in
 * each of them, as it is in the application.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { ReportService } from '../../src-main/engine/report/report-service.ts';
import { reportContainer, reportOptions, type ReportOutcome } from '../../src-main/engine/report/schema.ts';
import { SearchService } from '../../src-main/engine/search/search-service.ts';
import { verifyExport } from '../../src-main/engine/verify/verify-export.ts';
import { makeCase } from './export-case.ts';

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0).padStart(7);

/** Exports and prints one line: this is what the processes of the three sizes do. */
async function exportOnce(folder: string, searchId: number, rows: number, kind: string): Promise<void> {
  const openCase = OpenCase.open(folder, { operator: () => 'A. Tester', holder: 'the benchmark' });
  const search = new SearchService({
    openCase,
    withModel: () => Promise.reject(new Error('no model is needed')),
    embeddings: new EmbeddingStore(openCase.db),
    appVersion: 'bench',
  });
  search.reportData(searchId, 1);
  const service = new ReportService({
    openCase,
    search,
    signing: { open: () => Promise.resolve([]) },
    application: { name: 'Descry', version: 'bench' },
  });
  const before = process.memoryUsage().rss;
  const started = performance.now();
  let outcome: ReportOutcome | null = null;
  const steps: [string, number][] = [];
  for await (const event of service.export({
    options: reportOptions.parse({ searchIds: [searchId], rows }),
    formats: ['html', 'pdf', 'csv', 'json'],
    container: reportContainer.parse(kind),
  })) {
    if (steps.at(-1)?.[0] !== event.progress.step) steps.push([event.progress.step, performance.now()]);
    outcome = event.outcome ?? outcome;
  }
  const seconds = (performance.now() - started) / 1000;
  const peak = process.resourceUsage().maxRSS * 1024;
  const written = outcome!.container === 'bag-zip' ? statSync(outcome!.folder).size : undefined;
  console.log(
    `${String(rows).padStart(7)} ${seconds.toFixed(1).padStart(8)} s ${(rows / seconds).toFixed(0).padStart(7)} rows/s  memory before ${megabytes(before)} MB, peak ${megabytes(peak)} MB${written === undefined ? '' : `, zip ${megabytes(written)} MB`}`,
  );
  console.log(
    `        ${steps
      .slice(0, -1)
      .map(([name, at], i) => `${name} ${((steps[i + 1]![1] - at) / 1000).toFixed(1)}`)
      .join(', ')} s`,
  );
  const checking = performance.now();
  const { ok, findings } = await verifyExport(outcome!.folder);
  console.log(
    `        verified in ${((performance.now() - checking) / 1000).toFixed(1)} s: ${ok ? 'in order' : JSON.stringify(findings.slice(0, 3))}; peak now ${megabytes(process.resourceUsage().maxRSS * 1024)} MB`,
  );
  openCase.close();
  rmSync(outcome!.folder, { recursive: true });
}

const [first, second, ...rest] = process.argv.slice(2);
if (first === '--export') {
  const [searchId, rows, kind] = rest;
  await exportOnce(second!, Number(searchId), Number(rows), kind!);
} else {
  const crops = Number(first ?? 50_000);
  const kind = second ?? 'bag';
  const folder = mkdtempSync(join(tmpdir(), 'descry-bench-'));
  try {
    const casePath = join(folder, 'bench.descry');
    const searchId = await makeCase(casePath, crops);
    console.log(
      `${crops.toLocaleString('en')} crops, ${kind}; ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}; load ${loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')}`,
    );
    for (const rows of [50, 5000, 50_000].filter((count) => count <= crops))
      spawnSync(
        process.execPath,
        [import.meta.filename, '--export', casePath, String(searchId), String(rows), kind],
        { stdio: 'inherit' },
      );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
