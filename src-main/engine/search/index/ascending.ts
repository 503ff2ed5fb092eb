/** The first place, from `from` on, whose number is not below `value`; the length when there is none. */
export function placeOf(ascending: Int32Array | Float64Array, value: number, from = 0): number {
  let low = from;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
