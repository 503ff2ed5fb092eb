import { formatOffset, formatScore } from '../format.ts';
import type { MarkedCrop, ReportRow } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { contentFacet, dateTime, fileFacet, reference, type Names, type Node } from './terms.ts';

type ReportedCrop = ReportRow | MarkedCrop;

/** How the things that a crop refers to are called. */
export interface CropContext {
  names: Names;
  texts: ReportTexts;
  person: (name: string) => string | undefined;
  camera: (name: string) => string;
  importRecord: (batchId: number) => string;
  bundle: string;
  /** Before paths in the bundle. */
  payload: string;
}

const mimeTypes: Record<string, string> = {
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  avif: 'image/avif',
};

/** A crop as it came in, with all that is known of it and all that people said of it. */
export function* cropNodes(crop: ReportedCrop, context: CropContext): Generator<Node> {
  const { names } = context;
  const what = `crop/${crop.id}`;
  const id = names.of(what);
  const mimeType = mimeTypes[crop.format];
  yield {
    '@id': id,
    '@type': 'uco-observable:RasterPicture',
    'uco-core:name': crop.fileName,
    'uco-core:tag': crop.tags.length === 0 ? undefined : crop.tags,
    '@reverse': { 'uco-core:object': reference(context.importRecord(crop.batchId)) },
    'uco-core:hasFacet': [
      fileFacet(names, what, { name: crop.fileName, path: crop.sourcePath, bytes: crop.bytes }),
      contentFacet(names, what, {
        sha256: crop.sha256,
        bytes: crop.bytes,
        ...(mimeType !== undefined && { mimeType }),
      }),
      {
        '@id': names.of(`${what}/picture`),
        '@type': 'uco-observable:RasterPictureFacet',
        'uco-observable:pictureType': crop.format,
        'uco-observable:pictureWidth': crop.width,
        'uco-observable:pictureHeight': crop.height,
        'uco-observable:camera': crop.camera === null ? undefined : reference(context.camera(crop.camera)),
      },
    ],
  };
  yield* cameraNodes(crop, context);
  yield* frameNodes(crop, context);
  if (crop.file !== null)
    yield {
      '@id': names.of(`${what}/in-bundle`),
      '@type': 'uco-observable:ObservableRelationship',
      'uco-core:source': reference(id),
      'uco-core:target': reference(context.bundle),
      'uco-core:kindOfRelationship': 'Contained_Within',
      'uco-core:isDirectional': true,
      'uco-core:description': context.texts.bundle.caseUco.original,
      'uco-core:hasFacet': {
        '@id': names.of(`${what}/in-bundle/path`),
        '@type': 'uco-observable:PathRelationFacet',
        'uco-observable:path': `${context.payload}${crop.file}`,
      },
    };
  yield* reviewNodes(crop, context);
}

/** What joins a crop to a search: its place in the list, or that it was marked beside it. */
export function placeNode(
  crop: ReportedCrop,
  search: { id: number; record: string },
  { names, texts }: CropContext,
): Node {
  const words = texts.bundle.caseUco;
  const score = crop.score === null ? '' : formatScore(crop.score);
  const description =
    crop.rank === null
      ? words.notRanked
      : 'folded' in crop
        ? words.ranked(crop.rank, score, crop.folded)
        : words.rankedBelow(crop.rank, score);
  return {
    '@id': names.of(`search/${search.id}/crop/${crop.id}`),
    '@type': 'uco-core:Relationship',
    'uco-core:source': reference(names.of(`crop/${crop.id}`)),
    'uco-core:target': reference(search.record),
    'uco-core:kindOfRelationship': 'Contained_Within',
    'uco-core:isDirectional': true,
    'uco-core:description': description,
  };
}

/** Which camera took it, and when: corrected time, with what its clock showed. */
function* cameraNodes(crop: ReportedCrop, { names, camera, texts }: CropContext): Generator<Node> {
  if (crop.camera === null) return;
  yield {
    '@id': names.of(`crop/${crop.id}/camera`),
    '@type': 'uco-observable:ObservableRelationship',
    'uco-core:source': reference(names.of(`crop/${crop.id}`)),
    'uco-core:target': reference(camera(crop.camera)),
    'uco-core:kindOfRelationship': 'Created_By',
    'uco-core:isDirectional': true,
    'uco-core:startTime': crop.correctedTime === null ? undefined : dateTime(crop.correctedTime),
    'uco-core:description':
      crop.recordedTime === null
        ? undefined
        : texts.bundle.caseUco.recorded(crop.recordedTime, formatOffset(crop.clockOffsetMs)),
  };
}

/** The full frame that a crop was cut from, known by its hash only. */
function* frameNodes(crop: ReportedCrop, { names, texts }: CropContext): Generator<Node> {
  const { frameSha256, box } = crop;
  if (frameSha256 === null) return;
  const words = texts.bundle.caseUco;
  const frame = `frame/${frameSha256}`;
  yield {
    '@id': names.of(frame),
    '@type': 'uco-observable:RasterPicture',
    'uco-core:description': words.frame,
    'uco-core:hasFacet': contentFacet(names, frame, { sha256: frameSha256 }),
  };
  yield {
    '@id': names.of(`crop/${crop.id}/frame`),
    '@type': 'uco-observable:ObservableRelationship',
    'uco-core:source': reference(names.of(`crop/${crop.id}`)),
    'uco-core:target': reference(names.of(frame)),
    'uco-core:kindOfRelationship': 'Extracted_From',
    'uco-core:isDirectional': true,
    'uco-core:description': box ? words.cutOut(crop.frame, box.x, box.y, box.width, box.height) : undefined,
  };
}

/** Decisions, also those taken back or superseded, and notes: each says who, when and what. */
function* reviewNodes(crop: ReportedCrop, { names, texts, person }: CropContext): Generator<Node> {
  const annotation = (what: string, by: string, at: string, statement: string): Node => {
    const author = person(by);
    return {
      '@id': names.of(what),
      '@type': 'uco-core:Annotation',
      'uco-core:object': reference(names.of(`crop/${crop.id}`)),
      'uco-core:objectCreatedTime': dateTime(at),
      'uco-core:createdBy': author === undefined ? undefined : reference(author),
      'uco-core:statement': statement,
    };
  };
  const { crop: words, bundle } = texts;
  for (const { id, verdict, operator, at } of crop.decisions) {
    const said = verdict === null ? words.takenBack : words.verdict[verdict];
    yield annotation(`decision/${id}`, operator, at, bundle.caseUco.decision(said));
  }
  for (const { id, text, operator, at } of crop.notes) yield annotation(`note/${id}`, operator, at, text);
}
