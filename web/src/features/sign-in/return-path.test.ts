import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownPath } from './return-path.ts';

describe('the page to which one returns from a sign-in', () => {
  it('is the one that was asked for, with its filters', () => {
    expect(ownPath('/alerts?severity=critical')).toBe('/alerts?severity=critical');
  });

  it.each([null, '', 'alerts', '//evil.example/x', '/\\evil.example', 'https://evil.example/', '/sign-in', '/reset'])(
    'is the home page in place of %j',
    (path) => {
      expect(ownPath(path)).toBe('/');
    },
  );

  it('never leads to another server', () => {
    const parts = fc.constantFrom('/', '\\', '//', 'evil.example', ':', '@', '?', '#', '.', '..', '\t', ' ', '%2f');
    fc.assert(
      fc.property(fc.array(parts), (some) => {
        const path = ownPath(`/${some.join('')}`);
        expect(new URL(path, 'https://own.example/alerts').origin).toBe('https://own.example');
      }),
    );
  });
});
