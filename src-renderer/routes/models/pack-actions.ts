import type { PackSummary } from '../../../src-main/api/types.ts';
import { application } from '../../lib/application.svelte.ts';
import { formatBytes, formatCounted } from '../../lib/format.ts';
import { describeCoverage } from './pack-words.ts';

/** Lets a pack read what it has not read of the open case. */
export async function readCase(packId: string): Promise<void> {
  await application.run(() => application.embedding.start(packId));
}

/** Takes a pack into use, and offers to let it read the case where it has not. */
export async function usePack(pack: PackSummary): Promise<void> {
  const { embedding, model, dialogs } = application;
  if (!(await application.run(() => model.use(pack.id)))) return;
  await embedding.readCoverage();
  const coverage = embedding.coverage?.get(pack.id);
  if (!application.case.isOpen || !coverage || coverage.crops >= coverage.total) return;
  if (embedding.isRunning || embedding.isDone(pack.id)) return;
  const sure = await dialogs.confirm({
    title: `Let ${pack.name} read this case now?`,
    message: `It is in use from now on. It ${lowered(describeCoverage(coverage))} of this case, and searches see only crops that it has read. Searches made before stay as they are.`,
    confirm: 'Read this case',
    dismiss: 'Later',
  });
  if (sure) await readCase(pack.id);
}

/** Removes a pack from this machine, after asking. @returns whether it is gone. */
export async function removePack(pack: PackSummary): Promise<boolean> {
  const sure = await application.dialogs.confirm({
    title: `Remove ${pack.name}?`,
    message: `${formatCounted(Object.keys(pack.files).length + 1, 'file')}, ${formatBytes(pack.bytes)}, are deleted from this machine. What cases have of it stays: its searches with their lists, marks and reports, and the vectors it made. To search with it, or to run such a search again, add the same model again. The file it was made from is not touched.`,
    confirm: 'Remove',
    danger: true,
  });
  if (!sure) return false;
  const done = await application.run(async () => {
    await application.model.remove(pack.id);
    return true;
  });
  return done === true;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
