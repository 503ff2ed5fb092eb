/**
 * Stretches a table of positions to another grid: bilinear, with pixel centres at halves, without
 * antialiasing, the neighbours held at the edges. PyTorch's `F.interpolate(mode='bilinear',
 * align_corners=False)`, which the person lineages use when they start from CLIP. The class position stays.
 * @param table [1 + from.rows * from.columns, width].
 * @returns [1 + to.rows * to.columns, width].
 */
export function stretchPositions(
  table: Float32Array,
  width: number,
  from: { rows: number; columns: number },
  to: { rows: number; columns: number },
): Float32Array<ArrayBuffer> {
  const stretched = new Float32Array((1 + to.rows * to.columns) * width);
  stretched.set(table.subarray(0, width));
  const rows = neighbours(from.rows, to.rows);
  const columns = neighbours(from.columns, to.columns);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const at = (1 + y * to.columns + x) * width;
      const place = (r: number, c: number): number => (1 + r * from.columns + c) * width;
      const corners = [
        { from: place(row.low, column.low), weight: (1 - row.part) * (1 - column.part) },
        { from: place(row.low, column.high), weight: (1 - row.part) * column.part },
        { from: place(row.high, column.low), weight: row.part * (1 - column.part) },
        { from: place(row.high, column.high), weight: row.part * column.part },
      ];
      for (let i = 0; i < width; i++)
        stretched[at + i] = corners.reduce((sum, corner) => sum + corner.weight * table[corner.from + i]!, 0);
    });
  });
  return stretched;
}

/** For each new place, the two old ones around it and how far it is from the first to the second. */
function neighbours(from: number, to: number): { low: number; high: number; part: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const centre = Math.max(((i + 0.5) * from) / to - 0.5, 0);
    const low = Math.min(Math.floor(centre), from - 1);
    return { low, high: Math.min(low + 1, from - 1), part: centre - low };
  });
}
