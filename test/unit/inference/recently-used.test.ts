import { describe, expect, it } from 'vitest';
import { RecentlyUsed } from '../../../src-main/engine/inference/recently-used.ts';

describe('RecentlyUsed', () => {
  it('forgets what was used longest ago, not what was stored first', () => {
    const cache = new RecentlyUsed<number>(2);
    cache.set('one', 1);
    cache.set('two', 2);
    expect(cache.get('one')).toBe(1);
    cache.set('three', 3);
    expect(cache.get('two')).toBeUndefined();
    expect([cache.get('one'), cache.get('three')]).toEqual([1, 3]);
  });

  it('replaces a value without forgetting another', () => {
    const cache = new RecentlyUsed<number>(2);
    cache.set('one', 1);
    cache.set('two', 2);
    cache.set('two', 22);
    expect([cache.get('one'), cache.get('two')]).toEqual([1, 22]);
  });
});
