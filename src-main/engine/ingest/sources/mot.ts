import { DescryError } from '../../errors.ts';
import type { DetectionFile } from './detection.ts';

/** MOTChallenge's classes of people: pedestrian, person on a vehicle, static person. */
const personClasses = new Set([1, 2, 7]);

/**
 * Reads MOTChallenge text: `frame,id,left,top,width,height,confidence,…` a line, comma or white space.
 * Ground truth of MOT16 and later has nine columns, the eighth is the class: only people are taken.
 * An id of -1 (plain detections) is no track.
 * @throws DescryError `invalid-input` when no line is a detection.
 */
export function readMot(text: string): DetectionFile {
  const file: DetectionFile = { detections: [], invalid: [] };
  let readable = 0;
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const content = line.replace(/^\uFEFF/, '').trim();
    if (content === '' || content.startsWith('#')) return;
    const fields = content.split(/\s*[,;]\s*|\s+/);
    const numbers = fields.map((field) => (field === '' ? NaN : Number(field)));
    const [frame, id, x, y, width, height, confidence] = numbers as [
      number,
      number,
      number,
      number,
      number,
      number,
      number | undefined,
    ];
    const error = whatIsWrong(numbers, frame, width, height);
    if (error) {
      file.invalid.push({
        where: `line ${index + 1}`,
        problem: { reason: 'invalid-row', detail: `Line ${index + 1}: ${error}` },
      });
      return;
    }
    readable++;
    if (numbers.length === 9 && !personClasses.has(numbers[7]!)) return;
    file.detections.push({
      frame,
      file: null,
      track: id === -1 ? null : fields[1]!,
      box: { x, y, width, height },
      confidence: confidence ?? null,
    });
  });
  if (readable === 0) {
    throw new DescryError(
      'invalid-input',
      'No line of this file is a MOTChallenge detection (frame, id, left, top, width, height, confidence).',
      { invalid: file.invalid.length },
    );
  }
  return file;
}

function whatIsWrong(
  numbers: readonly number[],
  frame: number,
  width: number,
  height: number,
): string | null {
  if (numbers.length < 6) return `it has ${numbers.length} values; at least 6 are needed.`;
  if (!numbers.slice(0, 7).every(Number.isFinite)) return 'not all of its values are numbers.';
  if (!Number.isSafeInteger(frame) || frame < 0) return 'the frame is not a whole number.';
  if (width <= 0 || height <= 0) return 'the box has no width or no height.';
  return null;
}
