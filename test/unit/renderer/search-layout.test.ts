import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  axisEnd,
  barHeights,
  dragRange,
  fractionOf,
  moveEdge,
  shiftRange,
  snap,
  timeAt,
  type TimeAxis,
} from '../../../src-renderer/routes/search/brush.ts';
import {
  clampView,
  panBy,
  wholeView,
  zoomAt,
} from '../../../src-renderer/routes/search/compare-manager.svelte.ts';
import {
  layOutGrid,
  moveInGrid,
  scrolledIntoView,
  visibleRows,
  type GridMove,
} from '../../../src-renderer/routes/search/grid-layout.ts';
import { ScrollSpace } from '../../../src-renderer/routes/search/scroll-space.ts';

const axis: TimeAxis = { from: 1_000_000, bucketMs: 1000, buckets: 50 };
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

describe('brush', () => {
  it('selects whole buckets that hold both ends of the drag, whichever way it goes', () => {
    expect(dragRange(axis, 0.1, 0.3)).toEqual({ from: 1_005_000, to: 1_015_000 });
    expect(dragRange(axis, 0.3, 0.1)).toEqual({ from: 1_005_000, to: 1_015_000 });
    expect(dragRange(axis, 0.105, 0.115)).toEqual({ from: 1_005_000, to: 1_006_000 });
    expect(dragRange(axis, 1, 1)).toEqual({ from: 1_049_000, to: 1_050_000 });
  });

  it('keeps every drag, shift and edge on the axis and at least a bucket wide', () => {
    fc.assert(
      fc.property(fraction, fraction, fc.integer({ min: -80, max: 80 }), (start, end, step) => {
        const range = dragRange(axis, start, end);
        const shifted = shiftRange(axis, range, step);
        expect(shifted.to - shifted.from).toBe(range.to - range.from);
        for (const made of [
          range,
          shifted,
          moveEdge(axis, range, 'from', step),
          moveEdge(axis, range, 'to', step),
        ]) {
          expect(made.to - made.from).toBeGreaterThanOrEqual(axis.bucketMs);
          expect(made.from).toBeGreaterThanOrEqual(axis.from);
          expect(made.to).toBeLessThanOrEqual(axisEnd(axis));
          expect((made.from - axis.from) % axis.bucketMs).toBe(0);
        }
      }),
    );
  });

  it('turns places into times and back', () => {
    fc.assert(
      fc.property(fraction, (place) => {
        expect(fractionOf(axis, timeAt(axis, place))).toBeCloseTo(place, 9);
      }),
    );
    expect(snap(axis, 1_003_600)).toBe(1_004_000);
    expect(fractionOf(axis, 0)).toBe(0);
    expect(fractionOf(axis, 9_000_000)).toBe(1);
  });

  it('leaves empty buckets empty and shows single crops beside crowds', () => {
    expect(barHeights([0, 1, 100], 100)).toEqual([0, 0.1, 1]);
    expect(barHeights([0, 0], 0)).toEqual([0, 0]);
  });
});

describe('grid layout', () => {
  it('fills the width with whole columns', () => {
    const layout = layOutGrid(1000, 900, 'medium');
    expect(layout.columns).toBe(6);
    expect(layout.columns * layout.tileWidth + (layout.columns - 1) * 8).toBeLessThanOrEqual(900);
    expect(layout.rows).toBe(167);
    expect(layOutGrid(10, 20, 'large').columns).toBe(1);
  });

  it('draws a handful of rows of a hundred thousand', () => {
    const layout = layOutGrid(100_000, 900, 'medium');
    const middle = visibleRows(layout, layout.contentHeight / 2, 800);
    expect(middle.last - middle.first).toBeLessThan(12);
    expect(visibleRows(layout, 0, 800).first).toBe(0);
    expect(visibleRows(layout, layout.contentHeight - 800, 800).last).toBe(layout.rows);
    expect(visibleRows(layOutGrid(0, 900, 'medium'), 0, 800)).toEqual({ first: 0, last: 0 });
  });

  it('moves by key without leaving the list', () => {
    const moves: GridMove[] = [
      'left',
      'right',
      'up',
      'down',
      'first',
      'last',
      'page-up',
      'page-down',
      'row-first',
      'row-last',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        fc.constantFrom(...moves),
        (count, columns, start, move) => {
          const index = start % count;
          const next = moveInGrid(index, move, count, columns, 3);
          expect(next).toBeGreaterThanOrEqual(0);
          expect(next).toBeLessThan(count);
          if (move === 'up' || move === 'page-up') expect(next % columns).toBe(index % columns);
        },
      ),
    );
    expect(moveInGrid(7, 'down', 9, 5, 3)).toBe(7);
    expect(moveInGrid(4, 'down', 9, 5, 3)).toBe(8);
    expect(moveInGrid(12, 'row-first', 100, 10, 3)).toBe(10);
    expect(moveInGrid(12, 'page-down', 100, 10, 3)).toBe(42);
  });

  it('scrolls no further than needed', () => {
    const layout = layOutGrid(1000, 900, 'medium');
    expect(scrolledIntoView(layout, 1, 0, 800)).toBe(0);
    expect(scrolledIntoView(layout, 3, 0, 800)).toBe(4 * layout.rowHeight - 800);
    expect(scrolledIntoView(layout, 0, 500, 800)).toBe(0);
  });
});

describe('scroll space', () => {
  it('is the plain scroll position while the content fits', () => {
    const space = new ScrollSpace(10_000);
    space.resize(9000, 500);
    expect(space.elementHeight).toBe(9000);
    expect(space.scrolled(1234)).toBe(1234);
    expect(space.shift).toBe(0);
  });

  it('reaches both ends of content of any height and moves by the wheel pixel for pixel', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20_000, max: 100_000_000 }),
        fc.integer({ min: -90, max: 90 }),
        fraction,
        (height, wheel, place) => {
          const space = new ScrollSpace(10_000);
          space.resize(height, 100);
          expect(space.elementHeight).toBe(10_000);
          expect(space.scrolled(9900)).toBe(height - 100);
          expect(space.scrolled(0)).toBe(0);
          const jump = 200 + place * 9500;
          const before = space.scrolled(jump);
          expect(before).toBeCloseTo((jump * (height - 100)) / 9900, 3);
          expect(space.scrolled(jump + wheel) - before).toBeCloseTo(
            Math.min(wheel, height - 100 - before),
            3,
          );
        },
      ),
    );
  });

  it('settles where the content is, and goes where it is told', () => {
    const space = new ScrollSpace(10_000);
    space.resize(1_000_000, 100);
    const bar = space.goTo(500_000);
    expect(bar).toBeCloseTo((500_000 * 9900) / 999_900, 6);
    space.scrolled(bar + 50);
    expect(space.contentTop).toBe(500_050);
    expect(space.settle()).toBeLessThan(bar + 1);
    expect(space.contentTop).toBe(500_050);
  });
});

describe('compared view', () => {
  it('keeps the point under the pointer while zooming in', () => {
    const view = zoomAt(wholeView, 4, 0.4, 0.6);
    const screen = (at: { zoom: number; x: number; y: number }, x: number): number => (x - at.x) * at.zoom;
    expect(view.zoom).toBe(4);
    expect(screen(view, 0.4)).toBeCloseTo(screen(wholeView, 0.4), 9);
  });

  it('never shows ground beside the crop', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 40, noNaN: true }),
        fraction,
        fraction,
        fc.double({ min: -2, max: 2, noNaN: true }),
        (factor, x, y, pan) => {
          const view = panBy(zoomAt(wholeView, factor, x, y), pan, -pan);
          expect(view).toEqual(clampView(view));
          expect(view.x - 0.5 / view.zoom).toBeGreaterThanOrEqual(-1e-9);
          expect(view.y + 0.5 / view.zoom).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
    expect(zoomAt(wholeView, 0.5, 0, 0)).toEqual(wholeView);
  });
});
