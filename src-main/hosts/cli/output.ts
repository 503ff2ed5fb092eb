import { SingleBar } from 'cli-progress';

/** Exit codes of every command; an interrupted one ends with 130, as shells have it. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, doneWithRejected: 3, interrupted: 130 } as const;

/** What is written with `--json` in place of a result. */
export interface ErrorDocument {
  error: { kind: string; message: string; detail?: unknown };
}

/**
 * Characters of file names and other foreign text that would steer a terminal or hide what is there:
 * controls, bidirectional overrides, line separators, lone surrogates.
 */
const steering = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;

/** Foreign text on one line, with every steering character written as `\u{1b}`. */
export function oneLine(text: string): string {
  return text.replace(steering, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

function lines(text: string): string {
  return text.split('\n').map(oneLine).join('\n');
}

/**
 * Where a command's words go: with `--json` one JSON document on standard output and everything
 * else on standard error; without it, text on standard output.
 */
export class Output {
  readonly json: boolean;
  #answered = false;

  constructor(json: boolean) {
    this.json = json;
  }

  /** The command's result: the document with `--json`, the text otherwise. Only the first one counts. */
  result(document: unknown, text: string): void {
    if (this.#answered) return;
    this.#answered = true;
    process.stdout.write(`${this.json ? JSON.stringify(document, null, 2) : lines(text)}\n`);
  }

  /** Why there is no result: in words on standard error, and as the document with `--json`. */
  failure(document: ErrorDocument): void {
    this.warn(`descry: ${document.error.message}`);
    if (this.json) this.result(document, '');
  }

  /** Something said on the way; never part of the document. */
  say(text: string): void {
    (this.json ? process.stderr : process.stdout).write(`${lines(text)}\n`);
  }

  warn(text: string): void {
    process.stderr.write(`${lines(text)}\n`);
  }

  /** A progress bar on a terminal; nothing elsewhere. */
  progress(label: string, unit: string): Progress {
    return new Progress(label, unit);
  }
}

export class Progress {
  readonly #bar: SingleBar | undefined;
  #started = false;

  constructor(label: string, unit: string) {
    if (!process.stderr.isTTY) return;
    this.#bar = new SingleBar({
      format: `${label} {bar} {percentage}%  {value}/{total} ${unit}  {note}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    });
  }

  update(done: number, total: number, note = ''): void {
    if (!this.#bar) return;
    if (!this.#started) this.#bar.start(total, done, { note });
    else {
      this.#bar.setTotal(total);
      this.#bar.update(done, { note });
    }
    this.#started = true;
  }

  stop(): void {
    this.#bar?.stop();
  }
}

/** Rows in aligned columns; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => oneLine(String(cell))));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** 83 s as "1 min 23 s"; below a minute with one decimal. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** "1 crop", "12 crops". */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
