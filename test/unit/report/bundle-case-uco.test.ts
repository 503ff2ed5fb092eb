import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportModel } from '../../../src-main/engine/report/schema.ts';
import { shapeFindings, triplesOf, undeclared } from '../../support/case-uco.ts';
import { bundleCase, exportOf, hashOf } from './bundle-fixture.ts';
import type { ReportCase } from './report-case.ts';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Node = { [name: string]: Json };

let made: ReportCase;
let text: string;
let report: ReportModel;
let graph: Node[];

beforeAll(async () => {
  made = await bundleCase(12);
  const { folder } = await exportOf(made, { formats: ['html', 'json'] });
  text = readFileSync(join(folder, 'data', 'case-uco.jsonld'), 'utf8');
  report = JSON.parse(readFileSync(join(folder, 'data', 'report.json'), 'utf8')) as ReportModel;
  graph = (JSON.parse(text) as { '@graph': Node[] })['@graph'];
}, 60_000);

afterAll(() => made?.dispose());

/** Every object of the document, however deep. */
function* objects(value: Json): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* objects(item);
  else if (typeof value === 'object' && value !== null) {
    yield value;
    for (const member of Object.values(value)) yield* objects(member);
  }
}

const ofType = (type: string): Node[] => graph.filter((node) => node['@type'] === type);
const list = (value: Json | undefined): Node[] =>
  (value === undefined ? [] : Array.isArray(value) ? value : [value]) as Node[];
const named = (type: string, name: string): Node =>
  ofType(type).find((node) => node['uco-core:name'] === name)!;

describe('the CASE/UCO description of a bundle', () => {
  it('is JSON-LD that says what it says without fetching anything', async () => {
    const data = await triplesOf(JSON.parse(text) as object);
    expect(data.size).toBeGreaterThan(500);
    await expect(
      triplesOf({ ...(JSON.parse(text) as object), '@context': 'https://example.org/' }),
    ).rejects.toThrow('https://example.org/');
  });

  it('uses classes and properties of the ontology only, each where the ontology has it', async () => {
    expect(undeclared(await triplesOf(JSON.parse(text) as object))).toEqual([]);
  });

  it('conforms to the shapes of the ontology: datatypes, counts, vocabularies, classes of what is referred to', async () => {
    expect(await shapeFindings(await triplesOf(JSON.parse(text) as object))).toEqual([]);
  });

  it.each([
    ['a name without an IRI', /"uco-core:name": "Fall 7"/, '"title": "Fall 7"'],
    ['an undeclared property', /"uco-core:name": "Fall 7"/, '"uco-core:title": "Fall 7"'],
    ['an undeclared class', /"uco-observable:DeviceFacet"/, '"uco-observable:CameraFacet"'],
    ['a property of another class', /"uco-observable:deviceType"/, '"uco-tool:toolType"'],
    ['a time that is none', /"@value": "2026-03-16T10:00:00\+01:00"/, '"@value": "yesterday"'],
    ['a hash that is none', /"@value": "[0-9a-f]{64}"/, '"@value": "none"'],
    ['a method that no vocabulary has', /"SHA256"/, '"SHA 256"'],
    ['a number for a text', /"uco-core:name": "Fall 7"/, '"uco-core:name": 7'],
    ['a relationship without a direction', /"uco-core:isDirectional": true,/, ''],
    ['a size in words', /"uco-observable:sizeInBytes": \d+/, '"uco-observable:sizeInBytes": "few"'],
  ])('would not hold with %s', async (_, pattern, replacement) => {
    const changed = text.replace(pattern, replacement);
    expect(changed).not.toBe(text);
    const found = triplesOf(JSON.parse(changed) as object).then(async (data) => [
      ...undeclared(data),
      ...(await shapeFindings(data)),
    ]);
    expect(await found.catch((error: unknown) => [String(error)])).not.toEqual([]);
  });

  it('gives no facet to two things', () => {
    const owners = new Map<Json, Set<Json>>();
    for (const node of graph)
      for (const facet of list(node['uco-core:hasFacet']))
        owners.set(facet['@id']!, (owners.get(facet['@id']!) ?? new Set()).add(node['@id']!));
    expect([...owners.values()].filter((each) => each.size > 1)).toEqual([]);
  });

  it('gives everything an IRI with a UUID, and refers to nothing that it does not describe', () => {
    const described = new Set<Json>();
    const referred = new Set<Json>();
    for (const node of objects(graph)) {
      const id = node['@id'];
      if (id === undefined) continue;
      expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      if ('@type' in node) described.add(id);
      else referred.add(id);
    }
    expect([...referred].filter((id) => !described.has(id))).toEqual([]);
  });

  it('describes each listed crop once, with its hash, its size and its place in the bundle', () => {
    const [{ rows, marked }] = report.searches as [ReportModel['searches'][number]];
    const pictures = ofType('uco-observable:RasterPicture').filter((node) => '@reverse' in node);
    expect(pictures).toHaveLength(rows.length + marked.length);
    for (const row of [...rows, ...marked]) {
      const node = named('uco-observable:RasterPicture', row.fileName);
      const facets = JSON.stringify(node['uco-core:hasFacet']);
      expect(facets).toContain(row.sha256);
      expect(facets).toContain(JSON.stringify(row.sourcePath));
      const place = ofType('uco-observable:ObservableRelationship').find(
        (relation) =>
          relation['uco-core:kindOfRelationship'] === 'Contained_Within' &&
          (relation['uco-core:source'] as Node)['@id'] === node['@id'],
      );
      expect(JSON.stringify(place)).toContain(`data/${row.file}`);
    }
  });

  it('tells of rank and score, decisions, notes, tags, camera and frame', () => {
    const [search] = report.searches;
    const first = search!.rows[0]!;
    const id = named('uco-observable:RasterPicture', first.fileName)['@id'];
    const about = graph.filter((node) => (node['uco-core:source'] as Node | undefined)?.['@id'] === id);
    expect(JSON.stringify(about)).toContain(`Rank 1, score ${first.score.toFixed(4)}`);
    expect(JSON.stringify(about)).toContain('The clock of the camera showed 2026-03-14T12:00:00');
    const statements = ofType('uco-core:Annotation').map((node) => node['uco-core:statement']);
    expect(statements).toEqual(
      expect.arrayContaining([
        'Decision: possible',
        'Decision: taken back',
        'Decision: unsure',
        'First line\r\nand "more": 100 %',
      ]),
    );
    expect(text).toContain('backpack');
    expect(text).toContain(hashOf('a frame'));
    expect(text).toContain('Marked by a person');
  });

  it('has the actions with performer, instrument, start and end', () => {
    const actions = ofType('case-investigation:InvestigativeAction');
    expect(actions.map((node) => node['uco-core:name'])).toEqual([
      'Import 1',
      'Search 3',
      `Export of ${report.id}`,
    ]);
    const people = new Map(ofType('uco-identity:Person').map((node) => [node['@id'], node['uco-core:name']]));
    const tools = new Map(
      [...ofType('uco-tool:Tool'), ...ofType('uco-tool:ConfiguredTool')].map((node) => [node['@id'], node]),
    );
    for (const action of actions) {
      expect(people.get((action['uco-action:performer'] as Node)['@id']!)).toBe('A. Tester');
      for (const { '@id': id } of list(action['uco-action:instrument'])) expect(tools.has(id!)).toBe(true);
      const start = action['uco-action:startTime'] as { '@value': string };
      const end = action['uco-action:endTime'] as { '@value': string } | undefined;
      if (end) expect(Date.parse(end['@value'])).toBeGreaterThanOrEqual(Date.parse(start['@value']));
    }
    expect(text).toContain(JSON.stringify('a man\u0007  with a bicycle'));
    expect(text).toContain(report.models[0]!.digest);
  });

  it('has the documents with their hashes', () => {
    for (const name of ['data/report.html', 'data/report.json'])
      expect(JSON.stringify(named('uco-observable:File', name))).toMatch(/"@value":"[0-9a-f]{64}"/);
  });

  it('claims nothing of who a picture shows', () => {
    expect(text).not.toMatch(/\bidentified\b|same person|probabilit|per cent|% certain|\bmatch(es|ed)?\b/i);
  });
});
