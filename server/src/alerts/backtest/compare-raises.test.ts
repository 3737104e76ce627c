import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConditionRule, LevelRule } from '../rules/condition-rule.ts';
import { compareRaises, startOf } from './compare-raises.ts';
import type { RecordedRaise } from './raise-recorder.ts';
import { detect, type TrueExcursion } from './true-excursions.ts';

const NO_DELAYS = { deadbandPercent: 1, onDelayMs: 0, offDelayMs: 0 };
const level = (high: number | null, timing: Partial<LevelRule['timing']> = {}): LevelRule => ({
  kind: 'level',
  limits: { low_low: null, low: 10, high, high_high: null },
  timing: { ...NO_DELAYS, ...timing },
});
const raise = (fromMs: number, toMs: number | null, over: Partial<RecordedRaise> = {}): RecordedRaise => ({
  ...{ side: 'high', fromMs, toMs, peak: 85, readingCount: 3, severity: 'warning', limitKind: 'high' },
  ...over,
});
const reasonsOf = (now: RecordedRaise[], would: RecordedRaise[], rule: ConditionRule, inForce: ConditionRule | null) =>
  compareRaises(now, would, { now: inForce, would: rule }).map(({ reason }) => reason);

describe('a raise is gone', () => {
  const goneUnder = (rule: ConditionRule, over: Partial<RecordedRaise> = {}) =>
    reasonsOf([raise(0, 10, over)], [], rule, level(80));

  it('because its peak is not past the new limit, above or below', () => {
    expect(goneUnder(level(85))).toEqual(['not_past_limit']);
    expect(goneUnder(level(80), { side: 'low', peak: 10, limitKind: 'low' })).toEqual(['not_past_limit']);
  });
  it('because there is no such limit any more', () => {
    expect(goneUnder(level(null))).toEqual(['no_limit']);
  });
  it('because it was shorter than the on-delay', () => {
    expect(goneUnder(level(80, { onDelayMs: 60_000 }))).toEqual(['shorter_than_on_delay']);
    expect(goneUnder(level(80, { onDelayMs: 60_000 }), { peak: null })).toEqual(['shorter_than_on_delay']);
    expect(goneUnder(level(80, { onDelayMs: 60_000 }), { side: 'low', peak: 9 })).toEqual(['shorter_than_on_delay']);
  });
  it('because the condition is not met, where nothing else explains it or no limit is compared', () => {
    expect(goneUnder(level(80))).toEqual(['not_met']);
    expect(goneUnder(level(80), { side: 'stale', limitKind: 'stale', peak: null })).toEqual(['not_met']);
    const stuck: ConditionRule = {
      ...{ kind: 'stuck', epsilon: 0, durationMs: 60_000, severity: 'warning', timing: NO_DELAYS },
    };
    expect(goneUnder(stuck)).toEqual(['not_met']);
  });
});

describe('two raises that become one', () => {
  const [now, would] = [[raise(0, 10), raise(20, 30)], [raise(0, 30)]];
  const second = (rule: ConditionRule, inForce: ConditionRule | null = level(80)) =>
    reasonsOf(now, would, rule, inForce)[1];

  it('are joined by a longer off-delay or a wider deadband, whichever of the two has changed', () => {
    expect(second(level(80, { offDelayMs: 15_000 }))).toBe('within_off_delay');
    expect(second(level(80, { deadband: 4 }))).toBe('inside_deadband');
    expect(second(level(80, { deadbandPercent: 5 }))).toBe('inside_deadband');
  });
  it('are parts of one where both have changed, neither has, or nothing is known of the rule in force', () => {
    expect(second(level(80, { offDelayMs: 15_000, deadband: 4 }))).toBe('part_of_earlier');
    expect(second(level(75))).toBe('part_of_earlier');
    expect(second(level(80, { offDelayMs: 15_000 }), null)).toBe('part_of_earlier');
  });
  it('count as replaced by the one', () => {
    const [first] = compareRaises(now, would, { now: level(80), would: level(80) });
    expect(first).toMatchObject({ now: now[0], would: would[0], insteadOf: 2, reason: null });
  });
});

/** Raises of one side without overlap, ascending; the last may still be active. */
const raises = (side: 'high' | 'low') =>
  fc.tuple(fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 20 }), fc.boolean()).map(([times, isOpen]) => {
    const edges = times.sort((a, b) => a - b);
    const pairs = Array.from({ length: Math.floor(edges.length / 2) }, (_, i) => edges.slice(2 * i, 2 * i + 2));
    return pairs.map(([from = 0, to = 0], i) => raise(from, isOpen && i === pairs.length - 1 ? null : to, { side }));
  });
const ofBothSides = fc
  .tuple(raises('high'), raises('low'))
  .map((sides) => sides.flat().sort((a, b) => a.fromMs - b.fromMs));

it('every raise of either side appears once, in order, and a reason only where one is gone', () => {
  fc.assert(
    fc.property(ofBothSides, ofBothSides, (now, would) => {
      const rows = compareRaises(now, would, { now: level(80), would: level(82, { offDelayMs: 5 }) });
      const present = (of: (RecordedRaise | null)[]) => of.filter((each) => each !== null);
      expect(new Set(present(rows.map((row) => row.now)))).toEqual(new Set(now));
      expect(new Set(present(rows.map((row) => row.would)))).toEqual(new Set(would));
      expect([present(rows.map((row) => row.now)).length, present(rows.map((row) => row.would)).length]).toEqual([
        now.length,
        would.length,
      ]);
      for (const row of rows) {
        expect(row.reason === null).toBe(row.would !== null);
        if (row.now !== null && row.would !== null) expect(row.now.side).toBe(row.would.side);
      }
      const starts = rows.map(startOf);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
    }),
  );
});

describe('a true excursion', () => {
  const excursion: TrueExcursion = { side: 'high', fromMs: 100, toMs: 200 };
  const found = (now: RecordedRaise[], would: RecordedRaise[]) => detect([excursion], now, would);

  it('is found by the first raise that is active during it, later or earlier than now', () => {
    expect(found([raise(110, 200)], [raise(150, 200)])).toEqual({ true: 1, found: 1, latestMs: 40 });
    expect(found([raise(150, 200)], [raise(110, 200)])).toEqual({ true: 1, found: 1, latestMs: -40 });
    expect(found([raise(110, 200)], [raise(20, 50), raise(120, null)])).toEqual({ true: 1, found: 1, latestMs: 10 });
  });
  it('that a raise is active for already is found at its start', () => {
    expect(found([], [raise(50, 150)])).toEqual({ true: 1, found: 1, latestMs: 0 });
  });
  it('is not found by a raise of the other side, before or after it, or by none', () => {
    expect(found([raise(110, 200)], [raise(110, 200, { side: 'low' })])).toEqual({ true: 1, found: 0, latestMs: null });
    expect(found([raise(110, 200)], [raise(20, 50), raise(201, 300)])).toEqual({ true: 1, found: 0, latestMs: null });
    expect(found([raise(110, 200)], [])).toEqual({ true: 1, found: 0, latestMs: null });
  });
});
