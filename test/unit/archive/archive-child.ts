import { ArchiveService } from '../../../src-main/engine/archive/archive-service.ts';
import { reopenCase } from '../../support/cases.ts';

/** Archives a case until all its files are written, says so, and waits to be killed. */
const [casePath = '', path = ''] = process.argv.slice(2);
const identity = { operator: () => 'A. Tester', holder: 'the child' };
const openCase = reopenCase(casePath, identity);
const application = { name: 'Descry', version: '0.0.0-test' };
const service = new ArchiveService({ openCase, application, holder: identity.holder });
for await (const { progress } of service.write(path)) {
  if (progress.step !== 'Reading back') continue;
  console.log('written');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
