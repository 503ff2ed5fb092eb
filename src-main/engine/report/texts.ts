import type { PackManifest } from '../inference/schema.ts';
import type { RejectReason } from '../ingest/schema.ts';
import { formatCount, formatScore } from './format.ts';
import type { SignedNames } from './signing/how-to-check.ts';
import type { Signer } from './signing/schema.ts';

const crops = (count: number): string => `${formatCount(count)} ${count === 1 ? 'crop' : 'crops'}`;
const ranks = (from: number, to: number): string =>
  from === to ? `rank ${formatCount(from)}` : `ranks ${formatCount(from)} to ${formatCount(to)}`;

const leadOnly = 'Ranked search result - investigative lead, not an identification';

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

const signedWith = ({ kind, subject, issuer, validFrom, validTo, fingerprint }: Signer): string =>
  kind === 'key'
    ? `the Ed25519 key "${subject}", SHA-256 fingerprint ${fingerprint}`
    : `the certificate of ${subject}, issued by ${issuer === subject ? 'itself' : issuer}, valid from ${validFrom} to ${validTo}, SHA-256 fingerprint ${fingerprint}`;

/**
 * Every word a report says by itself, in one language. A translation is another object of this type.
 * A ranked list is a lead: no text here claims who a picture shows, or how sure anything is.
 */
export const english = {
  language: 'en',
  header: leadOnly,
  pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
  footer: (bodySha256: string) => `SHA-256 of report.json: ${bodySha256}`,
  headerDetail: (caseNumber: string, reportId: string) =>
    [caseNumber === '' ? '' : `Case ${caseNumber}`, reportId].filter((part) => part !== '').join(' - '),
  title: (caseName: string) => `Search report: ${caseName}`,
  contents: 'Contents',
  none: 'none',
  notGiven: 'not given',
  unknown: 'not known',
  all: 'all',
  count: formatCount,
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
    redacted:
      'Parts of some pictures were covered with black boxes by hand. Each of them is marked, and its SHA-256 is that of the untouched original, which is not in this export.',
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
    signed: (signers: readonly Signer[]) =>
      [
        ...signers.map(
          (signer) =>
            `Signed at export with ${signedWith(signer)}. It covers the list of hashes${signer.kind === 'certificate' ? ' and, where there is one, the PDF' : ''}.`,
        ),
        'A signature shows with which key an export was signed and that nothing was changed since. Whether that key belongs to whom it names is for the reader to decide.',
      ].join('\n'),
    template: 'Form of this report',
    templateValue: (agency: string, digest: string) =>
      `${agency === '' ? 'template without an agency' : agency}, template with SHA-256 ${digest}`,
    noTemplate: 'the plain form of the program: no agency has set a template',
    logo: (agency: string) => `Logo${agency === '' ? '' : ` of ${agency}`}`,
    covered: 'Covered parts',
    coveredValue: (count: number) =>
      `${crops(count)} shown here ${count === 1 ? 'has' : 'have'} parts covered by hand; the originals of these are left out. Each is marked, and listed with its SHA-256 under "How to check this report".`,
    sensitive: (searches: readonly number[], words: readonly string[]) =>
      `${searches.length === 1 ? `Search ${searches[0]} used` : `Searches ${searches.join(', ')} used`} words that a picture cannot answer: ${words.map((word) => `"${word}"`).join(', ')}. A model ranks such words by stereotype. No rank of such a search says anything about the origin, religion, health or orientation of anybody.`,
    searches: 'Searches reported',
    searchSummary: (id: number, name: string | null, words: string, rows: number, total: number) =>
      [
        `Search ${id}${name === null ? '' : ` ("${name}")`}`,
        words === '' ? 'example crops only' : words,
        `${formatCount(rows)} of ${formatCount(total)} ranked rows listed`,
      ].join(': '),
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
    id: 'Case id',
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
    modelValue: (id: string, version: string, digest: string) => `${id} ${version} (SHA-256 ${digest})`,
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
    galleryIntro:
      'From the files that were offered for import to the rows of this report: each line in bold is what the lines above it leave.',
    accountCaption: 'What was searched, and what was left out and why',
    accountColumns: ['What', 'Number', 'Why'],
    account: {
      offered: ['Files offered to the imports begun before the search', ''],
      rejected: ['less files that were rejected', ''],
      present: ['less files that the case had already', 'the same file again adds nothing'],
      elsewhere: [
        'less files that were not crops of the case at that time',
        'not read yet, or taken out again',
      ],
      gone: ['and crops of imports that the case does not record any more', 'taken out after the search'],
      held: ['Crops in the case at the time of the search', ''],
      duplicates: [
        'of which copies with the same bytes as another crop',
        'they are kept, and share a row with the other',
      ],
      filter: ['less crops left out by the filters', 'hidden by what the search was narrowed to, see below'],
      'no-time': ['less crops without a time', 'their time is not known, and the search asked for one'],
      'no-vector': ['less crops without a vector of the model', 'the model had not read them, or could not'],
      searched: ['Crops searched', 'each of them was scored'],
      folded: ['less crops that share a row with a better one', 'the same track, or the same bytes'],
      rows: ['Rows of the ranked list', ''],
      below: [
        'less rows below the cut-off',
        'they lie in the case, and come out again when the search is repeated',
      ],
      listed: ['Rows reported', 'whatever was decided about them'],
    },
    none: 'none',
    stillImporting:
      'An import was running when the search was run: its files are counted in the first lines as they are now.',
    searchedCaption: 'Crops searched, by camera',
    searchedColumns: [
      'Camera',
      'Crops searched',
      'Without time',
      'First (corrected time)',
      'Last (corrected time)',
    ],
    clocksChanged: (count: number) =>
      `After this search the clock offset or time zone of a camera was changed ${count === 1 ? 'once' : `${formatCount(count)} times`}. Corrected times in this report are those of now; filters by time used those of then.`,
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
    deviations: (deviations: number) =>
      `It lies ${Math.abs(deviations).toFixed(1)} standard deviations ${deviations < 0 ? 'below' : 'above'} the mean of all searched scores.`,
    distribution: 'Where the list stands in all scores',
    distributionCaption: (searched: number) => `Scores of all ${formatCount(searched)} searched crops`,
    distributionAxis: { x: 'score', y: 'crops' },
    distributionDescription: (minimum: number, maximum: number, mean: number, deviation: number) =>
      `Histogram. Lowest score ${formatScore(minimum)}, highest ${formatScore(maximum)}, mean ${formatScore(mean)}, standard deviation ${formatScore(deviation)}.`,
    cutOffLabel: (rank: number, score: number) => `cut-off: rank ${formatCount(rank)}, ${formatScore(score)}`,
    cutOff: 'Cut-off',
    cutOffValue: (rank: number, score: number, below: number) =>
      below === 0
        ? `None: the whole list of ${formatCount(rank)} rows is reported. The last row has score ${formatScore(score)}.`
        : `The list is reported down to rank ${formatCount(rank)} (score ${formatScore(score)}), whatever was decided about a row. ${formatCount(below)} ${below === 1 ? 'row lies' : 'rows lie'} below.`,
    shownOf: (shown: number, listed: number) =>
      `This document shows ranks 1 to ${formatCount(shown)}. The whole list down to the cut-off, ranks 1 to ${formatCount(listed)}, is in report.json, and in report.csv where that was exported.`,
    markedShownOf: (shown: number, listed: number) =>
      `This document shows the first ${formatCount(shown)} of ${crops(listed)}; all of them are in report.json, and in report.csv where that was exported.`,
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
    belowCaption: (shown: number, count: number) =>
      shown < count
        ? `The first ${formatCount(shown)} of ${formatCount(count)} rows below the cut-off that are near-equal to the last row above it`
        : 'Rows below the cut-off that are near-equal to the last row above it',
    belowColumns: ['Rank', 'Score', 'Camera', 'Corrected time', 'File name'],
    overview: 'Ranked list down to the cut-off',
    overviewCaption: (id: number) => `Search ${id}: overview of the ranked list`,
    overviewColumns: ['Rank', 'Score', 'Camera', 'Corrected time', 'Decision', 'File name'],
    entries: 'Listed crops in full',
    originals:
      'The untouched original of each crop lies in the folder "originals" beside this report, with its SHA-256 as its name. A picture marked as a thumbnail is a smaller copy for display; every other picture consists of the bytes of its original.',
    attached:
      'The same bytes are attached to the PDF: a reader shows them under "Attachments", "pdfdetach" takes them out.',
    noPictures:
      'This report was asked for without pictures: no crop is shown, and no original lies beside it.',
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
    removed: 'Removed',
    removedFrom: (at: string) =>
      `removed from the case on ${at}, together with the import that it came with; its original is not kept any more`,
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
    covered: 'Covered parts',
    coveredValue: (boxes: number, operator: string, at: string, reason: string) =>
      `${boxes === 1 ? '1 box' : `${formatCount(boxes)} boxes`} by ${operator}, ${at}${reason === '' ? '' : `: ${reason}`}`,
    notCovered: 'This report shows the picture without the boxes.',
    originalLeftOut: 'The original is not in this export; the SHA-256 proves it.',
    redacted: (operator: string, at: string) => `redacted by ${operator} on ${at}`,
    attachment: (rank: string, fileName: string) => `Original of the crop at ${rank}: ${fileName}`,
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
      maker: {
        label: 'Maker and licence',
        text: 'The contributors of the Descry project. Apache-2.0: its source code can be had and read.',
      },
      programDigest: {
        label: 'Program files, SHA-256',
        text: (digest: string, files: number) =>
          `${digest} (over the sorted sha256sum lines of ${files} files)`,
      },
      runtime: {
        label: 'Inference runtime',
        text: (name: string) =>
          `${name}, as installed where this report was made; each search names the runtime that it ran with`,
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
    preprocessing: ({ width, height, resize, crop, mean, std }: PackManifest['image']) =>
      [
        crop === 'centre'
          ? `Picture resized with its aspect ratio to cover ${width} x ${height} pixels, the middle cut out`
          : `Whole picture resized to ${width} x ${height} pixels`,
        `(${resize === 'antialias-bicubic' ? 'bicubic' : 'bilinear'} with antialiasing), RGB, 8 bit, values divided by 255, mean ${mean.join(' / ')} taken off, divided by ${std.join(' / ')}`,
      ].join(' '),
    tokenizer: ({ tokenizer, maxTokens, padded }: PackManifest['text'], hash: string) =>
      [
        `${tokenizer.file} (SHA-256 ${hash}), at most ${maxTokens} tokens a text`,
        tokenizer.cleaning === 'clip' ? 'text cleaned as by the reference tokenizer of CLIP' : '',
        padded ? 'every text filled up to that length' : '',
      ]
        .filter((part) => part !== '')
        .join('; '),
    similarity: (parts: PackManifest['embeddings']) => {
      const measure = parts.some(({ length }) => length === 'at-most-one')
        ? 'dot product of the vectors of text and picture, which are shortened where the model is unsure'
        : 'cosine of the angle between the vectors of text and picture';
      return parts.length === 1
        ? `The ${measure} ("${parts[0]!.name}", ${parts[0]!.dimensions} numbers)`
        : `Weighted sum, each part the ${measure}: ${parts.map((part) => `${part.weight} x "${part.name}" (${part.dimensions} numbers)`).join(' + ')}`;
    },
    filesCaption: (name: string) => `Files of the model ${name}`,
    runtimeFilesCaption: (name: string) => `Files of the runtime ${name}`,
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
    none: (name: string) =>
      `${name}: accuracy not measured. The pack of this model states none, as one made from a published checkpoint does, and this report cannot say how well it ranks. It can be measured on labelled pictures: "descry eval --annotations FILE --images FOLDER".`,
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

  blind: {
    title: 'Second, blind reviews',
    intro:
      'A second person looked at the same crops without scores, ranks or the first decisions, in an order drawn by a seed: that of SHA-256 over "seed:crop". What is compared is what people noted; that two people note the same says nothing about who a picture shows.',
    reviewTitle: (id: number, searchId: number) => `Blind review ${id} of search ${searchId}`,
    first: 'First review by',
    second: 'Second review by',
    finished: 'Finished',
    crops: 'Crops reviewed',
    same: 'The same decision by both',
    sameValue: (same: number, both: number) => `${formatCount(same)} of ${crops(both)} that both decided`,
    oneOnly: 'Decided by one only',
    oneOnlyValue: (first: number, second: number, neither: number) =>
      `first only ${formatCount(first)}, second only ${formatCount(second)}, neither ${formatCount(neither)}`,
    kappa: "Cohen's kappa (1: full agreement, 0: as by chance)",
    noKappa: 'not defined: too few decisions, or all of one kind',
    noDecisions: 'nobody: there were no decisions',
    seed: 'Seed of the order',
    tableCaption: 'Crops by the first decision (rows) and the second (columns)',
    tableCorner: 'First / second',
    columns: ['Rank', 'Crop', 'File', 'First', 'Second'],
    differingCaption: (shown: number, total: number) =>
      shown === total
        ? `Crops on which the two differ: ${formatCount(total)}`
        : `Crops on which the two differ: the first ${formatCount(shown)} of ${formatCount(total)}; report.json has all of them`,
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
    bagSteps: [
      'Nothing of Descry is needed. In the folder that holds bagit.txt run "sha256sum -c tagmanifest-sha256.txt" and then "sha256sum -c manifest-sha256.txt" (Linux, macOS with coreutils). On Windows, "Get-FileHash -Algorithm SHA256 FILE" in PowerShell prints the hash of one file, to be compared with its line.',
      'This is a BagIt bag (RFC 8493), so that any BagIt validator checks it: that nothing is missing, changed or added. The payload is the folder "data"; Payload-Oxum in bag-info.txt gives its bytes and its number of files.',
      'The SHA-256 of data/report.json is printed on the first page of HTML and PDF. HTML, PDF and CSV were made from that file and say nothing that is not in it. The folder "data/schemas" describes its form.',
      'The originals lie in "data/originals", each named by its own SHA-256. They were copied byte for byte from the case, and each was hashed again while it was copied. What lies in "data/thumbnails" are smaller copies for display, made by the program.',
      'Compare the hash of an original with the hash of the file at its original path, where that is still available.',
      'The audit log: the hash of an entry is SHA-256 over the canonical JSON (RFC 8785) of its members sequence, at (milliseconds since 1970 UTC), operator, action, detail and previousHash. Recompute it for each entry in data/audit.json; previousHash must be the hash of the entry before.',
      'data/case-uco.jsonld says the same in the terms of the CASE and UCO ontologies, for other programs.',
      'The export itself is the next entry in the audit log of the case, with the SHA-256 of the tag manifest and of every document of this report.',
      'With Descry: "descry verify" with this folder, or with the zip file of it, does all of this without the case. With the case: "descry verify CASE" checks the case, "descry search CASE --rerun ID" repeats the ranking.',
    ],
    signature: {
      manifest: ({ fileName, publicName }: SignedNames, [check = '', show = '']: readonly string[]) =>
        `The signature over the list of hashes is ${fileName}. In its folder, with OpenSSL, "${check}" checks it, and "${show}" shows whose it is, as ${publicName} states it. Compare that fingerprint with one that came from the signer by another way.`,
      pdf: 'The signature in the PDF: "pdfsig report.pdf" (poppler-utils) or a PDF reader shows it, its certificate, and whether the document was changed since.',
    },
    program:
      'For the audit log: a program for Python 3, which needs nothing else. how-to-check.txt holds it too. Save it as check-log.py and run "python3 check-log.py report.json".',
    withheld: 'Originals that are left out because parts of their pictures are covered',
    withheldColumns: ['SHA-256 of the original', 'Where', 'File name'],
    withheldWhere: (searchId: number, rank: string) => `search ${searchId}, ${rank}`,
    sums: 'Lines of sha256sum for the listed originals',
    sumsShown:
      'Lines of sha256sum for the originals that this document shows; manifest-sha256.txt has those of all',
    sumsElsewhere: (count: number) =>
      `The lines of sha256sum for the originals of the ${crops(count)} shown here are in manifest-sha256.txt; each crop above is printed with its SHA-256.`,
    sumsCaption: 'Save as a file in the folder of this report and give it to "sha256sum -c"',
  },

  bundle: {
    description: (caseName: string, searches: readonly number[]) =>
      `Evidence bundle of the case "${caseName}": ranked result of ${searches.length === 1 ? 'search' : 'searches'} ${searches.join(', ')}, with the original bytes of the listed crops. ${leadOnly}.`,
    thumbnails:
      'These are thumbnails: smaller copies that Descry made for display, compressed again. They are not evidence. The untouched original of thumbnail-of-X.jpg has the SHA-256 X and lies in the folder "originals". A small original has no thumbnail.',
    noModelCard: (id: string, version: string, sha256: string | null) =>
      `The card of the model ${id} ${version} is not in this bundle: the model is not installed in this version where the bundle was made. pack.json is the record that the case keeps of it.${sha256 === null ? '' : ` It gives the card's SHA-256: ${sha256}.`}`,
    caseUco: {
      camera: (zone: string, offset: string) =>
        `Camera of the case. Time zone ${zone}, clock offset ${offset}.`,
      recorded: (clock: string, offset: string) =>
        `The clock of the camera showed ${clock}; clock offset ${offset}.`,
      ranked: (rank: number, score: string, folded: number) =>
        `Rank ${rank}, score ${score}${folded > 1 ? `; the row holds ${folded} crops` : ''}. A score orders the list of one search and says nothing about who a picture shows.`,
      rankedBelow: (rank: number, score: string) =>
        `Marked by a person; stands at rank ${rank}, score ${score}, not in the list as a row of its own.`,
      notRanked: 'Marked by a person; this search did not rank it.',
      decision: (verdict: string) => `Decision: ${verdict}`,
      tags: (tags: readonly string[]) => `Tags: ${tags.join('; ')}`,
      import: (id: number) => `Import ${id}`,
      importRecord: (id: number) => `Crops of import ${id} that this bundle lists`,
      importCounts: (imported: number, duplicates: number, present: number, rejected: number) =>
        `${formatCount(imported)} added, ${formatCount(duplicates)} with the bytes of another crop, ${formatCount(present)} already there, ${formatCount(rejected)} rejected.`,
      search: (id: number, name: string | null) => `Search ${id}${name === null ? '' : `: ${name}`}`,
      searchRecord: (id: number) =>
        `Ranked list of search ${id} down to the cut-off, and crops marked beside it`,
      searched: (searched: number, held: number) =>
        `${formatCount(searched)} of ${formatCount(held)} crops were searched; what was left out, and why, is in report.json.`,
      export: (id: string) => `Export of ${id}`,
      bundle: (id: string) => `Evidence bundle ${id}`,
      document: (format: string) => `Document of the report (${format})`,
      original: 'Original, copied byte for byte into the bundle',
      frame: 'Frame that a crop was cut from; not part of the bundle',
      cutOut: (frame: number | null, x: number, y: number, width: number, height: number) =>
        `Cut out${frame === null ? '' : ` of frame ${frame}`}: x ${x}, y ${y}, ${width} x ${height}`,
    },
  },

  pdf: {
    missingGlyphs:
      'Characters that the font of this PDF lacks are written as code points, [U+0000]; report.json and the HTML hold them as they were written.',
  },
};

export type ReportTexts = typeof english;
