import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageOrder, REORDER_MS } from './message-order.ts';

const numbers = (first: number, count: number) => Array.from({ length: count }, (_, i) => (first + 1 + i) % 256);

describe('MessageOrder', () => {
  it('gives any order within the timeout as it was sent, also where the numbers begin again', () => {
    const orders = fc
      .record({ first: fc.integer({ min: 0, max: 255 }), count: fc.integer({ min: 1, max: 127 }) })
      .chain(({ first, count }) =>
        fc.record({
          first: fc.constant(first),
          sent: fc.constant(numbers(first, count)),
          arrived: fc.shuffledSubarray(numbers(first, count), { minLength: count }),
        }),
      );
    fc.assert(
      fc.property(orders, ({ first, sent, arrived }) => {
        const order = new MessageOrder<number>(first);
        const got = arrived.flatMap((seq, i) => [...order.accept(seq, seq, i), ...order.expire(i)]);
        expect(got).toEqual(sent);
        expect(order.hasGap).toBe(false);
      }),
    );
  });

  it('loses no message, whatever is missing', () => {
    const lossy = fc.shuffledSubarray(numbers(7, 127), { minLength: 1 });
    fc.assert(
      fc.property(lossy, (arrived) => {
        const order = new MessageOrder<number>(7);
        const got = arrived.flatMap((seq) => order.accept(seq, seq, 0));
        got.push(...order.expire(REORDER_MS));
        expect([...got].sort((a, b) => a - b)).toEqual([...arrived].sort((a, b) => a - b));
        expect(order.hasGap).toBe(false);
      }),
    );
  });

  it('waits for a missing message for two seconds, and not for the next ones', () => {
    const order = new MessageOrder<string>(0);
    expect(order.accept(2, 'second', 1_000)).toEqual([]);
    expect(order.expire(2_999)).toEqual([]);
    expect(order.hasGap).toBe(true);
    expect(order.expire(3_000)).toEqual(['second']);
    expect(order.hasGap).toBe(false);
    expect(order.accept(3, 'third', 3_001)).toEqual(['third']);
    // Too late, and once more: stored without changing the order.
    expect(order.accept(1, 'first', 3_002)).toEqual(['first']);
    expect(order.accept(3, 'third again', 3_003)).toEqual(['third again']);
    expect(order.accept(4, 'fourth', 3_004)).toEqual(['fourth']);
  });
});
