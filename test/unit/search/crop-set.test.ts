import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeCropSet, encodeCropSet } from '../../../src-main/engine/search/crop-set.ts';

it('gives back the same ids, in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 5000 })), (ids) => {
      const ascending = Int32Array.from(ids).sort();
      expect(decodeCropSet(encodeCropSet(ascending))).toEqual(ascending);
    }),
  );
});

it('keeps a whole gallery in next to nothing', () => {
  const everyone = Int32Array.from({ length: 1_000_000 }, (_, i) => i + 1);
  const encoded = encodeCropSet(everyone);
  expect(encoded.byteLength).toBeLessThan(1000);
  expect(decodeCropSet(encoded)).toEqual(everyone);
});
