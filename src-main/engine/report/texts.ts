import type { RejectReason } from '../ingest/schema.ts';
import { formatCount, formatScore } from './format.ts';

const crops = (count: number): string => `${formatCount(count)} ${count === 1 ? 'crop' : 'crops'}`;
const ranks = (from: number, to: number): string =>
  from === to ? `rank ${formatCount(from)}` : `ranks ${formatCount(from)} to ${formatCount(to)}`;

const rejectReasons: Record<RejectReason, string> = {
  unreadable: 'could not be read',
  truncated: 'cut short',
  'not-an-image': 'not an image',
  'too-large': 'file too large',
  'over-pixel-limit': 'over the pixel limit',
  'too-small': 'too small',
  'zero-bytes': 'empty file',
  'outside-folder': 'link that leads out of the folder',
  'name-does-not-parse': 'name does not follow the pattern',
  'time-impossible': 'impossible time',
  'time-in-gap': 'time skipped by daylight saving',
  'duplicate-row': 'row given twice',
  'invalid-row': 'row that cannot be read',
  'file-missing': 'file missing',
  'box-outside-frame': 'box outside its frame',
};

/**
 * Every word a report says by itself, in one language. A translation is another object of this type.
 * A ranked list is a lead: no text here claims who a picture shows, or how sure anything is.
 */
export const english = {
  language: 'en',
  header: 'Ranked search result - investigative lead, not an identification',
  pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
  headerDetail: (caseNumber: string, reportId: string) =>
    [caseNumber === '' ? '' : `Case ${caseNumber}`, `Report ${reportId}`]
      .filter((part) => part !== '')
      .join(' - '),
  title: (caseName: string) => `Search report: ${caseName}`,
  contents: 'Contents',
  none: 'none',
  notGiven: 'not given',
  unknown: 'not known',
  all: 'all',
  crops,
  list: (items: readonly string[]) => items.join('; '),

  meaning: {
    title: 'What this report is',
    callout:
      'This is a list of pictures, ordered by how well each one fits a description, as computed by a program. It is an investigative lead, not an identification. It must not be the only ground for any measure against a person.',
    points: [
      'A score orders the list of one search. It is a similarity between a description and a picture. It says nothing about who a picture shows, it cannot be turned into odds, and scores of different searches cannot be compared.',
      'Rank 1 is the picture that fits the description best by the measure of the model; several people can fit one description, and the person described may stand anywhere in the list.',
      'An empty list, or one with low scores only, does not show that a person was not there.',
      'Every comparison of a picture with a person is a separate act, done by a trained human who looks at the originals.',
      'The pictures are shown as they were imported: nothing in them was sharpened, enlarged, recoloured or otherwise enhanced.',
    ],
  },

  front: {
    reportId: 'Report',
    createdAt: 'Made at',
    operator: 'Made by',
    bodyHash: 'SHA-256 of the report body (report.json)',
    noBodyHash: 'written at export',
    previewNotice:
      'Preview. This is not an exported report: it has no report number, no hashes and no originals beside it, and was not written into the audit log.',
    previewId: 'preview',
    signature: 'Signature',
    unsigned:
      'This report is not signed. Its integrity rests on the hashes given here and on the audit log of the case.',
    searches: 'Searches reported',
    searchSummary: (id: number, name: string | null, rows: number, total: number) =>
      `Search ${id}${name === null ? '' : ` ("${name}")`}: ${formatCount(rows)} of ${formatCount(total)} ranked rows listed`,
  },

  caseFile: {
    title: 'Case',
    name: 'Case name',
    number: 'Case number',
    investigator: 'Investigator',
    purpose: 'Purpose of the search',
    legalBasis: 'Legal basis or authorisation',
    timeZone: 'Time zone of this report',
    createdAt: 'Case opened at',
    id: 'Case identifier',
    held: 'Held in the case',
    heldValue: (count: number, tracks: number, cameras: number) =>
      `${crops(count)}, ${formatCount(tracks)} tracks, ${formatCount(cameras)} cameras`,
    span: 'Time span (corrected time)',
    spanValue: (from: string, to: string) => `${from} to ${to}`,
  },

  search: {
    title: (id: number, name: string | null) => `Search ${id}${name === null ? '' : `: ${name}`}`,
    facts: 'Search',
    ranAt: 'Run at',
    operator: 'Run by',
    model: 'Model',
    program: 'Program and runtime',
    programValue: (version: string, runtime: string, provider: string) =>
      `Descry ${version}, ${runtime}, computed on ${provider}`,
    words: 'Words of the witnesses, verbatim',
    statement: (index: number, of: number) =>
      of === 1 ? 'Statement, verbatim' : `Statement ${index} of ${of}, verbatim`,
    noWords: 'No words were given: the search used example crops only.',
    asRun: 'The query as it was run',
    asRunIntro:
      'The model read the texts below. Invisible control characters and repeated spaces were taken out; nothing was added or reworded. A score is the weighted mean over statements and examples, less what a crop has of the phrases to avoid.',
    asRunCaption: 'Parts of the query',
    asRunColumns: ['Part', 'Text read by the model, or example file', 'Weight', 'SHA-256 of the example'],
    part: { statement: 'Statement', avoid: 'Avoid', like: 'Example crop' },
    ignored: (count: number) =>
      `${count} of the statements or examples had weight 0 or no readable text and took no part.`,
    warnings: 'Warnings shown with the search',
    folded: 'Crops of one track',
    foldedYes:
      'Crops of one camera and track, and crops with exactly the same bytes, share one row; the best of them stands for the row.',
    foldedNo: 'Each crop has its own row; only crops with exactly the same bytes share one.',
    gallery: 'What was searched, and what was left out',
    held: 'Crops in the case at the time',
    searched: 'Crops searched',
    leftOut: 'Crops left out',
    excluded: {
      filter: 'left out by the filters',
      'no-vector': 'not yet processed by the model',
      'no-time': 'without a time, while the search asked for one',
    },
    rejectedAtImport: 'Files rejected at import',
    rejectedAtImportValue: (count: number) =>
      count === 0 ? '0' : `${formatCount(count)}; reasons in the section on imports`,
    rows: 'Rows in the ranked list',
    rowsValue: (rows: number, searched: number) => `${formatCount(rows)} rows for ${crops(searched)}`,
    filters: 'Filters',
    noFilters: 'None: everything in the case was searched.',
    filter: {
      cameras: 'Only cameras',
      notCameras: 'Without cameras',
      from: 'From (inclusive)',
      to: 'To (exclusive)',
      timeOfDay: 'Time of day',
      timeOfDayValue: (from: string, to: string) => `${from} to ${to}`,
      batches: 'Only imports',
      tracks: 'Only tracks',
      verdicts: 'Only decisions',
      tags: 'Only tags',
      text: 'File name, note or tag contains',
    },
    galleryDigest: 'SHA-256 over the ids of the searched crops',
    lastCropId: 'Highest crop id at the time',
    distribution: 'Where the list stands in all scores',
    distributionCaption: (searched: number) => `Scores of all ${formatCount(searched)} searched crops`,
    distributionAxis: { x: 'score', y: 'crops' },
    distributionDescription: (minimum: number, maximum: number, mean: number, deviation: number) =>
      `Histogram. Lowest score ${formatScore(minimum)}, highest ${formatScore(maximum)}, mean ${formatScore(mean)}, standard deviation ${formatScore(deviation)}.`,
    cutOffLabel: (rank: number, score: number) => `cut-off: rank ${formatCount(rank)}, ${formatScore(score)}`,
    cutOff: 'Cut-off',
    cutOffValue: (rank: number, score: number, below: number) =>
      below === 0
        ? `None: the whole list of ${formatCount(rank)} rows is printed. The last row has score ${formatScore(score)}.`
        : `The list is printed down to rank ${formatCount(rank)} (score ${formatScore(score)}), whatever was decided about a row. ${formatCount(below)} ${below === 1 ? 'row lies' : 'rows lie'} below.`,
    cutOffEmpty: 'The search ranked no crop.',
    standsOut: 'Do the best stand clear?',
    nearEqual: 'Near-equal scores',
    nearEqualAlone: (noise: number) => `No other score lies within ${formatScore(noise)} of rank 1.`,
    nearEqualTop: (to: number, noise: number) =>
      `Ranks 1 to ${formatCount(to)} differ from rank 1 by less than ${formatScore(noise)}: their order says nothing.`,
    nearEqualCutOff: (count: number, rank: number) =>
      `${formatCount(count)} ${count === 1 ? 'row' : 'rows'} below the cut-off ${count === 1 ? 'has' : 'have'} nearly the same score as rank ${formatCount(rank)}: the list could as well have ended elsewhere.`,
    nearEqualRule: (noise: number) =>
      `Scores that differ by less than ${formatScore(noise)} (a tenth of the standard deviation of all searched scores, a convention of this report) are called near-equal here.`,
    overview: 'Ranked list down to the cut-off',
    overviewCaption: (id: number) => `Search ${id}: overview of the ranked list`,
    overviewColumns: ['Rank', 'Score', 'Camera', 'Corrected time', 'Decision', 'File name'],
    entries: 'Listed crops in full',
    originals:
      'The untouched original of each crop lies in the folder "originals" beside this report, with its SHA-256 as its name.',
    entriesCaption: (id: number) => `Search ${id}: every listed crop`,
    marked: 'Marked crops that the list does not show',
    markedIntro:
      'Crops of the case with a decision, a note or a tag that are not among the rows above. They are printed for completeness, not because of their score.',
    markedNone: 'There are none: every marked crop of the case stands in the list above.',
    markedCaption: (id: number) => `Search ${id}: marked crops that the list does not show`,
  },

  crop: {
    rank: (rank: number) => `Rank ${formatCount(rank)}`,
    notRanked: 'Not ranked',
    notRankedWhy: 'left out of this search by a filter, or added after it',
    score: (score: number) => `score ${formatScore(score)}`,
    shownAs: (rank: number, cropId: number) =>
      `Shares the row of rank ${formatCount(rank)} with crop ${cropId}, which stands for it.`,
    nearEqual: (from: number, to: number) => `Near-equal:\n${ranks(from, to)}`,
    folded: (count: number) => `Stands for ${crops(count)} of this row`,
    fileName: 'File name',
    sourcePath: 'Original path',
    sha256: 'SHA-256',
    image: 'Picture',
    imageValue: (width: number, height: number, format: string, bytes: number) =>
      `${width} x ${height} pixels, ${format}, ${formatCount(bytes)} bytes`,
    box: 'Cut from frame',
    boxValue: (frame: number | null, x: number, y: number, width: number, height: number) =>
      `${frame === null ? '' : `frame ${frame}, `}box x ${x}, y ${y}, ${width} x ${height}`,
    frameHash: 'SHA-256 of the frame',
    camera: 'Camera and track',
    cameraValue: (camera: string | null, track: string | null) =>
      `${camera ?? 'camera not known'}${track === null ? '' : `, track ${track}`}`,
    recorded: 'Recorded time',
    recordedValue: (time: string, source: string) => `${time} (camera clock, ${source})`,
    timeSource: {
      name: 'from the file name',
      exif: 'from the picture (EXIF)',
      manifest: 'from the manifest',
      frame: 'from the frame number',
      none: 'no source',
    },
    corrected: 'Corrected time',
    correctedValue: (time: string, offset: string) => `${time} (clock offset ${offset})`,
    noTime: 'not known',
    import: 'Imported',
    importValue: (time: string, batch: number, id: number) => `${time}, import ${batch}, crop ${id}`,
    duplicates: 'Same bytes also as',
    decision: 'Decision',
    verdict: { possible: 'possible', excluded: 'excluded', unsure: 'unsure', none: 'no decision' },
    decisionBy: (verdict: string, operator: string, at: string) => `${verdict} (${operator}, ${at})`,
    takenBack: 'taken back',
    earlier: 'Earlier decisions',
    tags: 'Tags',
    note: 'Note',
    noteValue: (text: string, operator: string, at: string) => `${text}\n(${operator}, ${at})`,
    notesLeftOut: 'Notes',
    notesLeftOutValue: (count: number) => `${formatCount(count)} not printed in this report`,
    alternative: (rank: string, camera: string, time: string) => `Crop at ${rank}, ${camera}, ${time}`,
    thumbnail: 'thumbnail',
    noPicture: 'no picture',
  },

  cameras: {
    title: 'Cameras and clock offsets',
    intro:
      'Recorded time is what the clock of a camera showed. Corrected time is recorded time in the zone of the camera, plus the clock offset. Recorded times are kept unchanged.',
    caption: 'Cameras of the case',
    columns: ['Camera', 'Crops', 'Time zone', 'Clock offset', 'Measured by', 'Measured at', 'Note'],
    notMeasured: 'not measured',
    notMeasuredNotice: (count: number) =>
      count === 1
        ? 'For one camera nobody has recorded who measured the clock offset: its corrected times rest on its own clock.'
        : `For ${count} cameras nobody has recorded who measured the clock offset: their corrected times rest on their own clocks.`,
    empty: 'No crop of this case names a camera.',
  },

  imports: {
    title: 'Imports',
    intro:
      'Every file was hashed with SHA-256 when it was imported, and its original was not changed. Rejected files were not searched.',
    caption: 'Imports into the case',
    columns: [
      'Import',
      'Started',
      'By',
      'Source',
      'Added',
      'Same bytes',
      'Already there',
      'Rejected',
      'Reasons',
    ],
    reason: (reason: string, count: number) =>
      `${formatCount(count)} ${rejectReasons[reason as RejectReason] ?? reason}`,
    empty: 'Nothing was imported.',
  },

  method: {
    title: 'How the list was made',
    factsTitle: 'Method',
    rows: {
      program: {
        label: 'Program',
        text: (name: string, version: string, platform: string) => `${name} ${version} on ${platform}`,
      },
      programDigest: {
        label: 'Program files, SHA-256',
        text: (digest: string, files: number) =>
          `${digest} (over the sorted sha256sum lines of ${files} files)`,
      },
      ranking: {
        label: 'Kind of search',
        text: 'Exact: every searched crop was scored, no approximate index was used. Printed scores were computed in 64-bit floating point from the stored vectors. Equal scores are ordered by crop id.',
      },
      filters: { label: 'Filters', text: 'Filters were applied before ranking and are exact.' },
      score: {
        label: 'Score',
        text: 'Weighted mean, over the statements and examples of the query, of the similarity of each with the crop. For each phrase to avoid, what the crop scores on it above the mean of all crops is taken off.',
      },
      repeat: {
        label: 'Repeating the search',
        text: 'The numbers of the query are stored with the search. "descry search CASE --rerun ID" ranks the same crops again and says whether ids, order and scores come out the same.',
      },
    },
    model: (name: string, version: string) => `Model: ${name} ${version}`,
    modelFacts: {
      id: 'Pack',
      digest: 'SHA-256 of the model (over the hashes of its files)',
      licence: 'Licence',
      dimensions: 'Length of a vector',
      preprocessing: 'Preparation of pictures',
      tokenizer: 'Tokenizer',
      similarity: 'Similarity measure',
      intendedUse: 'Intended use',
      provenance: 'Origin and training',
    },
    preprocessing: (width: number, height: number, mean: readonly number[], deviation: readonly number[]) =>
      `Whole picture resized to ${width} x ${height} pixels (bilinear with antialiasing), RGB, 8 bit, values divided by 255, mean ${mean.join(' / ')} taken off, divided by ${deviation.join(' / ')}`,
    tokenizer: (file: string, hash: string, tokens: number) =>
      `${file} (SHA-256 ${hash}), at most ${tokens} tokens a text`,
    similarity: (parts: readonly { name: string; dimensions: number; weight: number }[]) =>
      parts.length === 1
        ? `Cosine of the angle between the vectors of text and picture ("${parts[0]!.name}", ${parts[0]!.dimensions} numbers)`
        : `Weighted sum of cosines: ${parts.map((part) => `${part.weight} x "${part.name}" (${part.dimensions} numbers)`).join(' + ')}`,
    filesCaption: (name: string) => `Files of the model ${name}`,
    filesColumns: ['File', 'Bytes', 'SHA-256'],
  },

  accuracy: {
    title: 'Measured accuracy and known limits',
    intro:
      'How often the model put a picture of the described person among the first ranks, measured on the data set named. It describes the model on that data, not this search and not any row of it. The interval is the Wilson interval at the 0.95 level over queries.',
    caption: (name: string) => `Measured accuracy of ${name}`,
    columns: [
      'Data set',
      'Date',
      'Queries / gallery / people',
      'First rank',
      'First 5',
      'First 10',
      'Mean average precision',
      'Mean inverse penalty',
    ],
    share: (found: number, queries: number, low: number, high: number) =>
      `${formatCount(found)} of ${formatCount(queries)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
    sizes: (queries: number, gallery: number, people: number) =>
      `${formatCount(queries)} / ${formatCount(gallery)} / ${formatCount(people)}`,
    noInterval: 'The pack gives no interval for the two means.',
    none: 'The pack of this model states no measured accuracy. Nothing is known about how well it ranks.',
    transfer:
      'Real footage differs from test data in camera height, resolution, light, weather, crowding and clothing. Accuracy on the footage of this case was not measured and may be much lower.',
    limits: 'Known limits',
    modelLimits: (name: string) => `As stated by the model ${name}`,
    generalLimits: [
      'Low resolution, back views, people partly hidden, crowds and a colour cast at night or under artificial light lower the rank of the person described.',
      'Clothing changes: the description helps for a short time after the event only.',
      'Words for gender and age are unreliable, because the model learned them from clothes, hair and build.',
      'The program does not offer ethnic origin, religion, health or intent as something to search for, and no row implies any of them.',
      'A witness can err, and general descriptions fit many people.',
    ],
  },

  audit: {
    title: 'Extract of the audit log',
    intro:
      'The case keeps a log that can only grow. Each entry holds the hash of the one before; a change anywhere breaks every later hash.',
    headHash: 'Hash of the newest entry before this export',
    total: 'Entries in the log',
    shown: 'Printed here',
    shownValue: (from: number, to: number) =>
      `entries ${formatCount(from)} to ${formatCount(to)}, without a gap`,
    notShown: 'none: the extract was not asked for',
    caption: 'Audit log',
    columns: ['No.', 'Time (UTC)', 'By', 'Action', 'Detail', 'Hash (first 16)'],
    shortened: ' ... (whole entry in report.json)',
  },

  check: {
    title: 'How to check this report',
    steps: [
      'Nothing of Descry is needed. In the folder of this report run "sha256sum -c manifest-sha256.txt" (Linux, macOS with coreutils). On Windows, "Get-FileHash -Algorithm SHA256 FILE" in PowerShell prints the hash of one file, to be compared with its line in the manifest.',
      'The SHA-256 of report.json is printed on the first page. HTML, PDF and CSV were made from that file and say nothing that is not in it.',
      'The originals lie in the folder "originals", each named by its own SHA-256. They were copied byte for byte from the case, and each was hashed again while it was copied.',
      'Compare the hash of an original with the hash of the file at its original path, where that is still available.',
      'The audit log: the hash of an entry is SHA-256 over the canonical JSON (RFC 8785) of its members sequence, at (milliseconds since 1970 UTC), operator, action, detail and previousHash. Recompute it for each entry in report.json; previousHash must be the hash of the entry before.',
      'The export itself is the next entry in the audit log of the case, with the SHA-256 of the manifest and of every document of this report.',
      'With Descry and the case: "descry verify CASE" checks the case, "descry search CASE --rerun ID" repeats the ranking.',
    ],
    sums: 'Lines of sha256sum for the listed originals',
    sumsCaption: 'Save as a file in the folder of this report and give it to "sha256sum -c"',
  },

  pdf: {
    missingGlyphs:
      'Characters that the font of this PDF lacks are written as code points, [U+0000]; report.json and the HTML hold them as they were written.',
  },
};

export type ReportTexts = typeof english;
