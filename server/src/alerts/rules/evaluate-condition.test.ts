import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newGateState, noteGate, openSinceMs } from './condition-gate.ts';
import { type ConditionRule, holdMsOf, type LastingRule, type RateRule } from './condition-rule.ts';
import { advanceCondition, evaluateCondition, interruptCondition, newRuleState } from './evaluate-condition.ts';

type Reading = readonly [atMs: number, value: number];
type Change = readonly [change: string, atMs: number];

const STEP_MS = 1000;
const ALWAYS = Number.NEGATIVE_INFINITY;
const timingOf = (onDelayMs: number, offDelayMs: number, deadband = 0) => ({
  ...{ deadbandPercent: 0, deadband, onDelayMs, offDelayMs },
});
const delays = fc.constantFrom(0, 2000, 5000);
const severity = fc.constantFrom('warning' as const, 'critical' as const);

/** In ascending order, at whole seconds. */
const readings = (values: fc.Arbitrary<number>, maxGap = 5) =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: maxGap }), values), { maxLength: 60 }).map((steps) => {
    let atMs = 0;
    return steps.map(([gap, value]): Reading => {
      atMs += gap * STEP_MS;
      return [atMs, value];
    });
  });

function changesOf(rule: ConditionRule, given: readonly Reading[]): Change[] {
  const state = newRuleState();
  return given.flatMap(([atMs, value]) =>
    evaluateCondition(rule, state, atMs, value).map(({ change, timestampMs }): Change => [change, timestampMs]),
  );
}

/** The delays, written as they are defined: null is a moment that says nothing. */
function delayed(
  moments: readonly (readonly [atMs: number, isPast: boolean, isInside: boolean])[],
  rule: ConditionRule,
): Change[] {
  const { onDelayMs, offDelayMs } = rule.timing;
  const changes: Change[] = [];
  let isActive = false;
  let from = 0;
  for (const [i, [atMs]] of moments.entries()) {
    // The moments since the last change that all say the same.
    const which = isActive ? 2 : 1;
    let first = i;
    while (first > from && moments[first - 1]?.[which]) first--;
    if (!moments[i]?.[which]) continue;
    if (atMs - (moments[first]?.[0] as number) < (isActive ? offDelayMs : onDelayMs)) continue;
    changes.push([isActive ? 'cleared' : 'raised', atMs]);
    isActive = !isActive;
    from = i + 1;
  }
  return changes;
}

describe('rate of change', () => {
  const rules = fc
    .record({
      windowMs: fc.constantFrom(1000, 10_000, 60_000),
      unitsPerMinute: fc.constantFrom(5, 30, 120),
      direction: fc.constantFrom('rise' as const, 'fall' as const, 'either' as const),
      severity,
      timing: fc.tuple(delays, delays, fc.constantFrom(0, 3)).map((each) => timingOf(...each)),
    })
    .map((rule): RateRule => ({ kind: 'rate_of_change', ...rule }));

  test('is the change since the newest value that is a window old, as a naive search finds it', () => {
    fc.assert(
      fc.property(rules, readings(fc.integer({ min: -20, max: 20 })), (rule, given) => {
        const moments = given.flatMap(([atMs, value], i) => {
          const from = given.slice(0, i).findLast(([earlier]) => earlier <= atMs - rule.windowMs);
          if (from === undefined) return [];
          const rate = (value - from[1]) / ((atMs - from[0]) / 60_000);
          const measure = rule.direction === 'either' ? Math.abs(rate) : rule.direction === 'rise' ? rate : -rate;
          const limit = rule.unitsPerMinute;
          return [[atMs, measure > limit, measure <= limit - (rule.timing.deadband ?? 0)] as const];
        });
        expect(changesOf(rule, given)).toEqual(delayed(moments, rule));
      }),
    );
  });

  test('needs little memory for a window of a day of values every second, and finds a slow rise in it', () => {
    const state = newRuleState();
    const rule: RateRule = {
      ...{ kind: 'rate_of_change', windowMs: 86_400_000, unitsPerMinute: 0.9, direction: 'rise', severity: 'warning' },
      timing: timingOf(0, 0),
    };
    let points = 0;
    let raised = 0;
    for (let second = 0; second < 200_000; second++) {
      raised += evaluateCondition(rule, state, second * 1000, second / 60).length;
      if (second % 10_000 === 0) points = Math.max(points, state.rate?.points().length ?? 0);
    }
    expect(points).toBeLessThanOrEqual(125);
    expect(raised).toBe(1);
  });
});

describe('a condition that lasts', () => {
  const parts = { durationMs: fc.constantFrom(0, 3000, 8000), severity };
  const timing = fc.tuple(delays, delays).map((each) => timingOf(...each));
  const holdMs = fc.constantFrom(4000, 1_000_000);
  const rules: fc.Arbitrary<LastingRule> = fc.oneof(
    fc.record({ kind: fc.constant('stuck' as const), epsilon: fc.constantFrom(0, 1), ...parts, timing }),
    fc.record({ kind: fc.constant('state' as const), codes: fc.constant(new Set([2, 3])), holdMs, ...parts, timing }),
    fc.record({ kind: fc.constant('no_count' as const), holdMs, ...parts, timing }),
  );
  const given = readings(fc.integer({ min: 0, max: 3 }), 8);

  /** For how long it has lasted at this time, by the values up to it; -1 where it does not last. */
  function lastedMs(rule: LastingRule, values: readonly Reading[], atMs: number): number {
    const last = values.at(-1);
    if (last === undefined) return -1;
    if (rule.kind === 'state') {
      const before = values.findLastIndex(([, value]) => !rule.codes.has(value));
      return before === values.length - 1 ? -1 : atMs - (values[before + 1] as Reading)[0];
    }
    const epsilon = rule.kind === 'stuck' ? rule.epsilon : 0;
    let anchor = values[0] as Reading;
    for (const each of values) if (Math.abs(each[1] - anchor[1]) > epsilon) anchor = each;
    return atMs - anchor[0];
  }

  /** Every second of it, before and after the reading of that second. */
  function oracle(rule: LastingRule, all: readonly Reading[]): Change[] {
    const moments: (readonly [number, boolean, boolean])[] = [];
    const note = (atMs: number, values: readonly Reading[]) => {
      const lasted = lastedMs(rule, values, atMs);
      const isAbnormal = lasted >= 0 && lasted >= rule.durationMs;
      moments.push([atMs, isAbnormal, !isAbnormal]);
    };
    const endMs = all.at(-1)?.[0] ?? 0;
    for (let atMs = STEP_MS; atMs <= endMs; atMs += STEP_MS) {
      const before = all.filter(([at]) => at < atMs);
      const heardMs = before.at(-1)?.[0] ?? ALWAYS;
      if (atMs <= heardMs + holdMsOf(rule)) note(atMs, before);
      if (all.some(([at]) => at === atMs)) note(atMs, [...before, ...all.filter(([at]) => at === atMs)]);
    }
    return delayed(moments, rule);
  }

  test('is raised and cleared when it should be, second by second', () => {
    fc.assert(
      fc.property(rules, given, (rule, all) => {
        // A clear that is due by the clock comes also while the machine is silent, which the moments do not show.
        fc.pre(rule.timing.offDelayMs === 0);
        expect(changesOf(rule, all)).toEqual(oracle(rule, all));
      }),
    );
  });

  test('does not depend on when the clock looks', () => {
    fc.assert(
      fc.property(rules, given, fc.array(fc.integer({ min: 1, max: 300_000 })), (rule, all, looks) => {
        const state = newRuleState();
        const changes: Change[] = [];
        const add = (transitions: ReturnType<typeof evaluateCondition>) => {
          for (const { change, timestampMs } of transitions) changes.push([change, timestampMs]);
        };
        const endMs = all.at(-1)?.[0] ?? 0;
        const times = looks.filter((at) => at < endMs).sort((a, b) => a - b);
        for (const [atMs, value] of all) {
          while (times.length > 0 && (times[0] as number) < atMs) {
            const toMs = times.shift() as number;
            if (toMs <= state.newestMs) continue;
            add(advanceCondition(rule, state, toMs, { openSinceMs: ALWAYS, heardMs: state.newestMs }));
          }
          add(evaluateCondition(rule, state, atMs, value));
        }
        expect(changes).toEqual(changesOf(rule, all));
      }),
    );
  });

  test('a stuck value of a silent machine is not raised, and one of a machine that sends something else is', () => {
    const rule: LastingRule = {
      ...{ kind: 'stuck', durationMs: 60_000, epsilon: 0, severity: 'warning' },
      timing: timingOf(0, 0),
    };
    const state = newRuleState();
    evaluateCondition(rule, state, 0, 5);
    expect(advanceCondition(rule, state, 600_000, { openSinceMs: ALWAYS, heardMs: 0 })).toEqual([]);
    expect(advanceCondition(rule, state, 600_000, { openSinceMs: ALWAYS, heardMs: 600_000 })).toMatchObject([
      { change: 'raised', timestampMs: 600_000, value: 5 },
    ]);
  });

  test('bad values prove nothing: it begins again after them', () => {
    const rule: LastingRule = {
      ...{ kind: 'stuck', durationMs: 60_000, epsilon: 0, severity: 'critical' },
      timing: timingOf(0, 0),
    };
    const state = newRuleState();
    evaluateCondition(rule, state, 0, 5);
    interruptCondition(rule, state);
    expect(evaluateCondition(rule, state, 60_000, 5)).toEqual([]);
    expect(evaluateCondition(rule, state, 120_000, 5)).toMatchObject([{ change: 'raised', severity: 'critical' }]);
  });
});

describe('a condition that is tied to a state', () => {
  const RUNNING = 1;
  const gate = { codes: new Set([RUNNING]), startupMs: 5000 };

  test('counts from the start-up time after the state began, as a search through all its values finds it', () => {
    fc.assert(
      fc.property(readings(fc.integer({ min: 0, max: 2 })), fc.integer({ min: 0, max: 200_000 }), (values, atMs) => {
        const state = newGateState();
        for (const [at, code] of values) noteGate(state, at, code);
        const until = values.filter(([at]) => at <= atMs);
        const before = until.findLastIndex(([, code]) => code !== RUNNING);
        const first = until[before + 1];
        const expected = first === undefined ? Number.POSITIVE_INFINITY : first[0] + gate.startupMs;
        // Only the newest changes are kept.
        fc.pre(state.changes.length < 32);
        expect(openSinceMs(gate, state, atMs)).toBe(expected);
      }),
    );
  });

  test('a level clears when the state ends, and is raised by a reading after the start-up time only', () => {
    const limits = { low_low: null, low: null, high: 80, high_high: null };
    const rule: ConditionRule = { kind: 'level', limits, timing: timingOf(0, 60_000) };
    const state = newRuleState();
    const at = (atMs: number, openSince: number) =>
      evaluateCondition(rule, state, atMs, 90, { openSinceMs: openSince, heardMs: atMs }).map(({ change }) => change);
    expect(at(0, 5000)).toEqual([]);
    expect(at(5000, 5000)).toEqual(['raised']);
    expect(at(6000, Number.POSITIVE_INFINITY)).toEqual(['cleared']);
    expect(at(7000, Number.POSITIVE_INFINITY)).toEqual([]);
  });
});
