import { describe, expect, it } from 'vitest';
import { stretchPositions } from '../../../../src-main/engine/packs/towers/position-grid.ts';

/** Tables as PyTorch's `F.interpolate(mode='bilinear')` stretched them, the class position before. */
const cases = [
  {
    from: { rows: 3, columns: 3 },
    to: { rows: 4, columns: 2 },
    width: 1,
    table: [0, 1.47, 3.68, 1.63, 0.32, 4.75, 4.92, 0.830002, 2.48, 4.870003],
    stretched: [0, 2.0225, 2.1425, 1.650625, 3.851875, 1.358125, 4.650626, 1.242501, 4.272502],
  },
  {
    from: { rows: 2, columns: 2 },
    to: { rows: 6, columns: 2 },
    width: 2,
    table: [0, -1, 1.47, 1.94, 3.68, 6.36, 1.63, 2.26, 0.32, -0.360001],
    stretched: [
      0, -1, 1.47, 1.94, 3.68, 6.36, 1.47, 1.94, 3.68, 6.36, 1.523333, 2.046667, 2.56, 4.119999, 1.576667,
      2.153333, 1.44, 1.88, 1.63, 2.26, 0.32, -0.360001, 1.63, 2.26, 0.32, -0.360001,
    ],
  },
  {
    from: { rows: 4, columns: 4 },
    to: { rows: 3, columns: 1 },
    width: 1,
    table: [
      0, 1.47, 3.68, 1.63, 0.32, 4.75, 4.92, 0.830002, 2.48, 4.870003, 3, 1.870003, 1.479996, 1.830002,
      2.920006, 4.75, 2.32,
    ],
    stretched: [0, 2.691667, 2.655001, 3.60167],
  },
];

describe('positions on another grid', () => {
  it.each(cases)(
    'are those of PyTorch for $from.rows x $from.columns to $to.rows x $to.columns',
    (wanted) => {
      const { from, to, width, table, stretched } = wanted;
      const own = stretchPositions(Float32Array.from(table), width, from, to);
      expect(own).toHaveLength(stretched.length);
      own.forEach((value, i) => expect(value).toBeCloseTo(stretched[i]!, 5));
    },
  );

  it('stay as they are on their own grid', () => {
    const table = Float32Array.from({ length: 7 * 5 }, (_, i) => Math.sin(i));
    const grid = { rows: 3, columns: 2 };
    expect(stretchPositions(table, 5, grid, grid)).toEqual(table);
  });
});
