import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleSchemas } from '../../../src-main/engine/report/bundle/schema.ts';
import type { ReportModel } from '../../../src-main/engine/report/schema.ts';
import { claimsIn } from './claims.ts';
import { ReportCase } from './report-case.ts';
import { fixtureModel } from './report-fixture.ts';

const published = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs', 'schemas');
const read = (...path: string[]): object => JSON.parse(readFileSync(join(...path), 'utf8')) as object;

let made: ReportCase;
let bag: string;

/** The check that somebody with the published file makes. */
function check(name: string, folder = published): ValidateFunction {
  return new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(read(folder, name));
}

function expectValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

beforeAll(async () => {
  made = await ReportCase.create(12);
  const { db } = made.openCase;
  db.prepare("INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (11, 'possible', 'A', 0)").run();
  db.prepare("INSERT INTO notes (crop_id, text, operator, at) VALUES (2, 'seen', 'A', 0)").run();
  const options = {
    searchIds: [3],
    rows: 5,
    includeNotes: true,
    includeAudit: true,
    pictures: true,
    attachOriginals: false,
    redact: true,
  };
  for await (const { outcome } of made.service.export({
    options,
    formats: ['csv', 'json'],
    container: 'bag',
  }))
    if (outcome) bag = join(outcome.folder, 'data');
});

afterAll(() => made.dispose());

describe('the files of a bundle', () => {
  it('say nothing that a ranked list cannot say', () => {
    // A model's card is a document of its own, about the model and no search.
    const texts = readdirSync(bag, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:csv|json|jsonld|txt)$/.test(name),
    );
    expect(texts).toEqual(expect.arrayContaining(['report.csv', 'report.json', 'how-to-check.txt']));
    for (const name of [...texts, '../bag-info.txt'])
      expect([name, claimsIn(readFileSync(join(bag, name), 'utf8'))]).toEqual([name, []]);
  });
});

describe('the published JSON Schemas', () => {
  it('are those that exports are checked against and that every bundle holds', () => {
    const schemas = bundleSchemas();
    expect(readdirSync(published).sort()).toEqual(Object.keys(schemas).sort());
    for (const [name, schema] of Object.entries(schemas)) {
      // Written by `npm run schemas`.
      expect(read(published, name)).toEqual(schema);
      expect(read(bag, 'schemas', name)).toEqual(schema);
    }
  });

  it('hold for what an export writes', () => {
    expectValid(check('report.schema.json'), read(bag, 'report.json'));
    expectValid(check('search.schema.json'), read(bag, 'searches', 'search-3.json'));
    expectValid(check('audit.schema.json'), read(bag, 'audit.json'));
    expectValid(check('report.schema.json', join(bag, 'schemas')), fixtureModel());
  });

  it.each<[string, string, (model: ReportModel) => void]>([
    [
      'a score that is text',
      '/searches/0/rows/0/score',
      ({ searches }) => Object.assign(searches[0]!.rows[0]!, { score: '0.4' }),
    ],
    [
      'rank 0',
      '/searches/0/rows/0/rank',
      ({ searches }) => Object.assign(searches[0]!.rows[0]!, { rank: 0 }),
    ],
    [
      'a hash that is none',
      '/searches/0/rows/0/sha256',
      ({ searches }) => Object.assign(searches[0]!.rows[0]!, { sha256: 'A1' }),
    ],
    [
      'a time without an offset',
      '/createdAt',
      (model) => Object.assign(model, { createdAt: '2026-03-16T10:15:00' }),
    ],
    [
      'a member that no report has',
      '/searches/0',
      ({ searches }) => Object.assign(searches[0]!, { certainty: 1 }),
    ],
    [
      'words left out',
      '/searches/0/search/query',
      ({ searches }) => Object.assign(searches[0]!.search, { query: {} }),
    ],
  ])('refuse %s', (_, place, damage) => {
    const model = fixtureModel();
    const validate = check('report.schema.json');
    damage(model);
    expect(validate(model)).toBe(false);
    expect(validate.errors!.map(({ instancePath }) => instancePath)).toContain(place);
  });
});
