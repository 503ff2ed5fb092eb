import type { TensorType } from './checkpoint.ts';

// Node 24 has Float16Array, but Descry also runs on 22.18, which has not; these are as fast.

/**
 * Elements of a tensor as float32.
 * @param bytes elements as `Checkpoint.read` gives them: little-endian, in the tensor's own type.
 * @returns for float32 a view of the same memory where alignment allows, otherwise new memory. float64
 * and integers beyond 2^24 are rounded to the nearest float32; booleans become 0 and 1.
 */
export function toFloat32(bytes: Uint8Array<ArrayBuffer>, type: TensorType): Float32Array<ArrayBuffer> {
  switch (type) {
    case 'float32':
      return new Float32Array(aligned(bytes, 4));
    case 'float16':
      return float16ToFloat32(new Uint16Array(aligned(bytes, 2)));
    case 'bfloat16':
      return bfloat16ToFloat32(new Uint16Array(aligned(bytes, 2)));
    case 'float64':
      return new Float32Array(new Float64Array(aligned(bytes, 8)));
    case 'int64':
      return Float32Array.from(new BigInt64Array(aligned(bytes, 8)), Number);
    case 'int32':
      return new Float32Array(new Int32Array(aligned(bytes, 4)));
    case 'int16':
      return new Float32Array(new Int16Array(aligned(bytes, 2)));
    case 'int8':
      return new Float32Array(new Int8Array(aligned(bytes, 1)));
    case 'uint8':
      return new Float32Array(bytes);
    case 'bool':
      return new Float32Array(bytes).map((value) => (value === 0 ? 0 : 1));
  }
}

/**
 * Rounds float32 to float16, to the nearest and ties to even, as IEEE 754 says and torch's `half()` does.
 * @returns the bits of the float16 values, and how many finite values became infinite (65520 and beyond).
 */
export function toFloat16(values: Float32Array<ArrayBuffer>): {
  bits: Uint16Array<ArrayBuffer>;
  overflowed: number;
} {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  let overflowed = 0;
  for (let index = 0; index < source.length; index++) {
    const word = source[index] ?? 0;
    const magnitude = word & 0x7fffffff;
    const half = magnitudeToHalf(magnitude);
    if (half === infinity && magnitude < 0x7f800000) overflowed++;
    bits[index] = ((word >>> 16) & 0x8000) | half;
  }
  return { bits, overflowed };
}

const infinity = 0x7c00;

/** Bits of a float32 without its sign, to those of the nearest float16. */
function magnitudeToHalf(magnitude: number): number {
  if (magnitude > 0x7f800000) return 0x7e00; // not a number
  if (magnitude >= 0x47800000) return infinity; // 65536 and beyond
  if (magnitude >= 0x38800000) {
    // From 2^-14: the exponent's offset changes by 112; a carry of the rounding runs into the exponent.
    const shifted = magnitude - 0x38000000;
    return (shifted + 0xfff + ((shifted >>> 13) & 1)) >>> 13;
  }
  if (magnitude <= 0x33000000) return 0; // up to 2^-25, half of the smallest
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const kept = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return rest > tie || (rest === tie && (kept & 1) === 1) ? kept + 1 : kept;
}

/** Values of all 65,536 float16; made when first needed. */
let float16Values: Float32Array<ArrayBuffer> | undefined;

/** Exact values of float16 numbers, given as their bits. */
export function float16ToFloat32(bits: Uint16Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const table = (float16Values ??= Float32Array.from({ length: 65536 }, (_, index) => float16Value(index)));
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) values[index] = table[bits[index] ?? 0] ?? 0;
  return values;
}

function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function bfloat16ToFloat32(bits: Uint16Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(bits.length);
  for (let index = 0; index < bits.length; index++) words[index] = (bits[index] ?? 0) << 16;
  return new Float32Array(words.buffer);
}

/** The same memory where it is only these bytes, otherwise a copy of them. */
function aligned(bytes: Uint8Array<ArrayBuffer>, width: number): ArrayBuffer {
  if (bytes.length % width !== 0) throw new Error(`${bytes.length} bytes are no elements of ${width} bytes`);
  const whole = bytes.byteOffset === 0 && bytes.length === bytes.buffer.byteLength;
  return whole ? bytes.buffer : bytes.slice().buffer;
}
