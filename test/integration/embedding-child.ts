import { jobsOf, otherPack } from './embedding-setup.ts';
import { loadModel } from './import-setup.ts';
import { reopenCase } from '../support/cases.ts';

/** A process that makes vectors, made to be killed: `embedding-child.ts CASE USERFOLDER`. Tells its progress to its parent. */
const [path, userFolder] = process.argv.slice(2) as [string, string];
const openCase = reopenCase(path, { operator: () => 'A. Tester', holder: 'the child' });
// Slowed down, so that there is a middle to be killed in on any machine.
const pack = otherPack(await loadModel(userFolder), 15);
const { jobs } = jobsOf(openCase, pack, ({ done }) => process.send?.(done));
if (jobs.current() === null) await jobs.start(pack.summary.id);
else jobs.resumeInterrupted();
await jobs.idle();
openCase.close();
process.send?.('ended');
process.disconnect?.();
