import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CropSummary, DescryClient } from '../../../src-main/api/types.ts';
import {
  emptyFilter,
  MarkedManager,
  passes,
} from '../../../src-renderer/routes/review/marked-manager.svelte.ts';
import {
  clusterLane,
  lanesOf,
  panSpan,
  wholeSpan,
  zoomSpan,
  type Span,
} from '../../../src-renderer/routes/review/timeline.ts';

function crop(id: number, change: Partial<CropSummary> = {}): CropSummary {
  return {
    id,
    fileName: `${id}.jpg`,
    width: 64,
    height: 128,
    camera: 'Gate',
    recordedTime: null,
    correctedTime: new Date(Date.UTC(2026, 2, 14, 8, 0, id)).toISOString(),
    track: null,
    verdict: 'possible',
    tags: [],
    noteCount: 0,
    ...change,
  };
}

describe('timeline', () => {
  const whole: Span = { from: 0, to: 1_000_000 };
  const inside = (span: Span): void => {
    expect(span.from).toBeGreaterThanOrEqual(whole.from - 1e-6);
    expect(span.to).toBeLessThanOrEqual(whole.to + 1e-6);
    expect(span.to).toBeGreaterThan(span.from);
  };

  it('spans all times with a margin, and nothing when there are none', () => {
    const span = wholeSpan([crop(0), crop(10), crop(3, { correctedTime: null })])!;
    expect(span.from).toBeLessThan(Date.UTC(2026, 2, 14, 8, 0, 0));
    expect(span.to).toBeGreaterThan(Date.UTC(2026, 2, 14, 8, 0, 10));
    expect(wholeSpan([crop(1, { correctedTime: null })])).toBeNull();
  });

  it('zooms about the pointer and never leaves the whole', () => {
    const view = zoomSpan(whole, whole, 4, 0.25);
    expect(view.to - view.from).toBe(250_000);
    expect(view.from + 0.25 * 250_000).toBe(250_000);
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: 0.2, max: 5, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
          {
            maxLength: 12,
          },
        ),
        (steps) => {
          let span = whole;
          for (const [factor, place] of steps) {
            span = panSpan(zoomSpan(span, whole, factor, place), whole, place - 0.5);
            inside(span);
          }
        },
      ),
    );
  });

  it('makes one lane a camera, numbers in the order of counting, no camera last', () => {
    const lanes = lanesOf([
      crop(1, { camera: null }),
      crop(2, { camera: 'C10' }),
      crop(3, { camera: 'C2' }),
      crop(4, { camera: 'C10' }),
    ]);
    expect(lanes.map((lane) => [lane.camera, lane.crops.length])).toEqual([
      ['C2', 1],
      ['C10', 2],
      [null, 1],
    ]);
  });

  it('puts crops together that would cover each other, and loses none that are in view', () => {
    const start = Date.UTC(2026, 2, 14, 8, 0, 0);
    const crops = [crop(9), crop(0), crop(1), crop(50), crop(99, { correctedTime: null })];
    const clusters = clusterLane(crops, { from: start, to: start + 100_000 }, 1000, 30);
    expect(clusters.map(({ x, crops: members }) => [x, members.map(({ id }) => id)])).toEqual([
      [5, [0, 1]],
      [90, [9]],
      [500, [50]],
    ]);
    expect(clusterLane(crops, { from: start + 20_000, to: start + 60_000 }, 1000, 30)).toHaveLength(1);
  });
});

describe('marked crops', () => {
  it('joins the parts of the filter by AND and the values of a part by OR', () => {
    const tagged = crop(1, { tags: ['bag', 'hat'], noteCount: 1 });
    const filter = emptyFilter();
    expect(passes(tagged, filter)).toBe(true);
    expect(passes(tagged, { ...filter, tags: ['coat', 'hat'], verdicts: ['possible', 'unsure'] })).toBe(true);
    expect(passes(tagged, { ...filter, tags: ['hat'], verdicts: ['excluded'] })).toBe(false);
    expect(passes(crop(2, { verdict: null }), { ...filter, verdicts: ['none'] })).toBe(true);
    expect(passes(crop(2, { camera: null }), { ...filter, cameras: [''] })).toBe(true);
    expect(passes(crop(2), { ...filter, withNotes: true })).toBe(false);
  });

  it('reads every page, counts, and keeps the active crop over a reload', async () => {
    let crops = Array.from({ length: 620 }, (_, index) => crop(index + 1, { camera: index % 2 ? 'A' : 'B' }));
    const marked = vi.fn(async ({ offset, limit }: { offset: number; limit: number }) => ({
      total: crops.length,
      rows: crops.slice(offset, offset + limit),
    }));
    const manager = new MarkedManager({ review: { marked } } as unknown as DescryClient);
    await manager.reload();
    expect(marked).toHaveBeenCalledTimes(2);
    expect([...manager.cameras]).toEqual([
      ['A', 310],
      ['B', 310],
    ]);
    expect(await manager.goTo(600)).toBe(599);
    expect(manager.active?.id).toBe(600);
    crops = crops.filter(({ id }) => id > 100);
    await manager.reload();
    expect(manager.active?.id).toBe(600);
    manager.setFilter({ ...emptyFilter(), cameras: ['A'] });
    expect(manager.rows).toHaveLength(260);
    expect(manager.active?.id).toBe(102);
  });
});
