import { toInstant } from '../../case/times.ts';
import type { ReportBody } from '../report-body.ts';
import { listedCrops, type CaseUcoParts, type GraphNames } from './graph-names.ts';
import { dateTime, reference, type Node, type Reference } from './terms.ts';

/** What was done with the material: imports, searches, this export; with the records of what came of each. */
export function* actionNodes(body: ReportBody, parts: CaseUcoParts, known: GraphNames): Generator<Node> {
  yield* importNodes(body, parts, known);
  yield* searchNodes(body, parts, known);
  const { names } = known;
  yield {
    '@id': names.of(`report/${body.id}/action`),
    '@type': 'case-investigation:InvestigativeAction',
    'uco-core:name': parts.texts.bundle.caseUco.export(body.id),
    'uco-action:startTime': dateTime(body.createdAt),
    'uco-action:endTime': dateTime(toInstant(parts.now, body.case.timeZone)),
    'uco-action:performer': performer(body.operator, known),
    'uco-action:instrument': reference(known.exportTool),
    'uco-action:object': body.searches.map(({ search }) => reference(known.searchRecord(search.id))),
    'uco-action:result': [
      reference(known.bundle),
      reference(known.bundleRecord),
      ...parts.files.map(({ path }) => reference(known.document(path))),
    ],
    'case-investigation:wasInformedBy': body.searches.map(({ search }) =>
      reference(names.of(`search/${search.id}/action`)),
    ),
  };
}

function* importNodes(body: ReportBody, { texts }: CaseUcoParts, known: GraphNames): Generator<Node> {
  const words = texts.bundle.caseUco;
  for (const batch of body.batches) {
    const record = known.importRecord(batch.id);
    yield {
      '@id': known.names.of(`import/${batch.id}/action`),
      '@type': 'case-investigation:InvestigativeAction',
      'uco-core:name': words.import(batch.id),
      'uco-core:description': [
        batch.source,
        words.importCounts(batch.imported, batch.duplicates, batch.alreadyPresent, batch.rejected),
      ],
      'uco-action:startTime': dateTime(batch.at),
      'uco-action:endTime': batch.finishedAt === null ? undefined : dateTime(batch.finishedAt),
      'uco-action:performer': performer(batch.operator, known),
      'uco-action:instrument': reference(known.tool('')),
      'uco-action:result': reference(record),
    };
    // The crops themselves say that they belong to it: a record may hold very many.
    yield {
      '@id': record,
      '@type': 'case-investigation:ProvenanceRecord',
      'uco-core:name': words.importRecord(batch.id),
    };
  }
}

function* searchNodes(body: ReportBody, { texts }: CaseUcoParts, known: GraphNames): Generator<Node> {
  const { names } = known;
  const words = texts.bundle.caseUco;
  for (const reported of body.searches) {
    const { search, asRun } = reported;
    const { id, gallery } = search;
    // A search is stored when it is done.
    const end = Date.parse(search.at);
    const examples = asRun.like.map(({ cropId }) => reference(names.of(`crop/${cropId}`)));
    yield {
      '@id': names.of(`search/${id}/action`),
      '@type': 'case-investigation:InvestigativeAction',
      'uco-core:name': words.search(id, search.name),
      'uco-core:description': words.searched(gallery.searched, gallery.crops),
      'uco-action:startTime': dateTime(toInstant(Math.round(end - search.elapsedMs), body.case.timeZone)),
      'uco-action:endTime': dateTime(search.at),
      'uco-action:performer': performer(search.operator, known),
      'uco-action:instrument': [reference(known.searchTool(id)), reference(known.model(search.model.digest))],
      'uco-action:object': [
        ...body.batches.map((batch) => reference(known.importRecord(batch.id))),
        ...examples,
      ],
      'uco-action:result': reference(known.searchRecord(id)),
    };
    yield {
      '@id': known.searchRecord(id),
      '@type': 'case-investigation:ProvenanceRecord',
      'uco-core:name': words.searchRecord(id),
      'uco-core:description': reported.nearEqual.sentence,
      'uco-core:object': {
        *[Symbol.iterator](): Generator<Reference> {
          for (const crop of listedCrops(reported)) yield reference(names.of(`crop/${crop.id}`));
        },
      },
    };
  }
}

function performer(name: string, known: GraphNames): Reference | undefined {
  const id = known.person(name);
  return id === undefined ? undefined : reference(id);
}
