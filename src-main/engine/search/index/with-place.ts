/** The same array, or a copy at least twice as long with zeros behind, so that it has a place. */
export function withPlace(numbers: Int32Array<ArrayBuffer>, place: number): Int32Array<ArrayBuffer> {
  if (place < numbers.length) return numbers;
  const grown = new Int32Array(Math.max(place + 1, numbers.length * 2));
  grown.set(numbers);
  return grown;
}
