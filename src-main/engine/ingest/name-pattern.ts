import { withoutImageExtension } from './file-kinds.ts';
import { compileTemplate, type NameParts } from './template.ts';

/** A way to read names. */
export interface NamePattern {
  /** Preset id, or the template itself. */
  id: string;
  /** What is shown to explain it. */
  template: string;
  /** @param path relative to the source, `/` between folders. @returns null when the name does not fit. */
  parse(path: string): NameParts | null;
}

interface Preset {
  id: string;
  label: string;
  example: string;
  template: string;
  parse(name: string, folder: string): NameParts | null;
}

const noParts: NameParts = { camera: null, time: null, track: null, frame: null };
const descryTemplate = '{camera}_{date:yyyyMMdd}-{time:HHmmss}_{track}_{n}';
const descry = compileTemplate(descryTemplate);

function parseMarket(name: string): NameParts | null {
  const parts = /^(-1|\d{4})_(c\d+)s\d+_(\d+)_\d+$/.exec(name);
  if (!parts) return null;
  // -1 (junk) and 0000 (distractors) are not people: their crops do not belong together.
  const track = parts[1] === '-1' || parts[1] === '0000' ? null : parts[1]!;
  return { camera: parts[2]!, time: null, track, frame: Number(parts[3]) };
}

function parseMsmt(name: string): NameParts | null {
  // Person, running number, camera, month and day with the part of the day, frame, running number.
  const parts = /^(\d{4})_\d{3}_(\d{2})_\d{4}(?:morning|noon|afternoon)_(\d{4})_\d(?:_ex)?$/.exec(name);
  return parts ? { camera: parts[2]!, time: null, track: parts[1]!, frame: Number(parts[3]) } : null;
}

function parseCuhkPedes(name: string, folder: string): NameParts | null {
  if (folder === 'Market') return parseMarket(name);
  const person = /^p(\d+)_s(\d+)$/.exec(name);
  if (person) return { ...noParts, camera: folder === '' ? null : folder, track: person[1]! };
  if (/^cam_[a-z]$/.test(folder)) {
    const track = /^(\d+)_\d+$/.exec(name)?.[1];
    return track ? { ...noParts, camera: folder, track } : null;
  }
  if (folder === 'CUHK01') {
    const parts = /^(\d{4})(\d{3})$/.exec(name);
    return parts
      ? { ...noParts, camera: Number(parts[2]) <= 2 ? 'CUHK01-a' : 'CUHK01-b', track: parts[1]! }
      : null;
  }
  if (folder === 'CUHK03') {
    const parts = /^(\d+)_(\d+)_(\d)_\d+$/.exec(name);
    return parts ? { ...noParts, camera: `CUHK03-${parts[1]}-${parts[3]}`, track: parts[2]! } : null;
  }
  return null;
}

/** Names that are known; `auto` prefers the earlier of two that fit as often. */
export const presets: readonly Preset[] = [
  {
    id: 'descry',
    label: 'Camera, date and time, track',
    example: 'gate-north_20260314-081502_12_3.jpg',
    template: descryTemplate,
    parse: (name) => descry.parse(name),
  },
  {
    id: 'market1501',
    label: 'Market-1501',
    example: '0002_c1s1_000451_03.jpg',
    template: '{track}_{camera}s{*}_{frame}_{n}',
    parse: parseMarket,
  },
  {
    id: 'msmt17',
    label: 'MSMT17',
    example: '0001_000_01_0303morning_0021_0.jpg',
    template: '{track}_{n}_{camera}_{*}_{frame}_{*}',
    parse: parseMsmt,
  },
  {
    id: 'cuhk-pedes',
    label: 'CUHK-PEDES',
    example: 'train_query/p11600_s14885.jpg',
    template: '{camera}/p{track}_s{n}',
    parse: parseCuhkPedes,
  },
  {
    id: 'none',
    label: 'Do not read names',
    example: 'IMG_0001.jpg',
    template: '{*}',
    parse: () => noParts,
  },
];

/**
 * The pattern with this preset id, or the template compiled.
 * @throws DescryError `invalid-input` for a template with a mistake.
 */
export function namePattern(pattern: string): NamePattern {
  const preset = presets.find(({ id }) => id === pattern);
  if (preset) {
    const { id, template } = preset;
    return {
      id,
      template,
      parse: (path) => {
        const segments = path.split('/');
        return preset.parse(withoutImageExtension(segments.at(-1)!), segments.at(-2) ?? '');
      },
    };
  }
  const template = compileTemplate(withoutImageExtension(pattern));
  return {
    id: pattern,
    template: pattern,
    parse: (path) => {
      const segments = withoutImageExtension(path).split('/');
      return segments.length > template.depth
        ? template.parse(segments.slice(-template.depth - 1).join('/'))
        : null;
    },
  };
}

/**
 * Counts which preset reads most names.
 * It must read at least half of them; otherwise names are not read at all (`none`).
 */
export class PatternChoice {
  readonly #counts = presets
    .filter(({ id }) => id !== 'none')
    .map((preset) => ({ pattern: namePattern(preset.id), fits: 0 }));
  #names = 0;

  add(path: string): void {
    this.#names++;
    for (const count of this.#counts) if (count.pattern.parse(path)) count.fits++;
  }

  best(): NamePattern {
    const best = this.#counts.reduce((a, b) => (b.fits > a.fits ? b : a));
    return best.fits > 0 && best.fits * 2 >= this.#names ? best.pattern : namePattern('none');
  }
}
