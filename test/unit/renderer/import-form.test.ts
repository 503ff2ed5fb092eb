import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DescryClient, ImportPreview, ImportRequest } from '../../../src-main/api/types.ts';
import { importRequest } from '../../../src-main/engine/ingest/schema.ts';
import {
  ImportForm,
  problemsOf,
  requestOf,
  takeDropped,
  type ImportFields,
} from '../../../src-renderer/routes/import/import-form.svelte.ts';
import { PreviewLoader } from '../../../src-renderer/routes/import/import-preview.svelte.ts';

const fields = (change: Partial<ImportFields> = {}): ImportFields => ({
  kind: 'folder',
  folder: '/crops',
  manifest: '',
  root: '',
  detections: '',
  frames: '',
  pattern: 'auto',
  template: '{camera}_{track}',
  camera: '',
  timeZone: '',
  storage: 'copy',
  acceptUnparsed: false,
  startTime: '',
  framesPerSecond: '',
  minimumConfidence: '',
  ...change,
});

describe('the request of the import form', () => {
  it('waits for a source', () => {
    expect(requestOf(fields({ folder: '  ' }))).toBeNull();
    expect(requestOf(fields({ kind: 'detections', detections: '/a.txt' }))).toBeNull();
  });

  it.each<[string, Partial<ImportFields>]>([
    ['folder', {}],
    ['template', { pattern: 'template' }],
    [
      'manifest',
      {
        kind: 'manifest',
        manifest: '/list.csv',
        root: '/images',
        storage: 'reference',
        timeZone: 'Europe/Berlin',
        camera: ' C1 ',
      },
    ],
    [
      'detections',
      {
        kind: 'detections',
        detections: '/a.txt',
        frames: '/f',
        startTime: '2026-03-14 08:15:02',
        framesPerSecond: '12,5',
        minimumConfidence: '0.3',
      },
    ],
  ])('fits the contract: %s', (_name, change) => {
    const request = requestOf(fields(change));
    expect(importRequest.parse(request)).toEqual(request);
  });

  it('carries what was typed', () => {
    expect(requestOf(fields({ pattern: 'template' }))?.options.pattern).toBe('{camera}_{track}');
    expect(requestOf(fields({ storage: 'reference', camera: ' C1 ' }))?.options).toMatchObject({
      reference: true,
      camera: 'C1',
    });
    const frames = requestOf(
      fields({
        kind: 'detections',
        detections: '/a.txt',
        frames: '/f',
        startTime: '2026-03-14 08:15:02',
        framesPerSecond: '12,5',
        storage: 'reference',
      }),
    );
    expect(frames?.options).toMatchObject({
      startTime: '2026-03-14T08:15:02',
      framesPerSecond: 12.5,
      reference: false,
    });
  });

  it('is held back by a field that does not fit', () => {
    const wrong = fields({
      kind: 'detections',
      detections: '/a.txt',
      frames: '/f',
      startTime: 'noon',
      framesPerSecond: '0',
      minimumConfidence: '2',
    });
    expect(Object.keys(problemsOf(wrong)).sort()).toEqual([
      'framesPerSecond',
      'minimumConfidence',
      'startTime',
    ]);
    expect(requestOf(wrong)).toBeNull();
    expect(requestOf(fields({ pattern: 'template', template: 'nothing' }))).toBeNull();
    // Fields of another source do not matter.
    expect(requestOf(fields({ startTime: 'noon' }))).not.toBeNull();
  });

  it('takes what was dropped by its ending', () => {
    const form = fields({ folder: '' });
    takeDropped(form, '/list.CSV');
    expect(form).toMatchObject({ kind: 'manifest', manifest: '/list.CSV' });
    takeDropped(form, '/boxes.json');
    takeDropped(form, '/frames');
    expect(form).toMatchObject({ kind: 'detections', detections: '/boxes.json', frames: '/frames' });
  });
});

describe('the form', () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
    return () => vi.unstubAllGlobals();
  });

  it('is kept for its case and for no other', () => {
    const form = new ImportForm('a');
    form.fields.folder = '/crops';
    form.save();
    expect(new ImportForm('a').request?.source).toEqual({ kind: 'folder', path: '/crops' });
    expect(new ImportForm('b').request).toBeNull();
  });
});

describe('the preview', () => {
  const request = (path: string): ImportRequest => requestOf(fields({ folder: path }))!;
  const answers = new Map<string, (result: ImportPreview) => void>();
  const asked: string[] = [];
  const client = {
    imports: {
      preview: ({ source }: ImportRequest) => {
        asked.push(source.path);
        return new Promise((resolve) => answers.set(source.path, resolve));
      },
    },
  } as unknown as DescryClient;
  const result = (total: number): ImportPreview => ({
    total,
    pattern: 'auto',
    parsed: total,
    rejected: 0,
    cameras: [],
    span: null,
    tracks: 0,
    rows: [],
  });
  const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

  beforeEach(() => {
    vi.useFakeTimers();
    asked.length = 0;
    return () => vi.useRealTimers();
  });

  it('asks once when typing pauses', async () => {
    const loader = new PreviewLoader(client, 100);
    loader.ask(request('/c'));
    loader.ask(request('/crops'));
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual(['/crops']);
    expect(loader.loading).toBe(true);
  });

  it('drops an answer that comes after a newer question', async () => {
    const loader = new PreviewLoader(client, 100);
    loader.ask(request('/slow'));
    await vi.advanceTimersByTimeAsync(100);
    loader.ask(request('/quick'));
    await vi.advanceTimersByTimeAsync(100);
    answers.get('/quick')?.(result(2));
    await settle();
    answers.get('/slow')?.(result(1));
    await settle();
    expect(loader.result?.total).toBe(2);
    expect(loader.loading).toBe(false);
  });

  it('is empty without a source', async () => {
    const loader = new PreviewLoader(client, 100);
    loader.ask(request('/crops'));
    await vi.advanceTimersByTimeAsync(100);
    answers.get('/crops')?.(result(2));
    await settle();
    loader.ask(null);
    expect(loader.result).toBeNull();
    expect(loader.loading).toBe(false);
  });
});
