import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { PictureSource } from '../../../src-main/engine/report/pictures.ts';
import { nearEqualRange } from '../../../src-main/engine/report/near-equal.ts';
import type { MarkedCrop, ReportModel, ReportRow } from '../../../src-main/engine/report/schema.ts';
import { plainTemplate } from '../../../src-main/engine/report/template.ts';
import { templateDigest } from '../../../src-main/engine/report/template-digest.ts';
import { english } from '../../../src-main/engine/report/texts.ts';

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const cameras = ['Hauptbahnhof Nord', 'Gleis 4 (Süd)', 'Проспект Мира', 'Πλατεία'];
const noise = 0.0031;

/** Scores that fall slowly, with a flat stretch at the cut-off. */
function scoreOf(rank: number): number {
  return rank <= 4 ? 0.4127 - rank * 0.0009 : rank >= 27 ? 0.3001 - rank * 0.0002 : 0.4 - rank * 0.0038;
}

function crop(id: number): Omit<ReportRow, 'rank' | 'score' | 'folded' | 'nearEqual'> {
  const camera = cameras[id % cameras.length]!;
  const sha256 = hash(`crop ${id}`);
  const minute = String(id % 60).padStart(2, '0');
  const longName =
    id === 7
      ? `${'export_of_recorder_4_channel_12_'.repeat(6)}.jpg`
      : `cam${id % 4}_20260314-1912${minute}_${100 + id}_2.jpg`;
  const at = '2026-03-16T10:15:00+01:00';
  return {
    id,
    fileName: longName,
    width: 64,
    height: id % 5 === 0 ? 200 : 160,
    camera: id === 11 ? null : camera,
    recordedTime: id === 11 ? null : `2026-03-14T19:12:${minute}`,
    correctedTime: id === 11 ? null : `2026-03-14T19:13:${minute}+01:00`,
    track: id === 11 ? null : String(100 + id),
    verdict: id === 2 ? 'possible' : id === 3 ? 'excluded' : id === 9 ? 'unsure' : null,
    tags: id === 2 ? ['backpack', 'Überwachung', 'тег'] : [],
    noteCount: id === 2 ? 2 : 0,
    sha256,
    bytes: 4100 + id,
    format: 'jpeg',
    sourcePath: `/evidence/2026-0314/recorder 4/export/${longName}`,
    storage: 'copy',
    frame: id === 12 ? 3401 : null,
    box: id === 12 ? { x: 612, y: 204, width: 64, height: 160 } : null,
    frameSha256: id === 12 ? hash('frame') : null,
    timeSource: id === 11 ? 'none' : 'name',
    timeZone: 'Europe/Berlin',
    clockOffsetMs: 60_000,
    batchId: 1,
    importedAt: '2026-03-15T09:00:00+01:00',
    duplicates: id === 4 ? [{ id: 404, fileName: 'copy of cam0.jpg', camera: cameras[0]! }] : [],
    notes:
      id === 2
        ? [
            {
              id: 1,
              cropId: 2,
              text: 'Carries the bag on the left shoulder.\nCompare with track 131.',
              operator: 'M. Weiß',
              at,
            },
            { id: 2, cropId: 2, text: 'Заметка: рюкзак тёмный. メモ', operator: 'И. Петров', at },
          ]
        : [],
    decisions:
      id === 2
        ? [
            { id: 1, cropId: 2, verdict: 'unsure', operator: 'M. Weiß', at, searchId: 3 },
            { id: 2, cropId: 2, verdict: 'possible', operator: 'M. Weiß', at, searchId: 3 },
          ]
        : id === 3
          ? [{ id: 3, cropId: 3, verdict: 'excluded', operator: 'M. Weiß', at, searchId: 3 }]
          : id === 9
            ? [{ id: 4, cropId: 9, verdict: 'unsure', operator: 'M. Weiß', at, searchId: 3 }]
            : [],
    redaction: null,
    redacted: false,
    file: `originals/${sha256}.jpg`,
  };
}

/** A realistic report: 30 listed rows, one marked crop below, one that was not ranked. */
export function fixtureModel(): ReportModel {
  const scores = Array.from({ length: 40 }, (_, i) => scoreOf(i + 1));
  const rows: ReportRow[] = Array.from({ length: 30 }, (_, i) => ({
    ...crop(i + 1),
    rank: i + 1,
    score: scores[i]!,
    folded: i === 0 ? 4 : 1,
    nearEqual: nearEqualRange(scores, i, noise),
  }));
  const marked: MarkedCrop[] = [
    {
      ...crop(31),
      verdict: 'possible',
      decisions: [
        {
          id: 9,
          cropId: 31,
          verdict: 'possible',
          operator: 'M. Weiß',
          at: '2026-03-16T10:15:00+01:00',
          searchId: null,
        },
      ],
      rank: 212,
      score: 0.1874,
      shownAs: null,
    },
    { ...crop(32), tags: ['bag'], rank: null, score: null, shownAs: null },
  ];
  const bins = Array.from(
    { length: 64 },
    (_, i) => Math.round(900 * Math.exp(-((i - 26) ** 2) / 120)) + (i > 60 ? 1 : 0),
  );
  const audit = Array.from({ length: 14 }, (_, i) => ({
    sequence: i + 1,
    at: `2026-03-15T09:${String(i).padStart(2, '0')}:00.000Z`,
    operator: 'M. Weiß',
    action: ['case-created', 'import-started', 'import-finished', 'search', 'decision'][i % 5]!,
    detail:
      i === 3
        ? { searchId: 3, query: { statements: [{ text: 'x'.repeat(400) }] } }
        : { cropId: i, verdict: 'possible' },
    previousHash: i === 0 ? '0'.repeat(64) : hash(`entry ${i}`),
    hash: hash(`entry ${i + 1}`),
  }));
  return {
    schema: 1,
    language: 'en',
    id: 'report-20260316-091500-search-3',
    title: 'Search report: Handtaschenraub Hauptbahnhof',
    notice: english.header,
    createdAt: '2026-03-16T10:15:00+01:00',
    operator: 'M. Weiß',
    case: {
      id: '5a0d8a9c-8a56-4c45-9b67-1f6f8a3e2b11',
      name: 'Handtaschenraub Hauptbahnhof',
      number: '110 Js 4471/26',
      investigator: 'KHK M. Weiß',
      purpose: 'To find where the person described by the witness of 14 March left the station.',
      legalBasis: 'Section 98c StPO, order of 15 March 2026, file 110 Js 4471/26',
      timeZone: 'Europe/Berlin',
      createdAt: '2026-03-15T09:00:00+01:00',
      crops: 12_480,
      tracks: 2_204,
      span: { from: '2026-03-14T06:00:11+01:00', to: '2026-03-15T23:58:40+01:00' },
    },
    application: {
      name: 'Descry',
      version: '0.1.0',
      programDigest: hash('program'),
      programFiles: 71,
      platform: 'linux x64, Node 24.21.0',
      runtime: {
        name: 'onnxruntime-node 1.30.0',
        files: [{ name: 'libonnxruntime.so.1', bytes: 45_828_512, sha256: hash('runtime') }],
      },
    },
    options: {
      searchIds: [3],
      rows: 30,
      includeNotes: true,
      includeAudit: true,
      pictures: true,
      attachOriginals: false,
      redact: true,
      pageSize: 'A4',
    },
    template: { ...plainTemplate, digest: templateDigest(plainTemplate) },
    models: [
      {
        id: 'descry-s',
        version: '1.0.0',
        name: 'Descry small',
        licence: 'Apache-2.0',
        digest: hash('pack'),
        bytes: 7_200_000,
        dimensions: 512,
        intendedUse: 'Ranking person crops by a written description, as a lead that a person reviews.',
        limits: [
          'Trained on drawn people only; real footage is harder than the accuracy suggests.',
          'Left and right are not told apart.',
        ],
        accuracy: [
          {
            dataset: 'generated test set (seeds held out)',
            date: '2026-02-21',
            queries: 1000,
            gallery: 1000,
            people: 500,
            rank1: 43.1,
            rank5: 71.6,
            rank10: 82.4,
            meanAveragePrecision: 46.49,
            meanInversePenalty: 33.98,
          },
        ],
        provenance: { source: 'trained from generated pictures', seed: 1 },
        files: {
          'image.onnx': { sha256: hash('image'), bytes: 3_731_631 },
          'text.onnx': { sha256: hash('text'), bytes: 3_490_735 },
          'tokenizer.json': { sha256: hash('tokenizer'), bytes: 5_538 },
        },
        explains: true,
        preprocessing: english.method.preprocessing({
          file: 'image.onnx',
          input: 'pixels',
          width: 48,
          height: 128,
          resize: 'antialias-bilinear',
          mean: [0.485, 0.456, 0.406],
          std: [0.229, 0.224, 0.225],
        }),
        tokenizer: english.method.tokenizer(
          {
            file: 'text.onnx',
            input: 'ids',
            idType: 'int64',
            tokenizer: { kind: 'huggingface', file: 'tokenizer.json' },
            maxTokens: 96,
            padId: 0,
          },
          hash('tokenizer'),
        ),
        similarity: english.method.similarity(
          ['global', 'selected'].map((name) => ({
            name,
            imageOutput: name,
            textOutput: name,
            dimensions: 256,
            weight: 0.5,
          })),
        ),
      },
    ],
    method: [
      {
        label: english.method.rows.program.label,
        text: english.method.rows.program.text('Descry', '0.1.0', 'linux x64, Node 24.21.0'),
      },
      english.method.rows.maker,
      {
        label: english.method.rows.programDigest.label,
        text: english.method.rows.programDigest.text(hash('program'), 71),
      },
      {
        label: english.method.rows.runtime.label,
        text: english.method.rows.runtime.text('onnxruntime-node 1.30.0'),
      },
      english.method.rows.ranking,
      english.method.rows.score,
      english.method.rows.filters,
      english.method.rows.repeat,
    ],
    limits: english.accuracy.generalLimits,
    cameras: cameras.map((name, i) => ({
      name,
      crops: 3120,
      timeZone: 'Europe/Berlin',
      clockOffsetMs: i === 2 ? 0 : i === 3 ? -3_723_500 : 60_000,
      offsetMeasuredBy: i === 2 ? '' : 'PK Öztürk',
      offsetMeasuredAt: i === 2 ? null : '2026-03-15T08:40:00+01:00',
      note: i === 0 ? 'Compared with the speaking clock, photographed.' : '',
    })),
    batches: [
      {
        id: 1,
        at: '2026-03-15T09:00:00+01:00',
        finishedAt: '2026-03-15T09:21:00+01:00',
        state: 'done',
        operator: 'M. Weiß',
        source: '/evidence/2026-0314/recorder 4/export',
        total: 12_520,
        imported: 12_401,
        duplicates: 79,
        alreadyPresent: 3,
        rejected: 37,
        reasons: { truncated: 12, 'name-does-not-parse': 25 },
      },
    ],
    searches: [
      {
        search: {
          id: 3,
          at: '2026-03-16T10:02:11+01:00',
          operator: 'M. Weiß',
          name: 'Zeugin K.',
          query: {
            statements: [
              {
                text: 'Er trug eine rote Jacke …\na man in a red jacket, dark jeans, carrying a black backpack',
                weight: 1,
              },
              { text: 'short dark hair, about thirty', weight: 0.5 },
            ],
            avoid: ['hat'],
            like: [{ cropId: 131, weight: 0.5 }],
            filter: {
              cameras: [cameras[0]!, cameras[1]!],
              from: '2026-03-14T18:00:00+01:00',
              timeOfDay: { from: '18:00', to: '23:30' },
            },
            foldTracks: true,
          },
          model: { id: 'descry-s', version: '1.0.0', digest: hash('pack') },
          appVersion: '0.1.0',
          provider: 'cpu',
          runtime: 'ONNX Runtime 1.30.0',
          gallery: {
            crops: 12_480,
            searched: 6_011,
            excluded: [
              { reason: 'filter', count: 6_440 },
              { reason: 'no-vector', count: 9 },
              { reason: 'no-time', count: 20 },
            ],
            lastCropId: 12_480,
            digest: hash('gallery'),
          },
          rows: 1_204,
          elapsedMs: 31,
          warnings: [
            {
              kind: 'unknown-words',
              message: 'The model was not trained on "Jacke". These words add little or mislead.',
              words: ['Jacke'],
            },
          ],
        },
        asRun: {
          statements: [
            {
              text: 'Er trug eine rote Jacke … a man in a red jacket, dark jeans, carrying a black backpack',
              weight: 1,
            },
            { text: 'short dark hair, about thirty', weight: 0.5 },
          ],
          avoid: ['hat'],
          like: [
            {
              cropId: 131,
              weight: 0.5,
              fileName: 'cam1_20260314-191310_131_1.jpg',
              sha256: hash('crop 131'),
            },
          ],
        },
        searched: [
          {
            camera: cameras[0]!,
            crops: 3_002,
            withoutTime: 0,
            from: '2026-03-14T18:00:11+01:00',
            to: '2026-03-14T23:29:40+01:00',
          },
          { camera: null, crops: 3_009, withoutTime: 3_009, from: null, to: null },
        ],
        clockChangesSince: 1,
        distribution: {
          minimum: -0.1211,
          maximum: 0.4118,
          mean: 0.0961,
          standardDeviation: 0.031,
          bins,
          standsOut: 'weak',
          explanation: 'The best rows stand a little apart from the bulk. Look well beyond the first rows.',
        },
        listed: { rows: rows.length, marked: marked.length },
        rows,
        marked,
        cutOff: { rank: 30, score: rows.at(-1)!.score, rowsBelow: 1174, deviations: 6.33 },
        nearEqual: {
          noise,
          acrossCutOff: 10,
          withTop: 3,
          sentence: [
            english.search.nearEqualTop(4, noise),
            english.search.nearEqualCutOff(10, 30),
            english.search.nearEqualRule(noise),
          ].join(' '),
          below: Array.from({ length: 10 }, (_, i) => ({
            rank: 31 + i,
            score: scores[30 + i]!,
            cropId: 131 + i,
            fileName: `cam1_20260314-1922${i}0_${131 + i}_1.jpg`,
            camera: cameras[1]!,
            correctedTime: '2026-03-14T19:23:00+01:00',
          })),
        },
      },
    ],
    audit: { headHash: hash('entry 14'), total: 14, entries: audit },
    signers: [],
    howToCheck: english.check.steps,
  };
}

/** A drawn figure for each crop, as a JPEG of the crop's size; every ninth has a thumbnail only. */
export const fixturePictures: PictureSource = async ({ cropId, width, height }) => {
  const colours = ['#a33', '#36a', '#484', '#772', '#555'];
  const colour = colours[cropId % colours.length]!;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#b9b4a8"/>
    <ellipse cx="${width / 2}" cy="${height * 0.12}" rx="${width * 0.14}" ry="${height * 0.08}" fill="#c99"/>
    <rect x="${width * 0.25}" y="${height * 0.2}" width="${width / 2}" height="${height * 0.35}" fill="${colour}"/>
    <rect x="${width * 0.3}" y="${height * 0.55}" width="${width * 0.4}" height="${height * 0.4}" fill="#223"/></svg>`;
  const bytes = await sharp(Buffer.from(svg)).jpeg().toBuffer();
  return { bytes, format: 'jpeg', width, height, thumbnail: cropId % 9 === 0 };
};
