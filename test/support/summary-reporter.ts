import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** One project's outcome, as `npm test` adds it up. */
export interface TestSummary {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
}

/** Writes a JSON line with counts, and the reason of every test that was skipped, to `DESCRY_TEST_SUMMARY`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env['DESCRY_TEST_SUMMARY'];
    if (file === undefined) return;
    const summary: TestSummary = { passed: 0, failed: 0, skipped: [] };
    for (const module of modules) {
      if (module.state() === 'failed' && module.errors().length > 0) summary.failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') summary.passed++;
        else if (result.state === 'failed') summary.failed++;
        else {
          const reason = 'note' in result && result.note !== undefined ? result.note : 'no reason given';
          summary.skipped.push({ name: test.fullName, reason });
        }
      }
    }
    appendFileSync(file, `${JSON.stringify(summary)}\n`);
  }
}
