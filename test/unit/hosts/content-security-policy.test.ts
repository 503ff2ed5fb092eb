import { expect, test } from 'vitest';
import { contentSecurityPolicy } from '../../../src-main/hosts/shared/content-security-policy.ts';

function directives(host: 'electron' | 'browser'): Record<string, string[]> {
  return Object.fromEntries(
    contentSecurityPolicy(host)
      .split('; ')
      .map((directive) => directive.split(' '))
      .map(([name = '', ...sources]) => [name, sources]),
  );
}

test.each(['electron', 'browser'] as const)('the page of the %s host loads from its host only', (host) => {
  const policy = directives(host);
  const own = ["'self'", "'none'", 'data:', 'blob:', 'crop:', "'unsafe-inline'"];
  for (const [name, sources] of Object.entries(policy)) {
    expect(sources.length, name).toBeGreaterThan(0);
    expect(
      sources.filter((source) => !own.includes(source)),
      name,
    ).toEqual([]);
  }
  expect(policy['default-src']).toEqual(["'none'"]);
  expect(policy['script-src']).toEqual(["'self'"]);
  expect(policy['connect-src']).toEqual(["'self'"]);
});

test('default-src does not stand in for these, so they are written out', () => {
  const policy = directives('electron');
  expect(policy['base-uri']).toEqual(["'none'"]);
  expect(policy['form-action']).toEqual(["'none'"]);
  expect(policy['frame-ancestors']).toEqual(["'none'"]);
});

test('only Electron knows the scheme of crops', () => {
  expect(directives('electron')['img-src']).toContain('crop:');
  expect(directives('browser')['img-src']).not.toContain('crop:');
});
