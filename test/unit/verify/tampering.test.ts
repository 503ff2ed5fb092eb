import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import canonicalize from 'canonicalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src-main/engine/case/schema.ts';
import { EvidenceCase, named, verify } from './evidence-case.ts';

let evidence: EvidenceCase;
beforeAll(async () => {
  evidence = await EvidenceCase.make();
}, 60_000);
afterAll(() => evidence.dispose());

/** Changes a copy of the case behind Descry's back, and returns what a check of it finds. */
async function tampered(
  change: (path: string, db: Database.Database) => void,
  media = false,
): Promise<Finding[]> {
  const copy = evidence.copy();
  const db = new Database(join(copy.path, 'case.sqlite'));
  const guards = triggers(db);
  for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
  db.pragma('foreign_keys = OFF');
  change(copy.path, db);
  // Whoever changes a case leaves no trace that can be left out.
  const gone = new Set(triggers(db).map(({ name }) => name));
  for (const { name, sql } of guards) if (!gone.has(name)) db.exec(sql);
  db.close();
  const { ok, findings } = await verify(copy.open(), { media });
  expect(ok, named(findings).join('\n')).toBe(false);
  return findings;
}

function triggers(db: Database.Database): { name: string; sql: string }[] {
  return db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
}

/** The first file below a folder whose name ends so. */
function fileIn(folder: string, ending: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .find((name) => name.endsWith(ending));
  if (found === undefined) throw new Error(`no ${ending} in ${folder}`);
  return join(folder, found);
}

function flip(file: string, at = 0.5): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length * at)]! ^= 0xff;
  writeFileSync(file, bytes);
}

const sqlOf =
  (sql: string) =>
  (_path: string, db: Database.Database): void =>
    void db.exec(sql);

describe('the case that is tampered with', () => {
  it('is in order as it is, and was compared with its log row by row', async () => {
    const copy = evidence.copy();
    const verification = await verify(copy.open());
    expect(named(verification.findings)).toEqual([]);
    expect(verification.ok).toBe(true);
    expect(verification.checked).toMatchObject({ media: 6, vectors: 6, exports: 2 });
    expect(verification.checked.records).toBeGreaterThan(15);
  });
});

describe('its report', () => {
  it('tells how the two reviews agree, in its body and in its document', () => {
    const folder = join(fileIn(join(evidence.path, 'exports'), 'report.csv'), '..');
    const body = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Record<string, unknown>;
    expect(body['blindReviews']).toMatchObject([
      {
        review: { searchId: 1, operator: 'B. Second', seed: 'seed' },
        agreement: { crops: 4, kappa: expect.anything() },
      },
    ]);
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html).toContain('Blind review 1 of search 1');
    expect(html).toContain('B. Second');
  });
});

describe('files', () => {
  it.each<[string, (path: string) => void, string, RegExp]>([
    ['a changed original', (path) => flip(fileIn(join(path, 'media'), '.jpg')), 'media', /content changed/],
    ['a missing original', (path) => rmSync(fileIn(join(path, 'media'), '.jpg')), 'media', /not there/],
    [
      'a changed thumbnail',
      (path) => flip(fileIn(join(path, 'thumbnails'), '.jpg')),
      'thumbnails',
      /decoded|show/,
    ],
    [
      'a thumbnail of another crop',
      (path) => {
        const [one, other] = readdirSync(join(path, 'thumbnails'), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.jpg'))
          .map((name) => join(path, 'thumbnails', name));
        writeFileSync(one!, readFileSync(other!));
      },
      'thumbnails',
      /does not show its original/,
    ],
    [
      'a changed document of an export',
      (path) => flip(fileIn(join(path, 'exports'), '.csv')),
      'exports',
      /not as it was exported/,
    ],
    [
      'a changed original in an export',
      (path) => flip(fileIn(join(path, 'exports'), '.jpg')),
      'exports',
      /content changed/,
    ],
    [
      'an export whose manifest was written anew',
      (path) => {
        const csv = fileIn(join(path, 'exports'), 'report.csv');
        const manifest = join(csv, '..', 'manifest-sha256.txt');
        const before = createHash('sha256').update(readFileSync(csv)).digest('hex');
        appendFileSync(csv, 'x');
        const after = createHash('sha256').update(readFileSync(csv)).digest('hex');
        writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(before, after));
      },
      'exports',
      /not as it was exported/,
    ],
    [
      'a missing export',
      (path) => rmSync(join(fileIn(join(path, 'exports'), 'report.csv'), '..'), { recursive: true }),
      'exports',
      /not there any more/,
    ],
    [
      'an export that was never made',
      (path) => writeFileSync(join(path, 'exports', 'report-of-somebody'), 'x'),
      'exports',
      /knows nothing/,
    ],
    [
      'a changed discovery export',
      (path) => flip(fileIn(join(path, 'exports'), 'notes.jsonl')),
      'exports',
      /not as it was/,
    ],
  ])('names %s', async (_name, change, check, message) => {
    const findings = await tampered(change, true);
    expect(findings.map((finding) => finding.check)).toContain(check);
    expect(findings.find((finding) => finding.check === check)!.message).toMatch(message);
  });
});

describe('rows', () => {
  it.each<[string, string, string, RegExp]>([
    ['the track of a crop', "UPDATE crops SET track = '77' WHERE id = 3", 'crops', /^crop 3 /],
    [
      'the recorded time of a crop',
      'UPDATE crops SET recorded_at = recorded_at + 1000, corrected_at = corrected_at + 1000 WHERE id = 3',
      'crops',
      /^crop 3 /,
    ],
    ['the file name of a crop', "UPDATE crops SET file_name = 'other.jpg' WHERE id = 2", 'crops', /^crop 2 /],
    [
      'the corrected time of a crop',
      'UPDATE crops SET corrected_at = corrected_at + 1 WHERE id = 4',
      'times',
      /^crop 4$/,
    ],
    [
      'a removed crop',
      'DELETE FROM embeddings WHERE crop_id = 6; DELETE FROM crops WHERE id = 6',
      'crops',
      /^crop 6 /,
    ],
    [
      'an added crop',
      "INSERT INTO crops SELECT 99, media_id, batch_id, source_path, file_name, camera_id, track, frame, box_x, box_y, box_width, box_height, frame_sha256, recorded_time, time_source, recorded_at, corrected_at, imported_at, 'other', NULL FROM crops WHERE id = 1",
      'crops',
      /^crop 99 /,
    ],
    [
      'a crop that is hidden as if its import had been taken out',
      'UPDATE crops SET removed_at = 5 WHERE id = 2',
      'crops',
      /^crop 2 /,
    ],
    [
      'the digests of crops',
      'UPDATE crop_seals SET digests = zeroblob(length(digests))',
      'crops',
      /digests of import 1/,
    ],
    ['digests of crops that were removed', 'DELETE FROM crop_seals', 'crops', /digests of import 1/],
    [
      'the hash of an original',
      "UPDATE media SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x') WHERE id = 1",
      'crops',
      /^crop 1 /,
    ],
    [
      'a clock offset',
      "UPDATE cameras SET clock_offset_ms = 6000 WHERE name = 'cam-0'; UPDATE crops SET corrected_at = recorded_at + 6000 WHERE camera_id = (SELECT id FROM cameras WHERE name = 'cam-0')",
      'cameras',
      /camera "cam-0"/,
    ],
    [
      'a clock offset that nobody set',
      "UPDATE cameras SET clock_offset_ms = 6000 WHERE name = 'cam-1'; UPDATE crops SET corrected_at = recorded_at + 6000 WHERE camera_id = (SELECT id FROM cameras WHERE name = 'cam-1')",
      'cameras',
      /camera "cam-1"/,
    ],
    ['who measured a clock', "UPDATE cameras SET offset_measured_by = 'X'", 'cameras', /camera "cam-0"/],
    [
      'the zone of a camera',
      "UPDATE cameras SET time_zone = 'UTC' WHERE name = 'cam-1'",
      'crops',
      /^crop \d /,
    ],
    [
      'the words of a search',
      "UPDATE searches SET query = replace(query, 'grey', 'blue')",
      'searches',
      /^search 1$/,
    ],
    ['the model of a search', "UPDATE models SET version = '9'", 'searches', /^search 1$/],
    ['the crops that took part', "UPDATE searches SET searched = x'00'", 'searches', /^search 1$/],
    ['the name of a search', "UPDATE searches SET name = 'Other'", 'searches', /^search 1$/],
    [
      'the order of a stored list',
      'UPDATE search_results SET rank = -rank; UPDATE search_results SET rank = CASE rank WHEN -1 THEN 2 WHEN -2 THEN 1 ELSE -rank END',
      'searches',
      /^search 1$/,
    ],
    [
      'a score of a stored list',
      'UPDATE search_results SET score = score + 1e-9 WHERE rank = 2',
      'searches',
      /^search 1$/,
    ],
    [
      'a row taken out of a stored list',
      'DELETE FROM search_results WHERE rank = 3',
      'searches',
      /^search 1$/,
    ],
    [
      'a removed search',
      'DELETE FROM blind_decisions; DELETE FROM blind_review_crops; DELETE FROM blind_reviews; DELETE FROM search_results; DELETE FROM searches',
      'searches',
      /^search 1$/,
    ],
    [
      'a verdict',
      "UPDATE decisions SET verdict = 'excluded' WHERE id = 1",
      'decisions',
      /^decision 1 \(crop 1\)$/,
    ],
    ['who decided', "UPDATE decisions SET operator = 'X' WHERE id = 2", 'decisions', /^decision 2 /],
    [
      'when something was decided',
      'UPDATE decisions SET at = at - 1000 WHERE id = 5',
      'decisions',
      /^decision 5 /,
    ],
    ['a removed decision', 'DELETE FROM decisions WHERE id = 3', 'decisions', /^decision 3 /],
    [
      'an added decision',
      "INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (5, 'possible', 'A. First', 1)",
      'decisions',
      /^decision 6 /,
    ],
    ['the text of a note', "UPDATE notes SET text = 'Another bag.' WHERE id = 1", 'notes', /^note 1 /],
    ['a note that was brought back', 'UPDATE notes SET removed_at = NULL WHERE id = 2', 'notes', /^note 2 /],
    ['a removed note', 'DELETE FROM notes WHERE id = 2', 'notes', /^note 2 /],
    [
      'an added note',
      "INSERT INTO notes (crop_id, text, operator, at) VALUES (5, 'x', 'A. First', 1)",
      'notes',
      /^note 3 /,
    ],
    ['the name of a tag', "UPDATE tags SET name = 'Coat'", 'tags', /of crop 1$/],
    ['a tag on another crop', 'UPDATE crop_tags SET crop_id = 5', 'tags', /of crop [15]$/],
    ['a removed tag', 'DELETE FROM crop_tags', 'tags', /^tag "Bag" of crop 1$/],
    ['who tagged', "UPDATE crop_tags SET operator = 'X'", 'tags', /^tag "Bag" of crop 1$/],
    ['the boxes of a redaction', "UPDATE redactions SET boxes = '[]'", 'redactions', /^redaction 1 /],
    ['the reason of a redaction', "UPDATE redactions SET reason = 'x'", 'redactions', /^redaction 1 /],
    ['a removed redaction', 'DELETE FROM redactions', 'redactions', /^redaction 1 /],
    ['the name of the case', "UPDATE case_file SET name = 'Other'", 'case record', /record of the case/],
    ['the zone of the case', "UPDATE case_file SET time_zone = 'UTC'", 'case record', /record of the case/],
    [
      'the source of an import',
      "UPDATE batches SET source = json_set(source, '$.path', '/elsewhere')",
      'imports',
      /^import 1$/,
    ],
    ['who imported', "UPDATE batches SET operator = 'X'", 'imports', /^import 1$/],
    [
      'a rejected file that was not rejected',
      "UPDATE import_items SET state = 'rejected' WHERE sequence = 0",
      'imports',
      /^import 1$/,
    ],
    [
      'the verdict of a second reviewer',
      "UPDATE blind_decisions SET verdict = 'possible' WHERE id = 1",
      'blind reviews',
      /^decision 1 of blind review 1/,
    ],
    [
      'the order of a blind review',
      'UPDATE blind_review_crops SET place = -place; UPDATE blind_review_crops SET place = CASE place WHEN -1 THEN 2 WHEN -2 THEN 1 ELSE -place END',
      'blind reviews',
      /^blind review 1$/,
    ],
    [
      'what a blind review is compared with',
      'UPDATE blind_reviews SET decisions_until = 1',
      'blind reviews',
      /^blind review 1$/,
    ],
    [
      'a vector',
      'UPDATE vector_pieces SET vectors = zeroblob(length(vectors)) WHERE id = (SELECT min(id) FROM vector_pieces)',
      'vectors',
      /^vector rows 0 to 3 /,
    ],
    [
      'the checksum of vectors',
      'UPDATE vector_pieces SET sha256 = zeroblob(32) WHERE id = (SELECT max(id) FROM vector_pieces)',
      'vectors',
      /^vector rows 4 to 5 /,
    ],
    ['removed vectors', 'DELETE FROM vector_pieces', 'vectors', /^vector rows 0 to 5 /],
    ['a reference to nothing', 'UPDATE crops SET camera_id = 77 WHERE id = 1', 'references', /^crops row 1$/],
  ])('names %s', async (_name, sql, check, where) => {
    const findings = await tampered(sqlOf(sql));
    const found = findings.filter((finding) => finding.check === check).map((finding) => finding.where);
    expect(found, named(findings).join('\n')).toEqual(expect.arrayContaining([expect.stringMatching(where)]));
  });
});

describe('the schema', () => {
  it.each<[string, string, RegExp]>([
    ['a trigger that was taken away', '', /^trigger audit_no_update$/],
    [
      'a trigger that does nothing any more',
      'CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT 1; END;',
      /^trigger audit_no_update$/,
    ],
    [
      'an added trigger',
      "CREATE TRIGGER helper AFTER INSERT ON notes BEGIN UPDATE notes SET text = 'x'; END;",
      /^trigger helper$/,
    ],
    ['an added column', 'ALTER TABLE notes ADD COLUMN more TEXT', /^table notes$/],
    ['an index that was taken away', 'DROP INDEX notes_crop', /^index notes_crop$/],
    [
      'a view that shows something else',
      "DROP VIEW current_decisions; CREATE VIEW current_decisions AS SELECT crop_id, 'possible' AS verdict, operator, at, search_id, id FROM decisions",
      /^view current_decisions$/,
    ],
    ['a table that was taken away', 'DROP TABLE blind_decisions', /^table blind_decisions$/],
  ])('names %s', async (_name, sql, where) => {
    const copy = evidence.copy();
    const db = new Database(join(copy.path, 'case.sqlite'));
    if (where.test('trigger audit_no_update')) db.exec('DROP TRIGGER audit_no_update');
    db.pragma('foreign_keys = OFF');
    db.exec(sql);
    db.close();
    const { findings } = await verify(copy.open());
    const found = findings.filter(({ check }) => check === 'schema').map((finding) => finding.where);
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(where)]));
  });
});

describe('the log', () => {
  const sequenceOf = (db: Database.Database, action: string): number =>
    db
      .prepare<[string], number>('SELECT sequence FROM audit WHERE action = ? ORDER BY sequence LIMIT 1')
      .pluck()
      .get(action)!;

  it.each<[string, (db: Database.Database, sequence: number) => void, RegExp]>([
    [
      'a changed detail',
      (db, at) =>
        db.exec(`UPDATE audit SET detail = json_set(detail, '$.text', 'other') WHERE sequence = ${at}`),
      /changed after it was written/,
    ],
    [
      'a changed operator',
      (db, at) => db.exec(`UPDATE audit SET operator = 'X' WHERE sequence = ${at}`),
      /changed after it was written/,
    ],
    [
      'a changed hash',
      (db, at) => db.exec(`UPDATE audit SET hash = '${'0'.repeat(64)}' WHERE sequence = ${at}`),
      /changed after it was written/,
    ],
    [
      'a removed entry',
      (db, at) => db.exec(`DELETE FROM audit WHERE sequence = ${at}`),
      /is missing before it/,
    ],
    [
      'two entries in another order',
      (db, at) =>
        db.exec(
          `UPDATE audit SET sequence = -1 WHERE sequence = ${at}; UPDATE audit SET sequence = ${at} WHERE sequence = ${at + 1}; UPDATE audit SET sequence = ${at + 1} WHERE sequence = -1`,
        ),
      /changed after it was written/,
    ],
  ])('names %s', async (_name, change, message) => {
    let sequence = 0;
    const findings = await tampered((_path, db) => change(db, (sequence = sequenceOf(db, 'note-added'))));
    const first = findings.find(({ check }) => check === 'audit')!;
    expect(first.message).toMatch(message);
    expect(first.where).toMatch(new RegExp(`audit entry (${sequence}|${sequence + 1}) `));
  });

  it('names rows whose entry was taken out of a chain that was written anew', async () => {
    const findings = await tampered((_path, db) => {
      const at = sequenceOf(db, 'note-added');
      db.exec(
        `DELETE FROM audit WHERE sequence = ${at}; UPDATE audit SET sequence = sequence - 1 WHERE sequence > ${at}`,
      );
      writeChainAnew(db);
    });
    expect(findings.map(({ check }) => check)).not.toContain('audit');
    expect(named(findings)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/notes: note 1 .*knows nothing of it/),
        // An export that was made before holds another head.
        expect.stringMatching(/chain heads: .*the log was written anew/),
      ]),
    );
  });

  it('notices from an export that the end of the log was cut off, with all that it tells of', async () => {
    const copy = evidence.copy();
    const db = new Database(join(copy.path, 'case.sqlite'));
    for (const { name, sql } of triggers(db)) {
      db.exec(`DROP TRIGGER ${name}`);
      // Put back at once where it does not matter.
      if (!name.startsWith('audit')) db.exec(sql);
    }
    const guards = ['audit_no_update', 'audit_no_delete'];
    const cut = sequenceOf(db, 'report-exported') - 1;
    db.exec(`DELETE FROM audit WHERE sequence >= ${cut}`);
    for (const name of guards) {
      const kind = name === 'audit_no_update' ? 'UPDATE' : 'DELETE';
      db.exec(`CREATE TRIGGER ${name} BEFORE ${kind} ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`);
    }
    db.close();
    const exported = join(fileIn(join(copy.path, 'exports'), 'report.csv'), '..');
    const { findings } = await verify(copy.open(), { media: false, exports: [exported] });
    expect(named(findings)).toEqual(
      expect.arrayContaining([expect.stringMatching(/chain heads: .*(cut off|written anew)/)]),
    );
  });
});

describe('since when', () => {
  it('tells the last verification that found it right, and after that the entry that wrote it', async () => {
    const copy = evidence.copy();
    const openCase = copy.open();
    const verified = openCase.audit.list({ limit: 20 }).find(({ action }) => action === 'verified')!;
    const note = openCase.audit.list({ limit: 500 }).findLast(({ action }) => action === 'note-added')!;
    openCase.db.exec("UPDATE notes SET text = 'Another bag.' WHERE id = 1");
    const first = (await verify(openCase, { media: false })).findings;
    expect(first).toHaveLength(1);
    expect(first[0]!.lastSound).toEqual({ at: verified.at, sequence: verified.sequence, by: 'verification' });
    // The verification that found it wrong does not count as one that found it right.
    const again = (await verify(openCase, { media: false })).findings;
    expect(again[0]!.lastSound).toEqual(first[0]!.lastSound);
    expect(note.detail['text']).toBe('Same bag as at the gate?');
  });

  it('names the entry that wrote something where no verification came between', async () => {
    const copy = evidence.copy();
    const openCase = copy.open();
    const { ReviewService } = await import('../../../src-main/engine/review/review-service.ts');
    new ReviewService(openCase).addNote(5, 'New.');
    const written = openCase.audit.list({ limit: 1 })[0]!;
    openCase.db.exec("UPDATE notes SET text = 'Newer.' WHERE id = 3");
    const { findings } = await verify(openCase, { media: false });
    expect(findings[0]!.lastSound).toEqual({ at: written.at, sequence: written.sequence, by: 'entry' });
  });

  it('stops when it is told to, and writes nothing then', async () => {
    const copy = evidence.copy();
    const openCase = copy.open();
    const before = openCase.audit.headHash();
    const stop = new AbortController();
    stop.abort();
    await expect(verify(openCase, { signal: stop.signal })).rejects.toThrow();
    expect(openCase.audit.headHash()).toBe(before);
  });
});

/** Gives every entry the hashes that its content asks for, as somebody would who rewrites a log. */
function writeChainAnew(db: Database.Database): void {
  let previousHash = '0'.repeat(64);
  const rows = db
    .prepare<[], { sequence: number; at: number; operator: string; action: string; detail: string }>(
      'SELECT sequence, at, operator, action, detail FROM audit ORDER BY sequence',
    )
    .all();
  const update = db.prepare('UPDATE audit SET previous_hash = ?, hash = ? WHERE sequence = ?');
  for (const { detail, ...row } of rows) {
    const entry = { ...row, detail: JSON.parse(detail) as unknown, previousHash };
    const hash = createHash('sha256').update(canonicalize(entry)!).digest('hex');
    update.run(previousHash, hash, row.sequence);
    previousHash = hash;
  }
}
