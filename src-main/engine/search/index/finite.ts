/** Whether all numbers are neither infinite nor NaN. */
export function allFinite(numbers: Float32Array | Float64Array): boolean {
  let sum = 0;
  // Zero times anything else is NaN, and stays it.
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]! * 0;
  return sum === 0;
}
