import { DescryError } from '../../errors.ts';
import type { TensorType } from '../checkpoint/checkpoint.ts';
import { toFloat16, toFloat32 } from '../checkpoint/numbers.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Numbers of a tensor as float32; what is wider is rounded.
 * @param name of the tensor, for the message.
 * @throws DescryError `invalid-input` when one is not finite.
 */
export function finiteFloat32(data: Bytes, type: TensorType, name: string): Float32Array<ArrayBuffer> {
  const numbers = toFloat32(data, type);
  // What is no number fails every comparison.
  for (const number of numbers) if (!(Math.abs(number) < Infinity)) throw notFinite(name);
  return numbers;
}

/** The bits of float16 numbers. @throws DescryError `invalid-input` when one is not finite. */
export function finiteFloat16(data: Bytes, name: string): Uint16Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = data.byteOffset % 2 === 0 ? data : data.slice();
  const bits = new Uint16Array(buffer, byteOffset, length / 2);
  // All bits of the exponent are set in infinities and in what is no number.
  for (const half of bits) if ((half & 0x7c00) === 0x7c00) throw notFinite(name);
  return bits;
}

/**
 * The bits of numbers rounded to float16.
 * @throws DescryError `unsupported` when one is too large for it.
 */
export function narrowed(numbers: Float32Array<ArrayBuffer>, name: string): Uint16Array<ArrayBuffer> {
  const { bits, overflowed } = toFloat16(numbers);
  if (overflowed > 0)
    throw new DescryError(
      'unsupported',
      `The tensor ${name} holds numbers beyond 65,504, the largest of float16. Keep its weights as they are stored, or in float32.`,
      { name, overflowed },
    );
  return bits;
}

function notFinite(name: string): DescryError {
  return new DescryError(
    'invalid-input',
    `The tensor ${name} holds numbers that are not finite: the training that made this checkpoint went wrong, or the file is damaged.`,
    { name },
  );
}
