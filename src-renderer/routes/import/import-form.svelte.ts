import type { ImportOptions, ImportRequest, ImportSource } from '../../../src-main/api/types.ts';
import { PageState } from '../../lib/page-state.svelte.ts';

export interface ImportFields {
  kind: ImportSource['kind'];
  folder: string;
  manifest: string;
  root: string;
  detections: string;
  frames: string;
  /** Id of a preset, or `template`. */
  pattern: string;
  template: string;
  camera: string;
  timeZone: string;
  storage: 'copy' | 'reference';
  acceptUnparsed: boolean;
  startTime: string;
  framesPerSecond: string;
  minimumConfidence: string;
}

const initial: ImportFields = {
  kind: 'folder',
  folder: '',
  manifest: '',
  root: '',
  detections: '',
  frames: '',
  pattern: 'auto',
  template: '{camera}_{date:yyyyMMdd}-{time:HHmmss}_{track}',
  camera: '',
  timeZone: '',
  storage: 'copy',
  acceptUnparsed: false,
  startTime: '',
  framesPerSecond: '',
  minimumConfidence: '',
};

export type FieldProblems = Partial<Record<keyof ImportFields, string>>;

/** `2026-03-14 08:15:02` or with a T, as the engine wants it; null when it is neither. */
export function wallTimeOf(text: string): string | null {
  const trimmed = text.trim().replace(/\s+/, 'T');
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(trimmed) ? trimmed : null;
}

/** What is wrong with the fields that the chosen source uses. Empty paths are not wrong, only unfinished. */
export function problemsOf(fields: ImportFields): FieldProblems {
  const problems: FieldProblems = {};
  if (fields.kind !== 'detections') {
    if (fields.kind === 'folder' && fields.pattern === 'template' && !/\{\w+/.test(fields.template)) {
      problems.template = 'A template has at least one part in braces, such as {camera}.';
    }
    return problems;
  }
  if (fields.startTime.trim() !== '' && wallTimeOf(fields.startTime) === null) {
    problems.startTime = 'Write it as 2026-03-14 08:15:02.';
  }
  const rate = Number(fields.framesPerSecond.replace(',', '.'));
  if (fields.framesPerSecond.trim() !== '' && !(rate > 0 && rate <= 1000)) {
    problems.framesPerSecond = 'A number above 0, up to 1000.';
  }
  const confidence = Number(fields.minimumConfidence.replace(',', '.'));
  if (!(confidence >= 0 && confidence <= 1)) problems.minimumConfidence = 'A number from 0 to 1.';
  return problems;
}

function sourceOf(fields: ImportFields): ImportSource | null {
  const [folder, manifest, root, detections, frames] = [
    fields.folder,
    fields.manifest,
    fields.root,
    fields.detections,
    fields.frames,
  ].map((path) => path.trim()) as [string, string, string, string, string];
  if (fields.kind === 'folder') return folder === '' ? null : { kind: 'folder', path: folder };
  if (fields.kind === 'manifest') {
    if (manifest === '') return null;
    return root === '' ? { kind: 'manifest', path: manifest } : { kind: 'manifest', path: manifest, root };
  }
  return detections === '' || frames === '' ? null : { kind: 'detections', path: detections, frames };
}

/** The fields as the engine's request; null while they are unfinished or wrong. */
export function requestOf(fields: ImportFields): ImportRequest | null {
  const source = sourceOf(fields);
  if (!source || Object.keys(problemsOf(fields)).length > 0) return null;
  const options: ImportOptions = {
    pattern: fields.pattern === 'template' ? fields.template.trim() : fields.pattern,
    reference: fields.storage === 'reference',
    acceptUnparsed: fields.acceptUnparsed,
    minimumConfidence: 0,
  };
  if (fields.camera.trim() !== '') options.camera = fields.camera.trim();
  if (fields.timeZone !== '') options.timeZone = fields.timeZone;
  if (fields.kind === 'detections') {
    const start = wallTimeOf(fields.startTime);
    if (start !== null) options.startTime = start;
    if (fields.framesPerSecond.trim() !== '')
      options.framesPerSecond = Number(fields.framesPerSecond.replace(',', '.'));
    options.minimumConfidence = Number(fields.minimumConfidence.replace(',', '.'));
    // Crops of frames lie in the case: nothing else holds them.
    options.reference = false;
  }
  return { source, options };
}

/** Fills the field that fits what was dropped. */
export function takeDropped(fields: ImportFields, path: string): void {
  if (/\.(csv|jsonl|ndjson)$/i.test(path)) {
    fields.kind = 'manifest';
    fields.manifest = path;
  } else if (/\.(txt|json)$/i.test(path)) {
    fields.kind = 'detections';
    fields.detections = path;
  } else if (fields.kind === 'detections') {
    fields.frames = path;
  } else {
    fields.kind = 'folder';
    fields.folder = path;
  }
}

/** The form of a new import, kept while other pages are shown. */
export class ImportForm {
  readonly #state: PageState<ImportFields>;

  constructor(caseId: string) {
    this.#state = new PageState(`import:${caseId}`, initial);
  }

  readonly problems = $derived.by(() => problemsOf(this.fields));
  readonly request = $derived.by(() => requestOf(this.fields));

  get fields(): ImportFields {
    return this.#state.value;
  }

  save(): void {
    this.#state.save();
  }
}
