import type { ReportBody, ReportBodySearch } from '../report-body.ts';
import type { GraphNames } from './graph-names.ts';
import { configuration, reference, type Node } from './terms.ts';

/** The program in each version that took part, how it was set for each search, and the models. */
export function* toolNodes(body: ReportBody, known: GraphNames): Generator<Node> {
  const { application } = body;
  const versions = new Set([
    '',
    application.version,
    ...body.searches.map(({ search }) => search.appVersion),
  ]);
  for (const version of versions)
    yield {
      '@id': known.tool(version),
      '@type': 'uco-tool:Tool',
      'uco-core:name': application.name,
      'uco-tool:version': version === '' ? undefined : version,
      'uco-tool:toolType': 'search of person crops by a description',
    };
  yield {
    '@id': known.exportTool,
    '@type': 'uco-tool:ConfiguredTool',
    'uco-core:name': application.name,
    'uco-tool:version': application.version,
    'uco-configuration:isConfigurationOf': reference(known.tool(application.version)),
    'uco-configuration:usesConfiguration': configuration(known.names, `report/${body.id}/tool`, [
      ['platform', application.platform],
      ['SHA-256 of the program files', application.programDigest],
      ['rows of each list', String(body.options.rows)],
      ['notes', body.options.includeNotes ? 'included' : 'left out'],
      ['pictures', body.options.pictures ? 'included' : 'left out'],
    ]),
  };
  for (const search of body.searches) yield searchTool(search, known);
  for (const model of body.models)
    yield {
      '@id': known.model(model.digest),
      '@type': 'uco-tool:ConfiguredTool',
      'uco-core:name': model.name,
      'uco-core:description': model.intendedUse,
      'uco-tool:version': model.version,
      'uco-tool:toolType': 'model that compares descriptions and pictures',
      'uco-configuration:usesConfiguration': configuration(known.names, `model/${model.digest}`, [
        ['pack', model.id],
        ['licence', model.licence],
        ['SHA-256 of the model', model.digest],
        ['preparation of pictures', model.preprocessing],
        ['tokenizer', model.tokenizer],
        ['similarity', model.similarity],
        ...Object.entries(model.files).map(([name, { sha256 }]) => [`SHA-256 of ${name}`, sha256] as const),
      ]),
    };
}

/** The query as it was run is how the tool was set: words verbatim, weights, filters, runtime. */
function searchTool({ search, asRun }: ReportBodySearch, known: GraphNames): Node {
  const { query } = search;
  return {
    '@id': known.searchTool(search.id),
    '@type': 'uco-tool:ConfiguredTool',
    'uco-core:name': 'Descry',
    'uco-tool:version': search.appVersion,
    'uco-configuration:isConfigurationOf': reference(known.tool(search.appVersion)),
    'uco-configuration:usesConfiguration': configuration(known.names, `search/${search.id}/tool`, [
      ...query.statements.map(({ text }, i) => [`statement ${i + 1}, verbatim`, text] as const),
      ...asRun.statements.map(
        ({ text, weight }, i) => [`statement ${i + 1} as run, weight ${weight}`, text] as const,
      ),
      ...asRun.avoid.map((text) => ['phrase to avoid', text] as const),
      ...asRun.like.map(
        ({ sha256, weight }) => [`example crop by SHA-256, weight ${weight}`, sha256] as const,
      ),
      ['filter', JSON.stringify(query.filter)],
      ['crops of one track in one row', query.foldTracks ? 'yes' : 'no'],
      ['crops searched', String(search.gallery.searched)],
      ['SHA-256 over the ids of the searched crops', search.gallery.digest],
      ['model', `${search.model.id} ${search.model.version}, SHA-256 ${search.model.digest}`],
      ['runtime', search.runtime],
      ['provider', search.provider],
    ]),
  };
}
