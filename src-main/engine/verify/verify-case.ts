import type { OpenCase } from '../case/open-case.ts';
import { schemaVersion } from '../case/database.ts';
import type { Finding, Verification } from '../case/schema.ts';
import { errorCode } from '../errors.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';

export interface VerifyProgress {
  done: number;
  total: number;
  step: string;
}

/**
 * Checks a case against itself: SQLite's own check, foreign keys, the SHA-256 of every original,
 * vector blocks, and the audit chain. Yields progress; the last value carries the verdict.
 * @param options.media also read every original (minutes for a large case).
 */
export async function* verifyCase(
  openCase: OpenCase,
  embeddings: EmbeddingStore,
  options: { media: boolean; signal?: AbortSignal | undefined },
): AsyncGenerator<{ progress: VerifyProgress; verification: Verification | null }> {
  const { db } = openCase;
  const findings: Finding[] = [];
  const mediaTotal = options.media ? (db.prepare('SELECT count(*) FROM media').pluck().get() as number) : 0;
  const total = mediaTotal + 4;
  let done = 0;
  const step = (name: string): { progress: VerifyProgress; verification: null } => ({
    progress: { done: done++, total, step: name },
    verification: null,
  });

  yield step('Database');
  for (const { integrity_check: message } of db.pragma('integrity_check') as { integrity_check: string }[]) {
    if (message !== 'ok')
      findings.push({ severity: 'error', check: 'database', where: 'case.sqlite', message });
  }
  const version = db.pragma('user_version', { simple: true });
  if (version !== schemaVersion)
    findings.push({
      severity: 'error',
      check: 'schema',
      where: 'case.sqlite',
      message: `Schema version ${String(version)}, expected ${schemaVersion}.`,
    });

  yield step('References between tables');
  for (const row of db.pragma('foreign_key_check') as {
    table: string;
    rowid: number | null;
    parent: string;
  }[]) {
    findings.push({
      severity: 'error',
      check: 'foreign keys',
      where: `${row.table} row ${String(row.rowid)}`,
      message: `It refers to a row of ${row.parent} that is not there.`,
    });
  }

  yield step('Audit log');
  const audit = openCase.audit.verify();
  findings.push(...audit.findings);

  yield step('Vectors');
  const vectors = embeddings.verify();
  findings.push(...vectors.findings);

  let media = 0;
  if (options.media) {
    for (const row of openCase.crops.allMedia()) {
      options.signal?.throwIfAborted();
      const file = openCase.media.originalPath(row);
      try {
        const hash = await openCase.media.hashOriginal(row, options.signal);
        if (hash !== row.sha256) {
          findings.push({
            severity: 'error',
            check: 'media',
            where: file,
            message: `Its content changed: SHA-256 ${hash}, at import ${row.sha256}.`,
          });
        }
      } catch (error) {
        options.signal?.throwIfAborted();
        const gone = errorCode(error) === 'ENOENT';
        findings.push({
          severity: 'error',
          check: 'media',
          where: file,
          message: gone
            ? 'The original is not there any more.'
            : `It cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        });
      }
      media++;
      if (media % 200 === 0)
        yield { progress: { done: done + media, total, step: 'Originals' }, verification: null };
    }
  }
  const verification: Verification = {
    ok: !findings.some((finding) => finding.severity === 'error'),
    path: openCase.path,
    checked: { media, vectorBlocks: vectors.blocks, auditEntries: audit.entries },
    findings,
  };
  openCase.audit.append('verified', { ok: verification.ok, findings: findings.length, media });
  yield { progress: { done: total, total, step: 'Done' }, verification };
}
