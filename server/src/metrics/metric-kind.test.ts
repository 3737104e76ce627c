import { METRIC_KINDS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asStateName, faultOfKindChange, firstStates, guessKind } from './metric-kind.ts';

describe('the kind of a first value', () => {
  test.each([
    [3.7, 'gauge'],
    [0, 'gauge'],
    [1, 'gauge'],
    [true, 'boolean'],
    [false, 'boolean'],
    ['AUTO', 'state'],
    ['on', 'state'],
    ['a'.repeat(64), 'state'],
    ['a'.repeat(65), null],
    ['  ', null],
    [null, null],
    [undefined, null],
    [{}, null],
    [[1], null],
  ])('of %j is %s', (value, kind) => {
    expect(guessKind(value)).toBe(kind);
  });

  test('is known for every number and boolean, and for no object', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const kind = guessKind(value);
        if (typeof value === 'number') expect(kind).toBe('gauge');
        else if (typeof value === 'boolean') expect(kind).toBe('boolean');
        else if (typeof value !== 'string') expect(kind).toBeNull();
        else expect(kind).toBe(asStateName(value) === null ? null : 'state');
      }),
    );
  });
});

test.each([
  ['on', ['off', 'on']],
  ['OFF', ['OFF', 'ON']],
  ['Open', ['Closed', 'Open']],
  ['AUTO', ['AUTO']],
])('a list that begins with %j has the states %j', (first, states) => {
  expect(firstStates(first)).toEqual(states);
});

describe('a kind', () => {
  test.each([
    ['gauge', 'counter', [], true],
    ['gauge', 'boolean', [], true],
    ['boolean', 'gauge', [], true],
    ['state', 'boolean', ['off', 'on'], true],
    ['state', 'boolean', ['on', 'off'], false],
    ['state', 'boolean', ['off', 'on', 'auto'], false],
    ['state', 'gauge', ['a'], false],
    ['gauge', 'state', [], false],
    ['gauge', 'state', ['stopped', 'running'], true],
  ] as const)('%s becomes %s with the states %j: %s', (from, to, states, can) => {
    expect(faultOfKindChange(from, to, states) === null).toBe(can);
  });

  test('can always stay as it is', () => {
    for (const kind of METRIC_KINDS) expect(faultOfKindChange(kind, kind, [])).toBeNull();
  });
});
