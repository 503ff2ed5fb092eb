import type { RedactionBox } from '../../../src-main/api/types.ts';

/** A box with a number of its own, so that it stays the same one while others come and go. */
export interface EditedBox extends RedactionBox {
  key: number;
}

export const mostBoxes = 100;
/** Sides of a box that is added without drawing it, in parts of the picture's. */
const addedPart = 0.25;

/**
 * Boxes over one picture while they are drawn, moved and resized. All figures are whole pixels of the
 * upright original; a box never leaves the picture and is never smaller than one pixel.
 */
export class RedactionEditor {
  boxes = $state<EditedBox[]>([]);
  reason = $state('');
  /** Key of the box that keys and fields are about; null for none. */
  chosen = $state<number | null>(null);
  readonly width: number;
  readonly height: number;
  readonly #before: string;
  #next = 1;

  constructor(
    picture: { width: number; height: number },
    redaction: { boxes: readonly RedactionBox[]; reason: string } | null,
  ) {
    this.width = picture.width;
    this.height = picture.height;
    this.boxes = (redaction?.boxes ?? []).map((box) => ({ ...box, key: this.#next++ }));
    this.reason = redaction?.reason ?? '';
    this.#before = JSON.stringify([this.plain, this.reason]);
  }

  /** The boxes as the engine takes them. */
  get plain(): RedactionBox[] {
    return this.boxes.map(({ x, y, width, height }) => ({ x, y, width, height }));
  }

  get changed(): boolean {
    return JSON.stringify([this.plain, this.reason.trim()]) !== this.#before;
  }

  get full(): boolean {
    return this.boxes.length >= mostBoxes;
  }

  /** A new box from one corner to the other; null when there are as many as can be. */
  draw(fromX: number, fromY: number, toX: number, toY: number): EditedBox | null {
    if (this.full) return null;
    const box = { key: this.#next++, ...this.#between(fromX, fromY, toX, toY) };
    this.boxes.push(box);
    this.chosen = box.key;
    return box;
  }

  /** A new box in the middle, for whoever does not draw. */
  add(): void {
    const { width, height } = this;
    const part = (1 - addedPart) / 2;
    this.draw(width * part, height * part, width * (1 - part), height * (1 - part));
  }

  /** Spans a box between two points of the picture. */
  span(key: number, fromX: number, fromY: number, toX: number, toY: number): void {
    this.#change(key, () => this.#between(fromX, fromY, toX, toY));
  }

  /** Puts a box's top left corner somewhere. */
  moveTo(key: number, x: number, y: number): void {
    this.#change(key, ({ width, height }) => ({
      x: within(Math.round(x), 0, this.width - width),
      y: within(Math.round(y), 0, this.height - height),
      width,
      height,
    }));
  }

  moveBy(key: number, right: number, down: number): void {
    const box = this.boxes.find((known) => known.key === key);
    if (box) this.moveTo(key, box.x + right, box.y + down);
  }

  /** Moves a box's lower right corner. */
  growBy(key: number, right: number, down: number): void {
    const box = this.boxes.find((known) => known.key === key);
    if (box) this.resize(key, box.width + right, box.height + down);
  }

  resize(key: number, width: number, height: number): void {
    this.#change(key, ({ x, y }) => ({
      x,
      y,
      width: within(Math.round(width), 1, this.width - x),
      height: within(Math.round(height), 1, this.height - y),
    }));
  }

  remove(key: number): void {
    const place = this.boxes.findIndex((box) => box.key === key);
    this.boxes = this.boxes.filter((box) => box.key !== key);
    this.chosen = (this.boxes[place] ?? this.boxes.at(-1))?.key ?? null;
  }

  #change(key: number, change: (box: EditedBox) => RedactionBox): void {
    const box = this.boxes.find((known) => known.key === key);
    if (box) Object.assign(box, change(box));
  }

  #between(fromX: number, fromY: number, toX: number, toY: number): RedactionBox {
    const left = within(Math.floor(Math.min(fromX, toX)), 0, this.width - 1);
    const top = within(Math.floor(Math.min(fromY, toY)), 0, this.height - 1);
    const right = within(Math.ceil(Math.max(fromX, toX)), left + 1, this.width);
    const bottom = within(Math.ceil(Math.max(fromY, toY)), top + 1, this.height);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Number.isFinite(value) ? value : least));
}
