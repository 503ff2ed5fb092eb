import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOwnRequest, isPageUrl, parseCropUrl } from '../../../src-main/hosts/electron/page-address.ts';

describe('the page', () => {
  test.each(['app://descry/index.html', 'app://descry/', 'app://descry/index.html#/search?id=3'])(
    '%s is it',
    (url) => expect(isPageUrl(url)).toBe(true),
  );
  test.each([
    'app://other/index.html',
    'app://descry.evil/index.html',
    'app://descry/assets/a.js',
    'https://descry/index.html',
    'file:///index.html',
    'about:blank',
    'javascript:alert(1)',
    'data:text/html,x',
    '',
  ])('%s is not', (url) => expect(isPageUrl(url)).toBe(false));
});

describe('requests', () => {
  test.each([
    'app://descry/assets/a.js',
    'crop://12/original',
    'blob:app://descry/1',
    'data:image/png;base64,',
    'devtools://devtools/x',
  ])('%s may go', (url) => expect(isOwnRequest(url)).toBe(true));
  test.each([
    'https://example.com/',
    'http://127.0.0.1:80/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'app://elsewhere/',
    'ftp://x/',
    'chrome-extension://abc/x',
    'not an address',
  ])('%s may not', (url) => expect(isOwnRequest(url)).toBe(false));
});

describe('addresses of crops', () => {
  test('name an id and a kind', () => {
    expect(parseCropUrl('crop://12/original')).toEqual({ cropId: 12, kind: 'original' });
    expect(parseCropUrl('crop://7/thumbnail')).toEqual({ cropId: 7, kind: 'thumbnail' });
  });

  test('survive being read as an IPv4 address', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (id) => {
        // `http` has the host parser that Chromium uses for schemes registered as standard.
        const dotted = new URL(`http://${id}/`).host;
        expect(parseCropUrl(`crop://${dotted}/original`)).toEqual({ cropId: id, kind: 'original' });
        expect(parseCropUrl(`crop://${id}/original`)).toEqual({ cropId: id, kind: 'original' });
      }),
    );
  });

  test.each([
    'crop://12/../original',
    'crop://12/original/',
    'crop://12/original?x',
    'crop://12/original#x',
    'crop://-1/original',
    'crop://0/original',
    'crop://1e3/original',
    'crop:///etc/passwd',
    'crop://12/passwd',
    'crop://1.2.3/original',
    'crop://1.2.3.400/original',
    'crop://1..2.3/original',
    'crop://99999999999999999999/original',
    'app://12/original',
  ])('%s is none', (url) => expect(parseCropUrl(url)).toBeUndefined());
});
