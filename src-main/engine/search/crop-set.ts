import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * A set of crop ids as a compressed bitmap: bit i is crop i + 1. A search keeps the crops that took part in
 * it this way, a few bytes for a whole gallery and at most an eighth of a byte a crop before compression.
 * @param cropIds ascending.
 */
export function encodeCropSet(cropIds: Int32Array): Buffer {
  const bits = new Uint8Array(((cropIds.at(-1) ?? 0) + 7) >> 3);
  for (const cropId of cropIds) bits[(cropId - 1) >> 3]! |= 1 << ((cropId - 1) & 7);
  return deflateRawSync(bits);
}

/** The ids of a set, ascending. */
export function decodeCropSet(encoded: Uint8Array): Int32Array {
  const bits = inflateRawSync(encoded);
  let count = 0;
  for (let byte of bits) for (; byte > 0; byte &= byte - 1) count++;
  const cropIds = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < bits.length; i++)
    for (let byte = bits[i]!; byte > 0; byte &= byte - 1)
      cropIds[at++] = i * 8 + 32 - Math.clz32(byte & -byte);
  return cropIds;
}

/** SHA-256 over crop ids in ascending order, each as a little-endian 32-bit integer. */
export function idDigest(cropIds: Int32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(cropIds.buffer, cropIds.byteOffset, cropIds.byteLength))
    .digest('hex');
}
