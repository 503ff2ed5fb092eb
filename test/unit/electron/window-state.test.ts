import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  fitToDisplays,
  readWindowState,
  smallestWindow,
  writeWindowState,
} from '../../../src-main/hosts/electron/window-state.ts';

const primary = { x: 0, y: 25, width: 1920, height: 1055 };
const left = { x: -1280, y: 0, width: 1280, height: 1024 };
const state = { x: 100, y: 100, width: 1200, height: 800, maximized: false };

describe('a kept window', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'descry-window-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is read as it was written', () => {
    const file = join(folder, 'deeper', 'window.json');
    expect(writeWindowState(file, state)).toBe(true);
    expect(readWindowState(file)).toEqual(state);
  });

  test.each([
    '',
    '{',
    '[]',
    '{"x":"1"}',
    '{"x":0,"y":0,"width":-5,"height":5,"maximized":false}',
    '{"x":0,"y":0,"width":1e9,"height":5,"maximized":false}',
  ])('in a damaged file (%s) counts as none', (text) => {
    const file = join(folder, 'window.json');
    writeFileSync(file, text);
    expect(readWindowState(file)).toEqual(readWindowState(join(folder, 'absent.json')));
  });

  test('in a place that cannot be written is no error', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(writeWindowState(join(file, 'window.json'), state)).toBe(false);
  });
});

describe('fitting to displays', () => {
  test('keeps a window that can be held', () => {
    expect(fitToDisplays(state, [primary, left])).toEqual(state);
    expect(fitToDisplays({ ...state, x: -1200, y: 10 }, [primary, left])).toMatchObject({ x: -1200, y: 10 });
  });

  test('centres a window whose display is gone or whose title bar is outside', () => {
    for (const place of [
      { x: -1200, y: 10 },
      { x: 100, y: 0 },
      { x: 1900, y: 100 },
      { x: 100, y: 2000 },
    ]) {
      expect(fitToDisplays({ ...state, ...place }, [primary])).toMatchObject({ x: null, y: null });
    }
  });

  test('shrinks a window to its display', () => {
    expect(
      fitToDisplays({ ...state, x: -1280, y: 0, width: 5000, height: 4000 }, [primary, left]),
    ).toMatchObject({
      width: left.width,
      height: left.height,
    });
  });

  test('always gives a window that can be used', () => {
    const number = fc.integer({ min: -5000, max: 5000 });
    const size = fc.integer({ min: 1, max: 9000 });
    fc.assert(
      fc.property(number, number, size, size, (x, y, width, height) => {
        const fitted = fitToDisplays({ x, y, width, height, maximized: false }, [primary, left]);
        expect(fitted.width).toBeGreaterThanOrEqual(smallestWindow.width);
        expect(fitted.height).toBeGreaterThanOrEqual(smallestWindow.height);
        if (fitted.x === null || fitted.y === null) return;
        const held = [primary, left].some(
          (area) =>
            fitted.y! >= area.y &&
            fitted.y! < area.y + area.height &&
            fitted.x! < area.x + area.width &&
            fitted.x! + fitted.width > area.x,
        );
        expect(held).toBe(true);
      }),
    );
  });
});
