/** Side of the squares in which a matrix is turned, so that both sides stay in the processor's cache. */
const square = 32;

/** Rows become columns. @param matrix [rows, columns]. @returns [columns, rows]. */
export function transpose<T extends Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  matrix: T,
  rows: number,
  columns: number,
): T {
  const turned = new (matrix.constructor as new (length: number) => T)(matrix.length);
  for (let top = 0; top < rows; top += square)
    for (let left = 0; left < columns; left += square) {
      const bottom = Math.min(rows, top + square);
      const right = Math.min(columns, left + square);
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++)
          turned[column * rows + row] = matrix[row * columns + column]!;
    }
  return turned;
}
