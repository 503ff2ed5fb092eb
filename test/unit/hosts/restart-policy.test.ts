import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RestartPolicy } from '../../../src-main/hosts/shared/restart-policy.ts';

describe('restarting an engine that died', () => {
  test('waits longer each time and gives up after three within a minute', () => {
    const policy = new RestartPolicy();
    expect([0, 1000, 2000, 3000].map((now) => policy.next(now))).toEqual([250, 1000, 4000, null]);
  });

  test('forgets restarts that are a minute old', () => {
    const policy = new RestartPolicy();
    for (const now of [0, 1000, 2000]) policy.next(now);
    expect(policy.next(59_999)).toBeNull();
    expect(policy.next(60_000)).toBe(4000);
    expect(policy.next(60_500)).toBeNull();
  });

  test('begins anew when a person asks for it', () => {
    const policy = new RestartPolicy();
    for (const now of [0, 1, 2, 3]) policy.next(now);
    policy.reset();
    expect(policy.next(4)).toBe(250);
  });

  test('never grants more than the limit within any window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30_000), { maxLength: 60 }), (gaps) => {
        const policy = new RestartPolicy();
        const granted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (policy.next(now) !== null) granted.push(now);
        }
        for (const time of granted) {
          expect(
            granted.filter((other) => other <= time && time - other < 60_000).length,
          ).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});
