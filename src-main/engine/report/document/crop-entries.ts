import { formatInstant, formatMoment, formatOffset, formatWallTime } from '../format.ts';
import type { MarkedCrop, ReportOptions, ReportRow } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import type { Entry, Fact } from './blocks.ts';

export function rowEntry(row: ReportRow, options: ReportOptions, texts: ReportTexts): Entry {
  const words = texts.crop;
  const remarks = [
    row.nearEqual === null ? '' : words.nearEqual(row.nearEqual.from, row.nearEqual.to),
    row.folded > 1 ? words.folded(row.folded) : '',
  ];
  return {
    heading: words.rank(row.rank),
    score: words.score(row.score),
    remark: remarks.filter((remark) => remark !== '').join('\n'),
    picture: picture(row, words.rank(row.rank), options, texts),
    facts: cropFacts(row, options, texts),
  };
}

export function markedEntry(crop: MarkedCrop, options: ReportOptions, texts: ReportTexts): Entry {
  const words = texts.crop;
  const heading = crop.rank === null ? words.notRanked : words.rank(crop.rank);
  const shared = crop.shownAs === null || crop.rank === null ? '' : words.shownAs(crop.rank, crop.shownAs);
  return {
    heading,
    score: crop.score === null ? '' : words.score(crop.score),
    remark: crop.rank !== null ? shared : crop.removedAt === undefined ? words.notRankedWhy : '',
    picture: picture(crop, heading, options, texts),
    facts: cropFacts(crop, options, texts),
  };
}

type ReportedCrop = ReportRow | MarkedCrop;

function picture(
  crop: ReportedCrop,
  rank: string,
  options: ReportOptions,
  texts: ReportTexts,
): Entry['picture'] {
  if (!options.pictures) return null;
  const camera = crop.camera === null ? texts.unknown : visibleLine(crop.camera);
  const time = crop.correctedTime === null ? texts.crop.noTime : formatInstant(crop.correctedTime);
  const covered = crop.redacted ? crop.redaction : null;
  const remark = covered ? texts.crop.redacted(visibleLine(covered.operator), formatMoment(covered.at)) : '';
  const alternative = texts.crop.alternative(rank, camera, time);
  return {
    cropId: crop.id,
    sha256: crop.sha256,
    width: crop.width,
    height: crop.height,
    alternative: covered ? `${alternative}; ${remark}` : alternative,
    covered: covered?.boxes ?? null,
    remark,
    attachment:
      options.attachOriginals && crop.file !== null
        ? {
            file: crop.file.replace(/^.*\//, ''),
            description: texts.crop.attachment(rank, visibleLine(crop.fileName)),
          }
        : null,
  };
}

/** Everything about a crop and what people decided and wrote about it. */
function cropFacts(crop: ReportedCrop, options: ReportOptions, texts: ReportTexts): Fact[] {
  const words = texts.crop;
  const line = (text: string | null): string | null => (text === null ? null : visibleLine(text));
  const facts: Fact[] = [
    { label: words.fileName, value: visibleLine(crop.fileName), style: 'mono' },
    { label: words.camera, value: words.cameraValue(line(crop.camera), line(crop.track)) },
    {
      label: words.recorded,
      value:
        crop.recordedTime === null
          ? words.noTime
          : words.recordedValue(formatWallTime(crop.recordedTime), words.timeSource[crop.timeSource]),
    },
    {
      label: words.corrected,
      value:
        crop.correctedTime === null
          ? words.noTime
          : words.correctedValue(formatInstant(crop.correctedTime), formatOffset(crop.clockOffsetMs)),
    },
    ...reviewFacts(crop, options, texts),
    ...(crop.removedAt === undefined
      ? []
      : [{ label: words.removed, value: words.removedFrom(formatMoment(crop.removedAt)) }]),
    { label: words.image, value: words.imageValue(crop.width, crop.height, crop.format, crop.bytes) },
    { label: words.sourcePath, value: visibleLine(crop.sourcePath), style: 'mono' },
    { label: words.sha256, value: crop.sha256, style: 'mono' },
    ...redactionFacts(crop, options, texts),
  ];
  if (crop.box) {
    const { x, y, width, height } = crop.box;
    facts.push({ label: words.box, value: words.boxValue(crop.frame, x, y, width, height) });
  }
  if (crop.frameSha256 !== null)
    facts.push({ label: words.frameHash, value: crop.frameSha256, style: 'mono' });
  if (crop.duplicates.length > 0) {
    facts.push({
      label: words.duplicates,
      value: texts.list(crop.duplicates.map((other) => visibleLine(other.fileName))),
      style: 'mono',
    });
  }
  facts.push({
    label: words.import,
    value: words.importValue(formatMoment(crop.importedAt), crop.batchId, crop.id),
  });
  return facts;
}

/** What is drawn over the picture, whether this report covers it or not. */
function redactionFacts(crop: ReportedCrop, options: ReportOptions, texts: ReportTexts): Fact[] {
  const words = texts.crop;
  if (crop.redaction === null) return [];
  const { boxes, operator, at, reason } = crop.redaction;
  const drawn = words.coveredValue(
    boxes.length,
    visibleLine(operator),
    formatMoment(at),
    visibleText(reason),
  );
  const effect = !crop.redacted ? words.notCovered : options.pictures ? words.originalLeftOut : '';
  return [{ label: words.covered, value: effect === '' ? drawn : `${drawn}\n${effect}`, style: 'verbatim' }];
}

function reviewFacts(crop: ReportedCrop, options: ReportOptions, texts: ReportTexts): Fact[] {
  const words = texts.crop;
  const said = crop.decisions.map((decision) =>
    words.decisionBy(
      decision.verdict === null ? words.takenBack : words.verdict[decision.verdict],
      visibleLine(decision.operator),
      formatMoment(decision.at),
    ),
  );
  const last = said.at(-1);
  const facts: Fact[] = [
    { label: words.decision, value: crop.verdict === null || last === undefined ? words.verdict.none : last },
  ];
  const earlier = crop.verdict === null ? said : said.slice(0, -1);
  if (earlier.length > 0) facts.push({ label: words.earlier, value: texts.list(earlier) });
  if (crop.tags.length > 0) facts.push({ label: words.tags, value: texts.list(crop.tags.map(visibleLine)) });
  if (options.includeNotes) {
    for (const note of crop.notes) {
      const value = words.noteValue(
        visibleText(note.text),
        visibleLine(note.operator),
        formatMoment(note.at),
      );
      facts.push({ label: words.note, value, style: 'verbatim' });
    }
  } else if (crop.noteCount > 0) {
    facts.push({ label: words.notesLeftOut, value: words.notesLeftOutValue(crop.noteCount) });
  }
  return facts;
}
