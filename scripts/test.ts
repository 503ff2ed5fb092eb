import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testBrowser } from '../test/support/chromium.ts';
import type { TestSummary } from '../test/support/summary-reporter.ts';

/**
 * `npm test`: build, types, lint, layers, then unit and integration tests, those of
 * cases once more on encrypted ones, and end-to-end tests. Everything
 * runs even after a failure; what could not run is named at the end with its reason.
 * With `CI` set, anything that could not run is a failure, but what another test does in its place and what needs
 * the published vectors.
 */
/** Electron's runtime is fetched by users, not by every machine; the same tests then run on its stand-in. */
const replaced = /ran on its stand-in/;
/** Vectors that are not part of the repository; the project's own tests cover the same code without them. */
const elsewhere = /^the published vectors are not beside the repository/;

const temporary = mkdtempSync(join(tmpdir(), 'descry-test-'));
const summaryFile = join(temporary, 'summary.jsonl');
const notRun: { name: string; reason: string }[] = [];
const outcomes: { name: string; ok: boolean; seconds: number }[] = [];

function step(name: string, command: string, args: string[]): void {
  console.log(`\n=== ${name}`);
  const started = performance.now();
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, DESCRY_TEST_SUMMARY: summaryFile },
  });
  if (error) console.error(error.message);
  outcomes.push({ name, ok: status === 0, seconds: (performance.now() - started) / 1000 });
}

function vitest(project: string): void {
  step(`${project} tests`, 'vitest', [
    'run',
    '--project',
    project,
    '--reporter',
    'default',
    '--reporter',
    './test/support/summary-reporter.ts',
  ]);
}

/** On Debian as root a missing browser is installed; elsewhere the end-to-end tests are named as not run. */
function ensureBrowser(): boolean {
  if (testBrowser() !== undefined) return true;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('\nNo Chromium found: installing the Debian package.');
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'inherit' });
  }
  return testBrowser() !== undefined;
}

step('build', 'node', ['scripts/build.ts']);
step('types', 'npm', ['run', '--silent', 'check']);
step('lint and format', 'npm', ['run', '--silent', 'lint']);
step('layers', 'npm', ['run', '--silent', 'layers']);
vitest('unit');
vitest('integration');
vitest('encrypted');
if (ensureBrowser()) vitest('e2e');
else notRun.push({ name: 'end-to-end tests', reason: 'no Chromium, Chrome or Edge on this machine' });

const summaries = existsSync(summaryFile)
  ? readFileSync(summaryFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TestSummary)
  : [];
rmSync(temporary, { recursive: true, force: true });
for (const summary of summaries) notRun.push(...summary.skipped);

console.log('\n=== summary');
for (const { name, ok, seconds } of outcomes)
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name}  ${seconds.toFixed(0)} s`);
if (notRun.length > 0) {
  console.log('\nNot run:');
  for (const { name, reason } of notRun) console.log(`  ${name}: ${reason}`);
}
const total = (count: (summary: TestSummary) => number): number =>
  summaries.reduce((sum, summary) => sum + count(summary), 0);
const failedSteps = outcomes.filter((outcome) => !outcome.ok).length;
const strict = process.env['CI'] !== undefined && process.env['CI'] !== '' && process.env['CI'] !== 'false';
console.log(
  `\n${total((summary) => summary.passed)} passed, ${total((summary) => summary.failed)} failed, ${notRun.length} skipped`,
);
const missing = notRun.filter(({ reason }) => !replaced.test(reason) && !elsewhere.test(reason));
process.exitCode = failedSteps > 0 || (strict && missing.length > 0) ? 1 : 0;
