import { DescryError } from '../errors.ts';

/** What a name tells about a crop. The time is as written, not yet checked against the calendar. */
export interface NameParts {
  camera: string | null;
  /** ISO 8601 without an offset. */
  time: string | null;
  track: string | null;
  frame: number | null;
}

const clockFields = { yyyy: 4, yy: 2, MM: 2, dd: 2, HH: 2, mm: 2, ss: 2, SSS: 3 } as const;
type ClockField = keyof typeof clockFields;

type Token =
  | { kind: 'literal'; text: string }
  | { kind: 'clock'; field: ClockField }
  /** Digits only. */
  | { kind: 'number'; name: 'frame' | 'n' }
  /** Any characters of one path segment: as many as possible, or for `*` as few. */
  | { kind: 'text'; name: 'camera' | 'track' | '*' };

/** A template, compiled. */
export interface Template {
  /** Folders above the file that the template speaks of. */
  depth: number;
  /** @returns the parts of a name without its extension (and of `depth` folders above it), or null when it does not fit. */
  parse(name: string): NameParts | null;
}

const placeholders = '{camera}, {date:yyyyMMdd}, {time:HHmmss}, {track}, {frame}, {n} and {*}';

/**
 * Compiles a template such as `{camera}_{date:yyyyMMdd}-{time:HHmmss}_{track}`. Text outside braces stands
 * for itself, `{{` for a brace, `/` separates folders, `{*}` is anything, `{n}` is a number that is not kept.
 * @throws DescryError `invalid-input` that names the column of the mistake.
 */
export function compileTemplate(template: string): Template {
  const tokens = tokenize(template);
  const depth = tokens.reduce(
    (sum, token) => sum + (token.kind === 'literal' ? token.text.split('/').length - 1 : 0),
    0,
  );
  return { depth, parse: (name) => match(tokens, name) };
}

function tokenize(template: string): Token[] {
  const tokens: Token[] = [];
  const seen = new Map<string, number>();
  const once = (name: string, column: number): void => {
    if (seen.has(name))
      throw mistake(template, column, `"${name}" was already given at column ${seen.get(name)}`);
    seen.set(name, column);
  };
  let at = 0;
  while (at < template.length) {
    const column = at + 1;
    if (template[at] === '{' && template[at + 1] !== '{') {
      const end = template.indexOf('}', at);
      if (end < 0) throw mistake(template, column, 'this brace is not closed');
      readPlaceholder(template, template.slice(at + 1, end), column, tokens, once);
      at = end + 1;
      continue;
    }
    if (template[at] === '}' && template[at + 1] !== '}')
      throw mistake(
        template,
        column,
        'a closing brace without an opening one; write }} for the character itself',
      );
    const text = template[at] === '\\' ? '/' : template[at]!;
    const last = tokens.at(-1);
    if (last?.kind === 'literal') last.text += text;
    else tokens.push({ kind: 'literal', text });
    at += text === '{' || text === '}' ? 2 : 1;
  }
  check(template, tokens, seen);
  return tokens;
}

function readPlaceholder(
  template: string,
  inside: string,
  column: number,
  tokens: Token[],
  once: (name: string, column: number) => void,
): void {
  const colon = inside.indexOf(':');
  const name = colon < 0 ? inside : inside.slice(0, colon);
  if (name === 'date' || name === 'time') {
    const format = colon < 0 ? (name === 'date' ? 'yyyyMMdd' : 'HHmmss') : inside.slice(colon + 1);
    tokens.push(...readClockFormat(template, format, column + (colon < 0 ? 0 : colon + 2), once));
    return;
  }
  if (colon >= 0)
    throw mistake(template, column + colon + 1, `"{${name}}" takes no format; only {date:…} and {time:…} do`);
  const last = tokens.at(-1);
  if (name === 'frame' || name === 'n') {
    once(name, column);
    if (last?.kind === 'number')
      throw mistake(
        template,
        column,
        `there is nothing between {${last.name}} and {${name}} to tell them apart`,
      );
    tokens.push({ kind: 'number', name });
  } else if (name === 'camera' || name === 'track' || name === '*') {
    if (name !== '*') once(name, column);
    if (last?.kind === 'text')
      throw mistake(
        template,
        column,
        `there is nothing between {${last.name}} and {${name}} to tell them apart`,
      );
    tokens.push({ kind: 'text', name });
  } else {
    throw mistake(template, column, `"{${inside}}" is not known; use ${placeholders}`);
  }
}

function readClockFormat(
  template: string,
  format: string,
  column: number,
  once: (name: string, column: number) => void,
): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < format.length) {
    const field = /^(yyyy|yy|MM|dd|HH|mm|ss|SSS)/.exec(format.slice(at))?.[1] as ClockField | undefined;
    if (field) {
      once(field === 'yy' ? 'yyyy' : field, column + at);
      tokens.push({ kind: 'clock', field });
      at += field.length;
    } else if (/[A-Za-z{]/.test(format[at]!)) {
      throw mistake(
        template,
        column + at,
        `"${format.slice(at)}" is not a date or time format; use yyyy, MM, dd, HH, mm, ss, SSS and separators`,
      );
    } else {
      tokens.push({ kind: 'literal', text: format[at]! });
      at++;
    }
  }
  if (!tokens.some((token) => token.kind === 'clock'))
    throw mistake(template, column, 'a format is missing, such as yyyyMMdd or HHmmss');
  return tokens;
}

function check(template: string, tokens: readonly Token[], seen: ReadonlyMap<string, number>): void {
  if (!tokens.some((token) => token.kind !== 'literal'))
    throw mistake(template, 1, `it has no placeholder; use ${placeholders}`);
  const given = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS'].filter((field) => seen.has(field));
  const needed =
    given.length === 0 ? [] : ['yyyy', 'MM', 'dd', 'HH', 'mm', ...(seen.has('SSS') ? ['ss'] : [])];
  const missing = needed.filter((field) => !seen.has(field));
  if (missing.length > 0) {
    throw mistake(
      template,
      seen.get(given[0]!)!,
      `a time needs a date and a time of day; ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    );
  }
}

function mistake(template: string, column: number, message: string): DescryError {
  return new DescryError('invalid-input', `The pattern has a mistake at column ${column}: ${message}.`, {
    pattern: template,
    column,
  });
}

/**
 * Matches by trying, with a memory of what failed, so that the work is bounded by
 * tokens x length² whatever the template and the name are.
 */
function match(tokens: readonly Token[], name: string): NameParts | null {
  const lengths = new Array<number>(tokens.length).fill(0);
  const failed = new Set<number>();
  const fits = (index: number, at: number): boolean => {
    const token = tokens[index];
    if (!token) return at === name.length;
    const { least, most } = lengthRange(token, name, at);
    if (least > most) return false;
    const memory = index * (name.length + 1) + at;
    if (failed.has(memory)) return false;
    const shortestFirst = token.kind === 'text' && token.name === '*';
    for (let tried = 0; tried <= most - least; tried++) {
      const length = shortestFirst ? least + tried : most - tried;
      lengths[index] = length;
      if (fits(index + 1, at + length)) return true;
    }
    failed.add(memory);
    return false;
  };
  return fits(0, 0) ? collect(tokens, lengths, name) : null;
}

/** How many characters a token can take at a place of the name; `least` above `most` when it does not fit there. */
function lengthRange(token: Token, name: string, at: number): { least: number; most: number } {
  switch (token.kind) {
    case 'literal': {
      const { length } = token.text;
      return { least: length, most: name.startsWith(token.text, at) ? length : -1 };
    }
    case 'clock': {
      const width = clockFields[token.field];
      return { least: width, most: countDigits(name, at, width) };
    }
    case 'number':
      return { least: 1, most: countDigits(name, at, 15) };
    case 'text': {
      const slash = name.indexOf('/', at);
      return { least: token.name === '*' ? 0 : 1, most: (slash < 0 ? name.length : slash) - at };
    }
  }
}

function countDigits(name: string, at: number, most: number): number {
  let count = 0;
  while (count < most && at + count < name.length && isDigit(name.charCodeAt(at + count))) count++;
  return count;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function collect(tokens: readonly Token[], lengths: readonly number[], name: string): NameParts {
  const parts: NameParts = { camera: null, time: null, track: null, frame: null };
  const clock = new Map<ClockField, string>();
  let at = 0;
  tokens.forEach((token, index) => {
    const text = name.slice(at, at + lengths[index]!);
    at += lengths[index]!;
    if (token.kind === 'clock') clock.set(token.field, text);
    else if (token.kind === 'number' && token.name === 'frame') parts.frame = Number(text);
    else if (token.kind === 'text' && token.name !== '*') parts[token.name] = text;
  });
  if (clock.size > 0) {
    const year = clock.get('yyyy') ?? `20${clock.get('yy')}`;
    const fraction = clock.has('SSS') ? `.${clock.get('SSS')}` : '';
    parts.time = `${year}-${clock.get('MM')}-${clock.get('dd')}T${clock.get('HH')}:${clock.get('mm')}:${clock.get('ss') ?? '00'}${fraction}`;
  }
  return parts;
}
