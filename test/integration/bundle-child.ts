import { reportContainer, reportOptions } from '../../src-main/engine/report/schema.ts';
import { ReportCase } from '../unit/report/report-case.ts';

/**
 * A process that exports, made to be killed: `bundle-child.ts FOLDER CONTAINER STEP [CHOSEN]`. At the step it tells
 * its parent so and does nothing more: what it has written by then is what a killed process leaves.
 */
const [folder, container, step, chosen] = process.argv.slice(2) as [string, string, string, string?];
const opened = ReportCase.open(folder);
for await (const { progress } of opened.service.export({
  options: reportOptions.parse({ searchIds: [3], rows: 8 }),
  formats: ['csv', 'json'],
  container: reportContainer.parse(container),
  ...(chosen !== undefined && { folder: chosen }),
})) {
  if (progress.step !== step) continue;
  process.send?.(step);
  await new Promise(() => setInterval(() => undefined, 1000));
}
process.send?.('ended');
process.disconnect?.();
