import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivationGuard, type Box, READY_AFTER_MS, type ShownControl } from './activation-guard.ts';

const HEIGHT_PX = 100;
/** A button in the n-th row of a list. */
const at = (row: number, leftPx = 0): Box => ({
  ...{ left: leftPx, right: leftPx + 80, top: row * HEIGHT_PX, bottom: row * HEIGHT_PX + 28 },
});
/** Each row has an element of its own, as React keys them. */
const list = (...subjects: string[]): ShownControl<string>[] =>
  subjects.map((subject, row) => ({ key: subject, subject, box: at(row) }));
const ready = (guard: ActivationGuard<string>, keys: string, nowMs: number) =>
  [...keys].filter((key) => guard.isReady(key, nowMs)).join('');

describe('a control may be used', () => {
  it('as soon as it is there, where nothing else was', () => {
    const guard = new ActivationGuard<string>();
    expect(guard.isReady('a', 0)).toBe(false);
    guard.observe(list('a', 'b'), 0);
    expect(ready(guard, 'ab', 0)).toBe('ab');
    guard.observe(list('a', 'b', 'c'), 10);
    expect(ready(guard, 'abc', 10)).toBe('abc');
  });

  it('a second after it took the place of one that is gone, while others stay in use', () => {
    const guard = new ActivationGuard<string>();
    guard.observe(list('a', 'b', 'c', 'd'), 0);
    guard.observe(list('a', 'c', 'd'), 5_000);
    expect(ready(guard, 'acd', 5_000)).toBe('a');
    guard.observe(list('a', 'c', 'd'), 5_000 + READY_AFTER_MS - 1);
    expect(ready(guard, 'acd', 5_000 + READY_AFTER_MS - 1)).toBe('a');
    expect(ready(guard, 'acd', 5_000 + READY_AFTER_MS)).toBe('acd');
  });

  it('a second after a newer one pushed the others down: neither the new one nor those that were pushed before', () => {
    const guard = new ActivationGuard<string>();
    guard.observe(list('a', 'b'), 0);
    guard.observe(list('new', 'a', 'b'), 5_000);
    expect(['new', 'a', 'b'].filter((key) => guard.isReady(key, 5_500))).toEqual([]);
    expect(['new', 'a', 'b'].filter((key) => guard.isReady(key, 6_000))).toEqual(['new', 'a', 'b']);
  });

  it('a second after the same button was given another subject, or a worse one', () => {
    const guard = new ActivationGuard<string>();
    const button = (subject: string) => [{ key: 'button', subject, box: at(0) }];
    guard.observe(button('acknowledge a warning'), 0);
    guard.observe(button('acknowledge a critical'), 2_000);
    expect(guard.isReady('button', 2_999)).toBe(false);
    expect(guard.nextReadyInMs(2_400)).toBe(600);
    expect(guard.isReady('button', 3_000)).toBe(true);
    expect(guard.nextReadyInMs(3_000)).toBeNull();
  });

  it('a second after what covered it is gone, or after it covered another', () => {
    const guard = new ActivationGuard<string>();
    const below = { key: 'below', subject: 'acknowledge a', box: at(0) };
    const dialog = { key: 'dialog', subject: 'acknowledge b', box: at(0, 40) };
    guard.observe([below], 0);
    guard.observe([below, dialog], 5_000);
    expect(guard.isReady('dialog', 5_999)).toBe(false);
    guard.observe([below, dialog], 6_500);
    expect(guard.isReady('dialog', 6_500)).toBe(true);
    guard.observe([below], 7_000);
    expect(guard.isReady('below', 7_999)).toBe(false);
    expect(guard.isReady('below', 8_000)).toBe(true);
  });

  it('after it slid in with a drawer, and not after something else pushed it', () => {
    const guard = new ActivationGuard<string>();
    const button = (leftPx: number) => [{ key: 'a', subject: 'a', box: at(0, leftPx) }];
    guard.observe(button(900), 0);
    guard.observe(button(500), 200);
    expect(guard.isReady('a', 200)).toBe(true);
    guard.observe(button(300), 5_000);
    expect(guard.isReady('a', 5_999)).toBe(false);
    expect(guard.isReady('a', 6_000)).toBe(true);
  });

  it('while it moves by a few pixels, and while somebody scrolls', () => {
    const guard = new ActivationGuard<string>();
    const row = (top: number): ShownControl<string>[] => [
      { key: 'a', subject: 'a', box: { left: 0, right: 80, top, bottom: top + 28 } },
    ];
    guard.observe(row(100), 0);
    guard.observe(row(110), 1_000);
    expect(guard.isReady('a', 1_000)).toBe(true);
    guard.observe(row(300), 2_000, true);
    guard.observe([...row(500), ...list('b')], 2_016, true);
    expect(ready(guard, 'ab', 2_016)).toBe('ab');
    guard.observe(list('b', 'a'), 2_032, true);
    expect(ready(guard, 'ab', 2_032)).toBe('ab');
  });

  it('not while somebody scrolls where its subject has changed', () => {
    const guard = new ActivationGuard<string>();
    guard.observe([{ key: 'button', subject: 'a', box: at(0) }], 0);
    guard.observe([{ key: 'button', subject: 'b', box: at(3) }], 2_000, true);
    expect(guard.isReady('button', 2_500)).toBe(false);
  });
});

describe('any list that changes as it likes', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 1_500 }),
    order: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 }),
  });

  it('never lets a click through to what was not there for a second, and lets one through to what was', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const guard = new ActivationGuard<string>();
        /** Of every row: what was there, and until when. */
        const history: { row: number; subject: string; untilMs: number }[] = [];
        /** Of every subject: where it is and since when. */
        let since = new Map<string, { row: number; fromMs: number }>();
        let nowMs = 0;
        for (const { waitMs, order } of steps) {
          nowMs += waitMs;
          for (const [subject, { row }] of since) history.push({ row, subject, untilMs: nowMs });
          since = new Map(
            order.map((subject, row) => {
              const known = since.get(subject);
              return [subject, known?.row === row ? known : { row, fromMs: nowMs }];
            }),
          );
          guard.observe(list(...order), nowMs);
          order.forEach((subject, row) => {
            const other = history.some(
              (was) => was.row === row && was.subject !== subject && nowMs - was.untilMs < READY_AFTER_MS,
            );
            const isReady = guard.isReady(subject, nowMs);
            if (other) expect(isReady).toBe(false);
            else if (nowMs - (since.get(subject)?.fromMs ?? nowMs) >= READY_AFTER_MS) expect(isReady).toBe(true);
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});
