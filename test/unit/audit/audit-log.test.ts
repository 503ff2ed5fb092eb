import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { temporaryCase } from '../../support/temporary.ts';

/** Changes the log behind Descry's back, as someone with an SQLite tool could. */
function tamper(openCase: ReturnType<typeof temporaryCase>, sql: string): void {
  openCase.db.exec(`DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; ${sql}`);
}

describe('AuditLog', () => {
  it('chains entries by SHA-256 over canonical JSON', () => {
    const openCase = temporaryCase();
    openCase.audit.append('note-added', { b: 1, a: 'ü' });
    const entry = openCase.audit.list({ limit: 1 })[0]!;
    // Written by hand, member by member, as RFC 8785 orders them.
    const canonical = `{"action":"note-added","at":${Date.parse(entry.at)},"detail":{"a":"ü","b":1},"operator":"A. Tester","previousHash":"${entry.previousHash}","sequence":${entry.sequence}}`;
    expect(entry.hash).toBe(createHash('sha256').update(canonical).digest('hex'));
    expect(openCase.audit.headHash()).toBe(entry.hash);
    expect(openCase.audit.verify()).toEqual({ entries: 2, findings: [] });
  });

  it('cannot be changed through the database', () => {
    const { db } = temporaryCase();
    expect(() => db.exec("UPDATE audit SET operator = 'somebody else'")).toThrow(/append-only/);
    expect(() => db.exec('DELETE FROM audit')).toThrow(/append-only/);
  });

  it.each([
    ['a changed detail', `UPDATE audit SET detail = '{"text":"other"}' WHERE sequence = 2`, 'audit entry 2'],
    ['a changed time', 'UPDATE audit SET at = at + 1 WHERE sequence = 3', 'audit entry 3'],
    ['a changed operator', "UPDATE audit SET operator = 'x' WHERE sequence = 1", 'audit entry 1'],
    ['a removed entry', 'DELETE FROM audit WHERE sequence = 2', 'audit entry 3'],
  ])('names %s', (_name, sql, where) => {
    const openCase = temporaryCase();
    openCase.audit.append('note-added', { text: 'one' });
    openCase.audit.append('note-added', { text: 'two' });
    tamper(openCase, sql);
    const { findings } = openCase.audit.verify();
    expect(findings).toHaveLength(1);
    expect(findings[0]!.where).toContain(where);
  });

  it('rolls back with the change it tells of', () => {
    const openCase = temporaryCase();
    const before = openCase.audit.headHash();
    expect(() =>
      openCase.db.transaction(() => {
        openCase.audit.append('decision', {});
        throw new Error('the change failed');
      })(),
    ).toThrow();
    expect(openCase.audit.headHash()).toBe(before);
  });
});
