import type { EffectiveLimits } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConditionState,
  type ConditionTiming,
  evaluateValue,
  outerLimit,
  QUIET,
  severityOfValue,
  type Transition,
  worseOf,
} from './condition.ts';

const LIMITS: EffectiveLimits = { low_low: 40, low: 50, high: 80, high_high: 88 };
const NO_LIMITS: EffectiveLimits = { low_low: null, low: null, high: null, high_high: null };
const AT_ONCE: ConditionTiming = { deadbandPercent: 2, onDelayMs: 0, offDelayMs: 0 };

type Reading = readonly [timestampMs: number, value: number];

function run(
  readings: readonly Reading[],
  limits = LIMITS,
  timing = AT_ONCE,
  state: ConditionState = QUIET,
): { state: ConditionState; transitions: Transition[] } {
  const transitions: Transition[] = [];
  let current = state;
  for (const [timestampMs, value] of readings) {
    const step = evaluateValue(current, timestampMs, value, limits, timing);
    current = step.state;
    transitions.push(...step.transitions);
  }
  return { state: current, transitions };
}
const changes = (transitions: readonly Transition[]) =>
  transitions.map(({ change, severity, timestampMs }) => `${change} ${severity} ${timestampMs}`);

describe('a condition', () => {
  it('becomes active past the limit, not on it, and clears inside the deadband, not before', () => {
    const { transitions } = run([
      [0, 80],
      [1, 80.1],
      [2, 79],
      [3, 78.5],
      [4, 78.4],
    ]);
    expect(changes(transitions)).toEqual(['raised warning 1', 'cleared warning 4']);
    expect(transitions[0]).toMatchObject({ side: 'high', limitKind: 'high', threshold: 80, value: 80.1 });
  });

  it('calculates the deadband of a negative low limit from its absolute value', () => {
    const limits = { ...NO_LIMITS, low: -100 };
    const { transitions } = run(
      [
        [0, -101],
        [1, -99],
        [2, -98],
      ],
      limits,
    );
    expect(changes(transitions)).toEqual(['raised warning 0', 'cleared warning 2']);
  });

  it('needs the value past the limit at consecutive readings for the whole on-delay', () => {
    const timing = { ...AT_ONCE, onDelayMs: 10_000 };
    const { transitions } = run(
      [
        [0, 81],
        [9999, 81],
        [10_000, 79],
        [11_000, 81],
        [20_999, 81],
        [21_000, 81],
      ],
      LIMITS,
      timing,
    );
    expect(changes(transitions)).toEqual(['raised warning 21000']);
  });

  it('counts a gap between two readings past the limit as time past it', () => {
    const { transitions } = run(
      [
        [0, 81],
        [3_600_000, 82],
      ],
      LIMITS,
      { ...AT_ONCE, onDelayMs: 60_000 },
    );
    expect(changes(transitions)).toEqual(['raised warning 3600000']);
  });

  it('clears only after the off-delay inside the limit, which begins again when the value leaves it', () => {
    const { transitions } = run(
      [
        [0, 81],
        [1000, 70],
        [5000, 79.5],
        [6000, 70],
        [10_999, 70],
        [11_000, 70],
      ],
      LIMITS,
      { ...AT_ONCE, offDelayMs: 5000 },
    );
    expect(changes(transitions)).toEqual(['raised warning 0', 'cleared warning 11000']);
  });

  it('escalates once, and stays critical until it clears', () => {
    const { transitions, state } = run([
      [0, 81],
      [1, 89],
      [2, 81],
      [3, 89],
    ]);
    expect(changes(transitions)).toEqual(['raised warning 0', 'escalated critical 1']);
    expect(transitions[1]).toMatchObject({ limitKind: 'high_high', threshold: 88 });
    expect(state.high).toMatchObject({ active: 'critical', readingCount: 4, peakValue: 89 });
  });

  it('escalates after an on-delay of its own', () => {
    const { transitions } = run(
      [
        [0, 81],
        [9000, 89],
        [10_000, 89],
        [19_000, 89],
      ],
      LIMITS,
      { ...AT_ONCE, onDelayMs: 10_000 },
    );
    expect(changes(transitions)).toEqual(['raised warning 10000', 'escalated critical 19000']);
  });

  it('is critical at once where only a critical limit is set', () => {
    expect(changes(run([[0, 89]], { ...NO_LIMITS, high_high: 88 }).transitions)).toEqual(['raised critical 0']);
  });

  it('clears at the next reading when its limits are switched off, whatever the off-delay', () => {
    const timing = { ...AT_ONCE, offDelayMs: 60_000 };
    const { state } = run([[0, 89]], LIMITS, timing);
    const after = run([[1, 95]], NO_LIMITS, timing, state);
    expect(changes(after.transitions)).toEqual(['cleared critical 1']);
    expect(after.state).toEqual(QUIET);
  });

  it('is evaluated against changed limits from the next reading on', () => {
    const { state } = run([[0, 81]]);
    const after = run([[1, 81]], { ...LIMITS, high: 90, high_high: 99 }, AT_ONCE, state);
    expect(changes(after.transitions)).toEqual(['cleared warning 1']);
  });

  it('evaluates the low side with low-low as critical', () => {
    const { transitions } = run([
      [0, 49],
      [1, 39],
      [2, 60],
    ]);
    expect(transitions.map(({ side, limitKind, change }) => [side, limitKind, change])).toEqual([
      ['low', 'low', 'raised'],
      ['low', 'low_low', 'escalated'],
      ['low', 'low_low', 'cleared'],
    ]);
  });

  it('returns the same state object while nothing changes', () => {
    const step = evaluateValue(QUIET, 0, 60, LIMITS, AT_ONCE);
    expect(step.state).toBe(QUIET);
    expect(step.transitions).toHaveLength(0);
  });

  it('has an outer limit and a worse of two values on either side', () => {
    expect(outerLimit('high', { ...LIMITS, high: 90 })).toBe(88);
    expect(outerLimit('low', LIMITS)).toBe(50);
    expect(outerLimit('low', NO_LIMITS)).toBeNull();
    expect(worseOf('low', 3, 2)).toBe(2);
    expect(worseOf('high', 3, 2)).toBe(3);
    expect(worseOf('high', null, 2)).toBe(2);
  });
});

describe('any sequence of readings', () => {
  const readings = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.double({ min: 30, max: 100, noNaN: true })), {
      maxLength: 60,
    })
    .map((steps) => {
      let timestampMs = 0;
      return steps.map(([gapMs, value]): Reading => {
        timestampMs += gapMs;
        return [timestampMs, value];
      });
    });
  const timing = fc.record({
    deadbandPercent: fc.double({ min: 0, max: 20, noNaN: true }),
    onDelayMs: fc.constantFrom(0, 1, 5000, 30_000),
    offDelayMs: fc.constantFrom(0, 1, 5000, 30_000),
  });
  const limits = fc
    .uniqueArray(fc.double({ min: 35, max: 95, noNaN: true }), { minLength: 4, maxLength: 4 })
    .chain((values) => {
      const [a, b, c, d] = values.sort((x, y) => x - y) as [number, number, number, number];
      const maybe = (value: number) => fc.constantFrom(value, null);
      return fc.record({ low_low: maybe(a), low: maybe(b), high: maybe(c), high_high: maybe(d) });
    });

  it('gives the same alerts when the state is stored and read back at any point', () => {
    fc.assert(
      fc.property(readings, limits, timing, fc.nat(60), (all, lim, tim, cut) => {
        const whole = run(all, lim, tim);
        const first = run(all.slice(0, cut), lim, tim);
        const second = run(all.slice(cut), lim, tim, JSON.parse(JSON.stringify(first.state)) as ConditionState);
        expect([...first.transitions, ...second.transitions]).toEqual(whole.transitions);
        expect(second.state).toEqual(whole.state);
      }),
    );
  });

  it('raises nothing unless a reading is past the limit at the same time', () => {
    fc.assert(
      fc.property(readings, limits, timing, (all, lim, tim) => {
        for (const { change, side, value } of run(all, lim, tim).transitions) {
          if (change !== 'cleared') expect(severityOfValue(side, value, lim)).not.toBeNull();
          else expect(severityOfValue(side, value, lim)).toBeNull();
        }
      }),
    );
  });

  it('has at most one active condition per side: raise and clear alternate', () => {
    fc.assert(
      fc.property(readings, limits, timing, (all, lim, tim) => {
        for (const side of ['high', 'low'] as const) {
          let open = false;
          let critical = false;
          for (const transition of run(all, lim, tim).transitions.filter((each) => each.side === side)) {
            expect(open).toBe(transition.change !== 'raised');
            if (transition.change === 'escalated') expect(critical).toBe(false);
            open = transition.change !== 'cleared';
            critical = open && transition.severity === 'critical';
          }
        }
      }),
    );
  });

  it('clears every condition after values are normal for long enough', () => {
    fc.assert(
      fc.property(readings, timing, (all, tim) => {
        const lastMs = all.at(-1)?.[0] ?? 0;
        const normal: Reading[] = [
          [lastMs + 1, 65],
          [lastMs + 1 + tim.offDelayMs, 65],
        ];
        expect(run([...all, ...normal], { ...LIMITS, low: 45 }, { ...tim, deadbandPercent: 10 }).state).toEqual(QUIET);
      }),
    );
  });

  it('does not chatter while values move within the deadband', () => {
    const wobble = fc.array(fc.double({ min: 78.5, max: 85, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(wobble, (values) => {
        const { transitions } = run(values.map((value, i): Reading => [i, value]));
        expect(transitions.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
