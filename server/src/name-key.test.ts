import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameKey, naturalKey } from './name-key.ts';

test.each([
  ['Press 1', 'pRESS 1'],
  ['PRÜFSTAND', 'prüfstand'],
  ['Pr\u00fcfstand', 'Pru\u0308fstand'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'.normalize('NFD')],
])('%s and %s are one name', (a, b) => {
  expect(nameKey(a)).toBe(nameKey(b));
});

test.each([
  ['Press 1', 'Press 2'],
  ['Press 1', 'Press1'],
  ['a', 'ä'],
])('%s and %s are two names', (a, b) => {
  expect(nameKey(a)).not.toBe(nameKey(b));
});

test('numbers in names are ordered by their value, without regard to case', () => {
  const names = ['press 10', 'Press 2', 'PRESS 1', 'Press 2b', 'Öl 1', 'Anvil 100', 'press 002a'];
  const ordered = names.toSorted((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1));
  expect(ordered).toEqual(['Anvil 100', 'Öl 1', 'PRESS 1', 'Press 2', 'press 002a', 'Press 2b', 'press 10']);
});

test('keys survive being made again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(naturalKey(naturalKey(name))).toBe(naturalKey(name));
      expect(nameKey(name.toLowerCase())).toBe(nameKey(name));
    }),
  );
});
