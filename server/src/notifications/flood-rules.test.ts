// Whatever comes and when: nothing is dropped, the first critical alarm goes at once, and nobody is flooded.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CRITICAL_EVERY_MS,
  CRITICAL_QUIET_MS,
  FLOOD_ABOVE,
  FLOOD_WINDOW_MS,
  FOLD_AFTER_MS,
  type FormerMessage,
  foldWaiting,
  HOUR_MS,
  MESSAGES_PER_HOUR,
  OTHERS_EVERY_MS,
  type WaitingItem,
} from './flood-rules.ts';

interface Message extends FormerMessage {
  items: WaitingItem[];
}

/** Plays a day: asks whenever something comes, and whenever the rules want to be asked. */
function play(arrivals: readonly WaitingItem[]): Message[] {
  const messages: Message[] = [];
  let waiting: WaitingItem[] = [];
  let lastCriticalMs: number | null = null;
  let next = 0;
  let nowMs = 0;
  for (let steps = 0; next < arrivals.length || waiting.length > 0; steps++) {
    if (steps > 20_000) throw new Error('The rules never let it go');
    while (next < arrivals.length && (arrivals[next] as WaitingItem).atMs <= nowMs) {
      waiting.push(arrivals[next++] as WaitingItem);
    }
    const raises = arrivals.slice(0, next).filter(({ atMs }) => atMs > nowMs - FLOOD_WINDOW_MS).length;
    const recent = messages.filter(({ atMs }) => atMs > nowMs - HOUR_MS);
    const { folds, nextMs } = foldWaiting({ waiting, messages: recent, raises, lastCriticalMs }, nowMs);
    for (const { itemIds, ...fold } of folds) {
      const items = waiting.filter(({ id }) => itemIds.includes(id));
      expect(items).toHaveLength(itemIds.length);
      waiting = waiting.filter(({ id }) => !itemIds.includes(id));
      messages.push({ ...fold, atMs: nowMs, items });
      for (const { isCritical, atMs } of items) if (isCritical) lastCriticalMs = Math.max(lastCriticalMs ?? 0, atMs);
    }
    const arrives = arrivals[next]?.atMs ?? Number.POSITIVE_INFINITY;
    if (waiting.length > 0 && nextMs !== null) expect(nextMs).toBeGreaterThan(nowMs);
    const asked = waiting.length > 0 ? (nextMs ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    const later = Math.min(arrives, asked);
    if (later === Number.POSITIVE_INFINITY) {
      expect(waiting).toEqual([]);
      break;
    }
    nowMs = Math.max(nowMs, later);
  }
  return messages;
}

const arrivals = fc
  .array(
    fc.record({
      gapMs: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_200_000 }) },
      ),
      isCritical: fc.boolean(),
      group: fc.constantFrom('Hall A level', 'Hall B level', 'Hall A connection'),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((list) => {
    let atMs = 0;
    return list.map(({ gapMs, ...item }, at) => {
      atMs += gapMs;
      return { ...item, id: `${at}`, atMs };
    });
  });

test('each item is in exactly one message, and in no message before it came', () => {
  fc.assert(
    fc.property(arrivals, (list) => {
      const messages = play(list);
      const sent = messages.flatMap(({ items }) => items.map(({ id }) => id));
      expect(sent.toSorted()).toEqual(list.map(({ id }) => id).toSorted());
      for (const { atMs, items } of messages) for (const item of items) expect(item.atMs).toBeLessThanOrEqual(atMs);
    }),
  );
});

test('a critical item that none came before for a minute goes at once', () => {
  fc.assert(
    fc.property(arrivals, (list) => {
      const messages = play(list);
      const critical = list.filter(({ isCritical }) => isCritical);
      for (const [at, item] of critical.entries()) {
        const before = critical[at - 1];
        if (before !== undefined && item.atMs - before.atMs < CRITICAL_QUIET_MS) continue;
        const message = messages.find(({ items }) => items.includes(item));
        expect([message?.kind, message?.atMs]).toEqual(['first', item.atMs]);
      }
    }),
  );
});

test('beside the first critical ones at most 20 messages go out in any hour, and critical ones once a minute', () => {
  fc.assert(
    fc.property(arrivals, (list) => {
      const folded = play(list).filter(({ kind }) => kind !== 'first');
      for (const [at, { atMs }] of folded.entries()) {
        const earlier = folded[at - MESSAGES_PER_HOUR];
        if (earlier !== undefined) expect(atMs - earlier.atMs).toBeGreaterThanOrEqual(HOUR_MS);
      }
      const critical = folded.filter(({ isCritical }) => isCritical);
      for (const [at, { atMs }] of critical.entries()) {
        if (at > 0) expect(atMs - (critical[at - 1] as Message).atMs).toBeGreaterThanOrEqual(CRITICAL_EVERY_MS);
      }
    }),
  );
});

test('nothing waits longer than its rule says while fewer messages than the limit go out', () => {
  fc.assert(
    fc.property(arrivals, (list) => {
      const messages = play(list);
      if (messages.filter(({ kind }) => kind !== 'first').length >= MESSAGES_PER_HOUR) return;
      for (const { items, atMs } of messages) {
        for (const item of items) {
          const most = item.isCritical ? CRITICAL_EVERY_MS + FOLD_AFTER_MS : OTHERS_EVERY_MS + FOLD_AFTER_MS;
          expect(atMs - item.atMs).toBeLessThanOrEqual(most);
        }
      }
    }),
  );
});

test('a thousand alarms in one second are three messages: the first at once, one after ten seconds that is called a flood', () => {
  const list = Array.from({ length: 1000 }, (_, at) => ({
    id: `${at}`,
    isCritical: at % 2 === 0,
    group: `${at % 50}`,
    atMs: at,
  }));
  const messages = play(list);
  expect(messages.map(({ kind, atMs }) => [kind, atMs])).toEqual([
    ['first', 0],
    ['flood', 2 + FOLD_AFTER_MS - 1],
  ]);
  expect(messages[1]?.items).toHaveLength(999);
  expect(FLOOD_ABOVE).toBe(10);
});

test('what is not critical is folded by place and kind, after ten seconds and then every five minutes', () => {
  const item = (id: string, group: string, atMs: number) => ({ id, group, atMs, isCritical: false });
  const list = [
    item('a', 'A', 0),
    item('b', 'B', 5_000),
    item('c', 'A', 9_000),
    item('d', 'A', 20_000),
    item('e', 'A', 900_000),
  ];
  expect(play(list).map(({ atMs, items }) => [atMs, items.map(({ id }) => id).join('')])).toEqual([
    [10_000, 'ac'],
    [15_000, 'b'],
    [310_000, 'd'],
    [910_000, 'e'],
  ]);
});
