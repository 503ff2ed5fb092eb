import { formatOffset } from '../format.ts';
import type { ReportBody } from '../report-body.ts';
import { PlainJson } from '../json.ts';
import type { ExportedFile } from '../schema.ts';
import { actionNodes } from './action-nodes.ts';
import { cropNodes, placeNode, type CropContext } from './crop-nodes.ts';
import { graphNames, listedCrops, type CaseUcoParts, type GraphNames } from './graph-names.ts';
import { contentFacet, context, fileFacet, reference, type Node, type Reference } from './terms.ts';
import { toolNodes } from './tool-nodes.ts';

/**
 * A report in the terms of CASE and UCO (caseontology.org), as JSON-LD whose graph is read while it is
 * written: the investigation, who worked on it with which tools, the files with their hashes, what people
 * said of them, and the actions of import, search and export.
 */
export function caseUco(body: ReportBody, parts: CaseUcoParts): object {
  const known = graphNames(body);
  return { '@context': context, '@graph': { [Symbol.iterator]: () => graph(body, parts, known) } };
}

function* graph(body: ReportBody, parts: CaseUcoParts, known: GraphNames): Generator<Node | PlainJson> {
  const { names } = known;
  yield* investigationNodes(body, known);
  yield* toolNodes(body, known);
  yield* documentNodes(body, parts, known);
  yield* actionNodes(body, parts, known);
  const people = new Set<string>();
  const cropContext: CropContext = {
    names,
    texts: parts.texts,
    person: known.person,
    camera: known.camera,
    importRecord: known.importRecord,
    bundle: known.bundle,
    payload: 'data/',
  };
  // A crop that several lists name is described once.
  const described = new Set<number>();
  for (const search of body.searches) {
    const place = { id: search.search.id, record: known.searchRecord(search.search.id) };
    for (const crop of listedCrops(search)) {
      if (!described.has(crop.id)) for (const node of cropNodes(crop, cropContext)) yield new PlainJson(node);
      described.add(crop.id);
      yield new PlainJson(placeNode(crop, place, cropContext));
      for (const { operator } of [...crop.decisions, ...crop.notes]) people.add(operator);
    }
    people.add(search.search.operator);
  }
  for (const { operator } of body.batches) people.add(operator);
  people.add(body.operator).add(body.case.investigator);
  for (const name of people) {
    const id = known.person(name);
    if (id !== undefined) yield { '@id': id, '@type': 'uco-identity:Person', 'uco-core:name': name };
  }
}

function* investigationNodes(body: ReportBody, known: GraphNames): Generator<Node> {
  const { names } = known;
  const { case: details, template } = body;
  const investigator = known.person(details.investigator);
  yield {
    '@id': known.investigation,
    '@type': 'case-investigation:Investigation',
    'uco-core:name': details.name,
    'uco-core:description': body.title,
    'uco-core:createdBy': investigator === undefined ? undefined : reference(investigator),
    'uco-core:startTime': { '@type': 'xsd:dateTime', '@value': details.createdAt },
    'case-investigation:investigationForm': 'case',
    'case-investigation:focus': details.purpose === '' ? undefined : details.purpose,
    'case-investigation:relevantAuthorization':
      details.legalBasis === ''
        ? undefined
        : {
            '@id': names.of('authorization'),
            '@type': 'case-investigation:Authorization',
            'case-investigation:authorizationIdentifier': details.legalBasis,
          },
    'uco-core:externalReference':
      details.number === ''
        ? undefined
        : {
            '@id': names.of('case-number'),
            '@type': 'uco-core:ExternalReference',
            'uco-core:externalIdentifier': details.number,
          },
    'uco-core:object': [
      known.bundleRecord,
      ...body.batches.map(({ id }) => known.importRecord(id)),
      ...body.searches.map(({ search }) => known.searchRecord(search.id)),
    ].map(reference),
  };
  if (template.agency !== '')
    yield {
      '@id': names.of('agency'),
      '@type': 'uco-identity:Organization',
      'uco-core:name': template.agency,
      'uco-core:description': template.unit === '' ? undefined : template.unit,
    };
}

/** The bundle with its documents, and the cameras. */
function* documentNodes(
  body: ReportBody,
  { files, texts }: CaseUcoParts,
  known: GraphNames,
): Generator<Node> {
  const { names } = known;
  const words = texts.bundle.caseUco;
  yield {
    '@id': known.bundle,
    '@type': 'uco-observable:ObservableObject',
    'uco-core:name': body.id,
    'uco-core:description': words.bundle(body.id),
  };
  for (const { path, format, bytes, sha256 } of files) {
    const what = `report/${body.id}/document/${path}`;
    yield {
      '@id': known.document(path),
      '@type': 'uco-observable:File',
      'uco-core:name': path,
      'uco-core:description': words.document(format),
      'uco-core:hasFacet': [
        fileFacet(names, what, { name: path.replace(/^.*\//, ''), path, bytes }),
        contentFacet(names, what, { sha256, bytes }),
      ],
    };
  }
  yield {
    '@id': known.bundleRecord,
    '@type': 'case-investigation:ProvenanceRecord',
    'uco-core:name': words.bundle(body.id),
    'case-investigation:exhibitNumber': body.id,
    'uco-core:createdBy': body.template.agency === '' ? undefined : reference(names.of('agency')),
    'uco-core:object': { [Symbol.iterator]: () => bundled(body, files, known) },
  };
  for (const camera of body.cameras)
    yield {
      '@id': known.camera(camera.name),
      '@type': 'uco-observable:Device',
      'uco-core:name': camera.name,
      'uco-core:description': words.camera(camera.timeZone, formatOffset(camera.clockOffsetMs)),
      'uco-core:hasFacet': {
        '@id': names.of(`camera/${camera.name}/device`),
        '@type': 'uco-observable:DeviceFacet',
        'uco-observable:deviceType': 'camera',
      },
    };
}

/** What lies in the bundle: the documents, and each listed crop whose original was exported. */
function* bundled(body: ReportBody, files: readonly ExportedFile[], known: GraphNames): Generator<Reference> {
  for (const { path } of files) yield reference(known.document(path));
  const said = new Set<number>();
  for (const search of body.searches)
    for (const { id, file } of listedCrops(search)) {
      if (file === null || said.has(id)) continue;
      said.add(id);
      yield reference(known.names.of(`crop/${id}`));
    }
}
