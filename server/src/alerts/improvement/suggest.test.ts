import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAD, GOOD } from '../../readings/reading-batch.ts';
import { RaiseRecorder } from '../backtest/raise-recorder.ts';
import { RuleRun, type SeriesColumns } from '../backtest/rule-run.ts';
import type { LevelRule } from '../rules/condition-rule.ts';
import { candidatesOf, widest } from './candidates.ts';
import { ChatterIndex } from './chatter-index.ts';
import { NearLimitValues } from './near-limit-values.ts';
import { noSuggestionText } from './no-suggestion.ts';
import { type Suggested, suggest } from './suggest.ts';

const MACHINE = '11111111-1111-4111-8111-111111111111';
const RULE: LevelRule = {
  kind: 'level',
  limits: { low_low: null, low: null, high: 80, high_high: 90 },
  timing: { deadbandPercent: 1, onDelayMs: 0, offDelayMs: 0 },
};
type Values = readonly (readonly [second: number, value: number, isBad?: boolean])[];

function columnsOf(values: Values): SeriesColumns {
  return {
    timestampsMs: Float64Array.from(values, ([second]) => second * 1000),
    values: Float64Array.from(values, ([, value]) => value),
    qualities: Uint8Array.from(values, ([, , isBad]) => (isBad === true ? BAD : GOOD)),
    gates: new Map(),
  };
}
function suggestFor(values: Values, over: { rule?: LevelRule; respondMs?: number } = {}) {
  const { timestampsMs, values: column, qualities } = columnsOf(values);
  const readings = {
    async *export() {
      if (values.length > 0)
        yield { length: values.length, timestampsMs, columns: [{ metric: 0, values: column, qualities }] };
    },
  };
  return suggest(
    {
      machineId: MACHINE,
      metric: 0,
      kind: 'high',
      fromMs: 0,
      toMs: 1e9,
      inForce: { rule: over.rule ?? RULE, gate: null },
      respondMs: over.respondMs ?? 300_000,
    },
    { readings, monotonic: { elapsedMs: () => performance.now() }, signal: new AbortController().signal },
  );
}
const every = (seconds: number, valueAt: (second: number) => number): Values =>
  Array.from({ length: seconds }, (_, second) => [second, valueAt(second)]);

describe('the values near a limit', () => {
  it('raise and clear for every candidate as all values do', () => {
    const near = fc.oneof(fc.integer({ min: 68, max: 92 }), fc.integer({ min: 78, max: 82 }), fc.constant(40));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), near, fc.boolean(), fc.integer({ min: 1, max: 9 })), {
          maxLength: 80,
        }),
        fc.constantFrom(0, 7000),
        (steps, offDelayMs) => {
          let second = 0;
          const values = steps.flatMap(([gap, value, isBad, repeats]) =>
            Array.from({ length: repeats }, () => {
              second += gap;
              return [second, value, isBad && repeats === 1] as const;
            }),
          );
          const rule = { ...RULE, timing: { ...RULE.timing, offDelayMs } };
          const input = { rule, side: 'high', kind: 'high', limit: 80, beyond: 90, respondMs: 300_000 } as const;
          const { deadband, offDelayMs: longest } = widest(input);
          const kept = new NearLimitValues('high', 80 - deadband, longest);
          const all = columnsOf(values);
          kept.add(all.timestampsMs, all.values, all.qualities, 0, values.length);
          for (const candidate of [{ rule }, ...candidatesOf(input)]) {
            const raises = [all, kept.columns()].map((columns) => {
              const run = new RuleRun({ rule: candidate.rule, gate: null }, new RaiseRecorder());
              run.apply(columns, 0, columns.timestampsMs.length);
              run.finish(kept.lastMs, kept.lastMs);
              return run.recorder.raises;
            });
            expect(raises[1]).toEqual(raises[0]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leave out what is deep inside, and the oldest ones when there are too many', () => {
    const kept = new NearLimitValues('high', 70, 10_000);
    const quiet = columnsOf(every(1000, () => 60));
    kept.add(quiet.timestampsMs, quiet.values, quiet.qualities, 0, 1000);
    expect(kept.length).toBe(11);
    const busy = columnsOf(every(300_001, () => 75));
    kept.add(busy.timestampsMs, busy.values, busy.qualities, 0, 300_001);
    expect(kept.length).toBeLessThanOrEqual(300_000);
    expect(kept.isCut).toBe(true);
  });
});

describe('a suggestion', () => {
  it('is an off-delay for a value that swings around its limit, which delays nothing', async () => {
    // Every 5 minutes, 60 s of swinging with a period of 4 s, back by more than the deadband.
    const { suggestion, reason } = await suggestFor(
      every(6000, (second) => (second % 300 < 60 ? (second % 4 < 2 ? 81 : 78) : 60)),
    );
    expect(reason).toBeNull();
    expect(suggestion).toMatchObject({
      limit_kind: 'high',
      changes: { off_delay_seconds: 5 },
      current: { limit: 80, deadband: 0.8, on_delay_seconds: 0, off_delay_seconds: 0 },
      before: 300,
      after: 20,
      latest_seconds: 0,
      readings: 6000,
    });
    expect(suggestion?.removed_share).toBeCloseTo(14 / 15, 5);
  });

  it('is an on-delay for short spikes that are far apart, if true excursions are found in time', async () => {
    const spikes = (second: number) => (second % 200 < 8 ? 85 : 60);
    const { suggestion } = await suggestFor(every(10_000, (second) => (second >= 9000 ? 85 : spikes(second))));
    expect(suggestion).toMatchObject({
      changes: { on_delay_seconds: 10 },
      before: 46,
      after: 1,
      true_excursions: 1,
      latest_seconds: 10,
      allowed_seconds: 300,
    });
  });

  it('is none where it would hide a true excursion, or raise it too late', async () => {
    // Each lasts for 6 minutes: every one is true.
    const long = every(20_000, (second) => (second % 1000 < 360 ? 85 : 60));
    expect(await suggestFor(long)).toEqual({
      suggestion: null,
      reason: { code: 'no_change_in_time', raises: 20, excursions: 20 },
    });
    // Short, but two values in a row are past the critical limit.
    const high = every(20_000, (second) => (second % 1000 < 2 ? 95 : 60));
    expect((await suggestFor(high)).reason).toMatchObject({ code: 'no_change_in_time', excursions: 20 });
    // A single one is a disturbance.
    const single = every(20_000, (second) => (second % 1000 < 1 ? 95 : 60));
    expect((await suggestFor(single)).suggestion?.changes).toEqual({ on_delay_seconds: 5 });
  });

  it('says why there is none', async () => {
    const sentenceOf = ({ reason }: Suggested) => reason && noSuggestionText(reason);
    expect(sentenceOf(await suggestFor([]))).toBe('No single readings of the range are stored');
    expect(sentenceOf(await suggestFor(every(100, () => 60)))).toMatch('raise it 0 times only');
    const { limits } = RULE;
    const rule = { ...RULE, limits: { ...limits, high: null, high_high: null } };
    const unlimited = await suggestFor(
      every(100, () => 60),
      { rule },
    );
    expect(sentenceOf(unlimited)).toBe('This limit is not in force any more');
  });

  it('never removes less than 80 %, nor delays a true excursion by more than the time to respond', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 70, max: 92 })), {
          minLength: 30,
          maxLength: 200,
        }),
        async (steps) => {
          const values = steps.flatMap(([seconds, value]) => Array.from({ length: seconds }, () => value));
          const { suggestion, reason } = await suggestFor(values.map((value, second) => [second, value]));
          expect(suggestion === null).toBe(reason !== null);
          if (suggestion === null) return;
          expect(suggestion.after).toBeLessThanOrEqual(suggestion.before * 0.2);
          expect(suggestion.latest_seconds).toBeLessThanOrEqual(300);
        },
      ),
      { numRuns: 8 },
    );
  });
});

it('the chatter index is the mean of 1 / seconds between raises', () => {
  const index = new ChatterIndex();
  expect(index.value).toBe(0);
  for (const second of [0, 1, 3, 7]) index.add(second * 1000);
  expect(index.value).toBeCloseTo((1 + 1 / 2 + 1 / 4) / 3, 10);
});
