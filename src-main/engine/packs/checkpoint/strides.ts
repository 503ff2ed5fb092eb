import { DescryError } from '../../errors.ts';

/** Dimensions that a tensor may have; torch itself stops at 64, a model's weights at five or so. */
export const mostDimensions = 16;

/** Largest tensor that is read; the token table of the largest CLIP has 0.3 GB. */
export const mostTensorBytes = 2 ** 31;

/** What a view of a storage touches. */
export interface View {
  /** Elements of the tensor. */
  elements: number;
  /** Elements of the storage from the first to the last that the tensor has, both included. */
  span: number;
  /** Whether its elements lie in row-major order without gaps. */
  contiguous: boolean;
}

/** Number of elements of a shape, or undefined when a number cannot hold it or a size is negative. */
export function elementsOf(shape: readonly number[]): number | undefined {
  if (shape.length > mostDimensions) return undefined;
  let elements = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    // Zero times anything is nothing, however absurd the other sizes are.
    elements *= size;
    if (!Number.isSafeInteger(elements)) return undefined;
  }
  return elements;
}

/**
 * Checks shape and strides, both in elements, and says what they touch.
 * @returns undefined when they are no view of any storage.
 */
export function viewOf(shape: readonly number[], strides: readonly number[]): View | undefined {
  const elements = elementsOf(shape);
  if (elements === undefined || strides.length !== shape.length) return undefined;
  let span = 1;
  let contiguous = true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 0;
    const stride = strides[axis] ?? 0;
    if (!Number.isSafeInteger(stride) || stride < 0) return undefined;
    if (size > 1) {
      span += (size - 1) * stride;
      if (!Number.isSafeInteger(span)) return undefined;
      if (stride !== expected) contiguous = false;
    }
    expected *= size;
  }
  return elements === 0 ? { elements: 0, span: 0, contiguous: true } : { elements, span, contiguous };
}

/**
 * Elements of a strided view in row-major order.
 * @param source the bytes of the view's span.
 * @param shape sizes.
 * @param strides steps in elements; the caller has checked them with `viewOf`.
 * @param width bytes of an element: 1, 2, 4 or 8.
 */
export function gather(
  source: Uint8Array<ArrayBuffer>,
  shape: readonly number[],
  strides: readonly number[],
  width: number,
): Uint8Array<ArrayBuffer> {
  const elements = elementsOf(shape);
  if (elements === undefined || elements * width > mostTensorBytes)
    throw new DescryError('invalid-input', 'A tensor of the checkpoint is too large to be read.', { shape });
  const target = new Uint8Array(elements * width);
  if (elements === 0) return target;
  if (width === 1) copyStrided(source, target, shape, strides);
  else if (width === 2)
    copyStrided(new Uint16Array(source.buffer), new Uint16Array(target.buffer), shape, strides);
  else {
    const words = width / 4;
    copyStrided(
      new Uint32Array(source.buffer),
      new Uint32Array(target.buffer),
      [...shape, words],
      [...strides.map((stride) => stride * words), 1],
    );
  }
  return target;
}

type Words = Uint8Array | Uint16Array | Uint32Array;

function copyStrided<T extends Words>(
  source: T,
  target: T,
  shape: readonly number[],
  strides: readonly number[],
): void {
  const last = shape.length - 1;
  const row = shape[last] ?? 1;
  const step = strides[last] ?? 1;
  const position = new Array<number>(Math.max(last, 0)).fill(0);
  let from = 0;
  for (let to = 0; to < target.length;) {
    for (let index = 0, at = from; index < row; index++, at += step) target[to++] = source[at] ?? 0;
    // Carries like an odometer: the last axis but one turns fastest.
    for (let axis = last - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      const stride = strides[axis] ?? 0;
      const next = (position[axis] ?? 0) + 1;
      from += stride;
      if (next < size) {
        position[axis] = next;
        break;
      }
      from -= size * stride;
      position[axis] = 0;
    }
  }
}
