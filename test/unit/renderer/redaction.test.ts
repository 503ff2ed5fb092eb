import { describe, expect, it } from 'vitest';
import {
  mostBoxes,
  RedactionEditor,
} from '../../../src-renderer/routes/redaction/redaction-editor.svelte.ts';

const picture = { width: 60, height: 120 };
const editor = (boxes = [{ x: 10, y: 20, width: 8, height: 9 }], reason = 'face'): RedactionEditor =>
  new RedactionEditor(picture, { boxes, reason });

describe('boxes over a crop', () => {
  it('are whole pixels within the picture, whichever corner the drawing began at', () => {
    const drawn = new RedactionEditor(picture, null);
    drawn.draw(30.6, 90.2, 12.4, 70.9);
    drawn.draw(50, 110, 500, -40);
    expect(drawn.plain).toEqual([
      { x: 12, y: 70, width: 19, height: 21 },
      { x: 50, y: 0, width: 10, height: 110 },
    ]);
    drawn.draw(400, 400, 410, 410);
    expect(drawn.plain[2]).toEqual({ x: 59, y: 119, width: 1, height: 1 });
  });

  it('stay in the picture and keep their size when they are moved', () => {
    const moved = editor();
    const { key } = moved.boxes[0]!;
    moved.moveBy(key, -100, 3);
    expect(moved.plain).toEqual([{ x: 0, y: 23, width: 8, height: 9 }]);
    moved.moveTo(key, 1e9, Number.NaN);
    expect(moved.plain).toEqual([{ x: 52, y: 0, width: 8, height: 9 }]);
  });

  it('are never smaller than a pixel and never reach beyond the picture when they are resized', () => {
    const grown = editor();
    const { key } = grown.boxes[0]!;
    grown.growBy(key, -100, 500);
    expect(grown.plain).toEqual([{ x: 10, y: 20, width: 1, height: 100 }]);
    grown.span(key, 18, 29, 4, 6);
    expect(grown.plain).toEqual([{ x: 4, y: 6, width: 14, height: 23 }]);
  });

  it('count as changed only while something differs from what is stored', () => {
    const edited = editor();
    expect(edited.changed).toBe(false);
    const { key } = edited.boxes[0]!;
    edited.moveBy(key, 1, 0);
    expect(edited.changed).toBe(true);
    edited.moveBy(key, -1, 0);
    edited.reason = ' face ';
    expect(edited.changed).toBe(false);
    edited.remove(key);
    expect(edited.plain).toEqual([]);
    expect(edited.changed).toBe(true);
    expect(edited.chosen).toBeNull();
  });

  it('are as many as the engine takes at most', () => {
    const full = new RedactionEditor(picture, null);
    for (let n = 0; n < mostBoxes + 5; n++) full.add();
    expect(full.plain).toHaveLength(100);
    expect(full.draw(0, 0, 5, 5)).toBeNull();
  });

  it('leave the choice with a neighbour when one is removed', () => {
    const three = new RedactionEditor(picture, null);
    for (let n = 0; n < 3; n++) three.add();
    const [first, second, third] = three.boxes.map(({ key }) => key);
    three.remove(second!);
    expect(three.chosen).toBe(third);
    three.remove(third!);
    expect(three.chosen).toBe(first);
  });
});
