import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../../src-main/engine/report/accuracy.ts';
import { histogramGeometry } from '../../../src-main/engine/report/chart.ts';
import { csvColumns, renderCsv } from '../../../src-main/engine/report/csv.ts';
import { formatInstant, formatOffset, formatScore } from '../../../src-main/engine/report/format.ts';
import { escapeHtml } from '../../../src-main/engine/report/html/markup.ts';
import { renderJson } from '../../../src-main/engine/report/json.ts';
import { nearEqualRange } from '../../../src-main/engine/report/near-equal.ts';
import { fitWithin } from '../../../src-main/engine/report/pictures.ts';
import { reportModel, type ReportModel } from '../../../src-main/engine/report/schema.ts';
import { visibleLine, visibleText } from '../../../src-main/engine/report/visible-text.ts';
import { fixtureModel } from './report-fixture.ts';

describe('CSV', () => {
  const csv = (model: ReportModel): string => [...renderCsv(model)].join('');
  const read = (text: string): Record<string, string>[] =>
    parse(text, { bom: true, columns: true, record_delimiter: '\r\n' });

  it('begins with a byte order mark and reads back what was written', () => {
    const model = fixtureModel();
    const text = csv(model);
    expect(text.startsWith('\ufeffreport,case_number,search,')).toBe(true);
    const rows = read(text);
    expect(Object.keys(rows[0]!)).toEqual([...csvColumns]);
    expect(rows).toHaveLength(32);
    const second = rows[1]!;
    expect(second).toMatchObject({
      rank: '2',
      score: '0.4109',
      sha256: model.searches[0]!.rows[1]!.sha256,
      decision: 'possible',
      decided_by: 'M. Weiß',
      tags: 'backpack; Überwachung; тег',
    });
    expect(second['notes']).toContain('left shoulder.\nCompare with track 131.');
    expect(rows.at(-1)).toMatchObject({ list: 'marked', rank: '', score: '' });
  });

  it('says on every row what a list is and what was covered, and writes out characters that turn text around', () => {
    const model = fixtureModel();
    model.searches[0]!.rows[0]!.fileName = 'gate\u202egpj.exe\u0000';
    model.searches[0]!.rows[1]!.redacted = true;
    model.searches[0]!.rows[1]!.redaction = {
      id: 1,
      cropId: 2,
      boxes: [{ x: 0, y: 0, width: 4, height: 4 }],
      reason: '',
      operator: 'M. Weiß',
      at: model.createdAt,
    };
    const rows = read(csv(model));
    expect(rows.slice(0, 3).map((row) => row['covered_parts'])).toEqual(['0', '1', '0']);
    expect(rows[0]!['file_name']).toBe('gate[U+202E]gpj.exe[U+0000]');
    expect(rows.every(({ notice }) => notice === model.notice)).toBe(true);
  });

  it('lets no text be taken for a formula, and keeps negative numbers numbers', () => {
    const model = fixtureModel();
    const row = model.searches[0]!.rows[0]!;
    row.score = -0.01234;
    row.clockOffsetMs = -1500;
    row.fileName = "=cmd|' /C calc'!A0";
    row.camera = '+1';
    row.track = '-1';
    row.tags = ['@SUM(1)'];
    row.sourcePath = '\tx,"y"\r\nz';
    expect(read(csv(model))[0]).toMatchObject({
      score: '-0.0123',
      clock_offset_ms: '-1500',
      file_name: "'=cmd|' /C calc'!A0",
      camera: "'+1",
      track: "'-1",
      tags: "'@SUM(1)",
      original_path: '[U+0009]x,"y"[U+000D][U+000A]z',
    });
  });
});

describe('JSON', () => {
  it('fits the schema and comes out the same each time', () => {
    const text = [...renderJson(fixtureModel())].join('');
    expect(reportModel.parse(JSON.parse(text))).toEqual(fixtureModel());
    expect([...renderJson(fixtureModel())].join('')).toBe(text);
    expect(text).toBe(`${JSON.stringify(fixtureModel(), null, 2)}\n`);
  });
});

describe('near-equal scores', () => {
  const nearEqualRanks = (
    scores: readonly number[],
    noise: number,
  ): ({ from: number; to: number } | null)[] =>
    scores.map((_, place) => nearEqualRange(scores, place, noise));

  it('are those closer than the noise, to each row', () => {
    expect(nearEqualRanks([0.5, 0.495, 0.47, 0.465, 0.462, 0.4], 0.01)).toEqual([
      { from: 1, to: 2 },
      { from: 1, to: 2 },
      { from: 3, to: 5 },
      { from: 3, to: 5 },
      { from: 3, to: 5 },
      null,
    ]);
    expect(nearEqualRanks([0.5, 0.5], 0)).toEqual([null, null]);
    expect(nearEqualRanks([], 0.1)).toEqual([]);
  });

  it('agree with comparing each with each', () => {
    const falling = fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 60 })
      .map((scores) => scores.sort((a, b) => b - a));
    fc.assert(
      fc.property(falling, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (scores, noise) => {
        const expected = scores.map((score) => {
          const near = scores.flatMap((other, i) => (Math.abs(other - score) < noise ? [i + 1] : []));
          return near.length < 2 ? null : { from: near[0], to: near.at(-1) };
        });
        expect(nearEqualRanks(scores, noise)).toEqual(expected);
      }),
    );
  });
});

describe('text of others', () => {
  it('shows what it hides', () => {
    expect(visibleLine('a\u202egpj.exe\n\u0000\u200b')).toBe('a[U+202E]gpj.exe[U+000A][U+0000][U+200B]');
    expect(visibleText('a\r\nb\tc\u2067')).toBe('a\nb\tc[U+2067]');
    expect(visibleLine('\ud800x \u{e0041}')).toBe('[U+D800]x [U+E0041]');
    // Scripts need their joiners.
    expect(visibleLine('می\u200cخواهم 王 😀')).toBe('می\u200cخواهم 王 😀');
  });

  it('never becomes markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\u0000\u202e]|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });
});

describe('numbers', () => {
  it('have a fixed form', () => {
    expect(formatScore(0.123_45)).toBe('0.1235');
    expect(formatScore(-0.000_01)).toBe('0.0000');
    expect(formatOffset(0)).toBe('0 s');
    expect(formatOffset(83_500)).toBe('+1 min 23.5 s');
    expect(formatOffset(-90_061_000)).toBe('-1 d 1 h 1 min 1 s');
    expect(formatOffset(-3_600_000)).toBe('-1 h 0 min 0 s');
    expect(formatInstant('2026-03-14T08:15:02.5+01:00')).toBe('2026-03-14 08:15:02.5 +01:00');
    expect(formatInstant('2026-03-14T08:15:02Z')).toBe('2026-03-14 08:15:02 UTC');
  });

  it('of accuracy have the interval of Wilson', () => {
    // Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    const [low, high] = wilsonInterval(81 / 263, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval(0, 20)[0]).toBe(0);
    expect(wilsonInterval(0, 20)[1]).toBeCloseTo(0.1611, 4);
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});

describe('drawing', () => {
  const distribution = {
    minimum: 0,
    maximum: 1,
    mean: 0.4,
    standardDeviation: 0.1,
    bins: [1, 4, 0, 1000],
    standsOut: 'weak' as const,
    explanation: '',
  };

  it('keeps every filled bin in sight, inside the plot, and the cut-off at its score', () => {
    const { bars, plot, cutOffX } = histogramGeometry(distribution, 0.5, { width: 400, height: 200 });
    expect(bars).toHaveLength(3);
    for (const bar of bars) {
      expect(bar.height).toBeGreaterThanOrEqual(3);
      expect(bar.y).toBeGreaterThanOrEqual(plot.top);
      expect(bar.x + bar.width).toBeLessThanOrEqual(plot.right);
    }
    expect(bars.map(({ listed }) => listed)).toEqual([false, false, true]);
    expect(cutOffX).toBeCloseTo((plot.left + plot.right) / 2);
  });

  it('survives a list with one score, and one with none', () => {
    const one = histogramGeometry({ ...distribution, maximum: 0, bins: [5, 0] }, 0, {
      width: 400,
      height: 200,
    });
    expect(one.ticks).toHaveLength(1);
    expect(Number.isFinite(one.cutOffX)).toBe(true);
    expect(histogramGeometry({ ...distribution, bins: [] }, null, { width: 400, height: 200 }).bars).toEqual(
      [],
    );
  });

  it('makes pictures smaller, never larger', () => {
    expect(fitWithin({ width: 64, height: 128 }, { width: 128, height: 320 })).toEqual({
      width: 64,
      height: 128,
      scale: 1,
    });
    expect(fitWithin({ width: 640, height: 320 }, { width: 128, height: 320 })).toEqual({
      width: 128,
      height: 64,
      scale: 0.2,
    });
  });
});
