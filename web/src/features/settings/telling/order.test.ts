import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moved } from './order.ts';

describe('moving an entry', () => {
  it('puts it where it was asked to go and keeps the order of the others', () => {
    const lists = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lists, fc.nat(11), fc.nat(11), (list, from, to) => {
        fc.pre(from < list.length && to < list.length);
        const after = moved(list, from, to);
        expect(after[to]).toBe(list[from]);
        const others = (all: readonly number[]) => all.filter((each) => each !== list[from]);
        expect(others(after)).toEqual(others(list));
      }),
    );
  });

  it('leaves the list alone where there is no such place', () => {
    const list = ['a', 'b'];
    expect(moved(list, 0, 2)).toBe(list);
    expect(moved(list, 1, -1)).toBe(list);
    expect(moved(list, 5, 0)).toBe(list);
  });
});
