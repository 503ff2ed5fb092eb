import { ORPCError } from '@orpc/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casePath, folderName } from '../../../src-renderer/lib/case-path.ts';
import { backOff } from '../../../src-renderer/lib/connection.svelte.ts';
import { describeError, DisconnectedError } from '../../../src-renderer/lib/errors.ts';
import {
  baseName,
  formatBytes,
  formatDuration,
  formatInstant,
  formatInstantWithOffset,
  formatOffset,
  formatScore,
} from '../../../src-renderer/lib/format.ts';
import { formatRoute, parseRoute, places } from '../../../src-renderer/lib/navigation.svelte.ts';
import { keyLabels, keysOf } from '../../../src-renderer/lib/shortcuts.svelte.ts';

describe('times and numbers', () => {
  it('writes an instant in the zone, with the offset of that day', () => {
    expect(formatInstant('2026-03-29T00:30:00Z', 'Europe/Berlin')).toBe('2026-03-29 01:30:00');
    expect(formatInstantWithOffset('2026-03-29T01:30:00Z', 'Europe/Berlin')).toBe(
      '2026-03-29 03:30:00 +02:00',
    );
    expect(formatInstantWithOffset('2026-12-31T23:59:59Z', 'UTC')).toBe('2026-12-31 23:59:59 +00:00');
  });

  it('keeps midnight at 00', () => {
    expect(formatInstant('2026-03-14T00:00:05Z', 'UTC')).toBe('2026-03-14 00:00:05');
  });

  it('writes durations and offsets', () => {
    expect(formatDuration(59_400)).toBe('59 s');
    expect(formatDuration(200_000)).toBe('3 min 20 s');
    expect(formatDuration(7_500_000)).toBe('2 h 05 min');
    expect(formatOffset(0)).toBe('none');
    expect(formatOffset(-42_000)).toBe('−42 s');
    expect(formatOffset(3_725_500)).toBe('+1 h 2 min 5.5 s');
    expect(formatOffset(86_400_000)).toBe('+1 d');
  });

  it('writes sizes and scores', () => {
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBytes(1_500_000)).toBe('1.5 MB');
    expect(formatScore(0.12345)).toBe('0.1235');
  });

  it('takes the last part of paths of every platform', () => {
    expect(baseName('/a/b/c.jpg')).toBe('c.jpg');
    expect(baseName('C:\\a\\b c.jpg')).toBe('b c.jpg');
    expect(baseName('/a/b/')).toBe('b');
  });
});

describe('addresses', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.stringMatching(/^[a-z]{0,8}$/),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ unit: 'grapheme', maxLength: 20 })),
        (place, section, parameters) => {
          expect(parseRoute(formatRoute(place, section, parameters))).toEqual({
            place,
            section,
            parameters: { ...parameters },
          });
        },
      ),
    );
  });

  it('that nobody knows are the start page', () => {
    expect(parseRoute('#/elsewhere').place).toBe('start');
    expect(parseRoute('').place).toBe('start');
  });
});

describe('keys', () => {
  const press = (key: string, held: Partial<KeyboardEvent> = {}): string =>
    keysOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

  it('are named with their modifiers', () => {
    expect(press('z', { ctrlKey: true })).toBe('Mod+Z');
    expect(press('Z', { metaKey: true, shiftKey: true })).toBe('Mod+Shift+Z');
    expect(press('ArrowDown', { shiftKey: true })).toBe('Shift+ArrowDown');
  });

  it('a shifted sign is the sign', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
  });

  it('are written as the keyboard shows them', () => {
    expect(keyLabels('Mod+Shift+Z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(keyLabels('Mod+Enter', true)).toEqual(['⌘', 'Enter']);
    expect(keyLabels('Mod++', false)).toEqual(['Ctrl', '+']);
  });
});

describe('errors', () => {
  it('of the engine keep their kind and message', () => {
    const error = new ORPCError('DESCRY', {
      message: 'The disk is full.',
      data: { kind: 'disk-full', detail: {} },
    });
    expect(describeError(error)).toEqual({
      title: 'The disk is full',
      message: 'The disk is full.',
      kind: 'disk-full',
    });
  });

  it('of an unknown kind are unexpected ones', () => {
    expect(describeError(new ORPCError('DESCRY', { data: { kind: 'new-kind' } })).kind).toBe('internal');
    expect(describeError('a string')).toMatchObject({ kind: 'internal', message: 'a string' });
  });

  it('of a lost connection say so', () => {
    expect(describeError(new DisconnectedError()).kind).toBe('disconnected');
  });
});

describe('case folders', () => {
  it('are named after the case, without what file systems refuse', () => {
    expect(folderName('Car park: night/2')).toBe('Car park night 2');
    expect(folderName(' ... ')).toBe('');
    expect(casePath('C:\\Cases\\', 'Robbery', 'win32')).toBe('C:\\Cases\\Robbery');
    expect(casePath('/home/k/cases/', 'Robbery?', 'linux')).toBe('/home/k/cases/Robbery');
  });

  it('never hold a separator or a forbidden sign', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        (name) => !/[\u0000-\u001f<>:"/\\|?*]|[. ]$/.test(folderName(name)),
      ),
    );
  });
});

it('waits longer between attempts, up to a limit', () => {
  expect([0, 1, 2, 3].map(backOff)).toEqual([250, 500, 1000, 2000]);
  expect(backOff(40)).toBe(8000);
});
