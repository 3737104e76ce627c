import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairShares } from './fair-shares.ts';

it('removes the oldest of the sender with the most, so that nobody below an equal share loses anything', () => {
  const item = fc.record({ sender: fc.constantFrom('a', 'b', 'c', 'd'), size: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 200 }), fc.integer({ min: 80, max: 300 }), (items, bound) => {
      const shares = new FairShares<number>();
      const kept = new Map<string, { id: number; size: number }[]>();
      const sizeOf = (sender: string) => (kept.get(sender) ?? []).reduce((sum, { size }) => sum + size, 0);
      for (const [id, { sender, size }] of items.entries()) {
        shares.set(sender, id, size);
        kept.set(sender, [...(kept.get(sender) ?? []), { id, size }]);
        while (shares.size > bound) {
          const removed = shares.removeOldestOfLargest();
          const largest = Math.max(...[...kept.keys()].map(sizeOf));
          const [loser, list] = [...kept].find(([, each]) => each[0]?.id === removed) as [string, { id: number }[]];
          expect(sizeOf(loser)).toBe(largest);
          list.shift();
        }
        expect(shares.size).toBe([...kept.keys()].reduce((sum, each) => sum + sizeOf(each), 0));
        expect(shares.size).toBeLessThanOrEqual(bound);
        for (const each of kept.keys())
          expect([...shares.itemsOf(each)]).toEqual(kept.get(each)?.map(({ id: of }) => of));
      }
    }),
    { numRuns: 50 },
  );
});

it('counts an item that grows, and forgets one that is deleted', () => {
  const shares = new FairShares<string>();
  shares.set('a', 'x', 1);
  shares.set('a', 'y', 1);
  shares.set('a', 'x', 5);
  expect([shares.size, [...shares.itemsOf('a')]]).toEqual([6, ['x', 'y']]);
  shares.delete('a', 'x');
  shares.delete('a', 'x');
  shares.delete('b', 'y');
  expect([shares.size, shares.has('a', 'x'), [...shares.senders()]]).toEqual([1, false, ['a']]);
  expect([shares.removeOldestOfLargest(), shares.removeOldestOfLargest()]).toEqual(['y', undefined]);
});
