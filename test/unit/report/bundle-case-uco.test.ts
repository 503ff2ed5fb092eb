import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { context } from '../../../src-main/engine/report/case-uco/terms.ts';
import type { ReportModel } from '../../../src-main/engine/report/schema.ts';
import { bundleCase, exportOf, hashOf } from './bundle-fixture.ts';
import type { ReportCase } from './report-case.ts';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Node = { [name: string]: Json };

const { terms } = JSON.parse(
  readFileSync(new URL('../../fixtures/case-uco/terms.json', import.meta.url), 'utf8'),
) as { terms: Record<string, 'class' | 'property'> };

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
  it('uses no class and no property that the ontology does not have', () => {
    const keywords = ['@id', '@value', '@reverse'];
    for (const node of objects(graph)) {
      const type = node['@type'];
      if (typeof type === 'string' && !type.startsWith('xsd:')) expect(terms).toHaveProperty([type], 'class');
      for (const name of Object.keys(node))
        if (name !== '@type' && !keywords.includes(name)) expect(terms).toHaveProperty([name], 'property');
    }
    for (const term of Object.keys(terms)) expect(context).toHaveProperty(term.split(':')[0]!);
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
      expect(facets).toContain(row.sourcePath);
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
