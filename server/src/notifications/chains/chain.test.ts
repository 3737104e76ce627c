// The state machine of a chain, against random chains and random things that happen to their alerts.

import type { Chain, Severity } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCount } from '../../../test/support/run-count.ts';
import {
  afterStep,
  type ChainRun,
  isComplete,
  isStepDue,
  settledRun,
  startedRun,
  stoppedRun,
  timeline,
} from './chain.ts';

const START_MS = Date.UTC(2026, 0, 15, 22);
const chains: fc.Arbitrary<Chain> = fc.record({
  steps: fc.array(
    fc.record({
      wait_seconds: fc.integer({ min: 0, max: 3600 }),
      tell: fc.constant([{ kind: 'alert_email' as const }]),
      repeat: fc.integer({ min: 0, max: 3 }),
      every_seconds: fc.integer({ min: 60, max: 1800 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  stop_on_clear: fc.boolean(),
});
const severities: fc.Arbitrary<Severity> = fc.constantFrom('critical', 'warning');

/** Does what is due at each of these times. @returns the steps that were done, and when */
function runAt(run: ChainRun, times: readonly number[]) {
  const done: { key: string; atMs: number }[] = [];
  let now = run;
  for (const atMs of times) {
    while (isStepDue(now, atMs)) {
      done.push({ key: `${now.step}.${now.repetition}`, atMs });
      now = afterStep(now, atMs);
    }
  }
  return { done, run: now };
}

describe('a chain that nobody stops', () => {
  it('does every step and repetition once, in order, and never early, however seldom the clock is looked at', () => {
    fc.assert(
      fc.property(
        chains,
        severities,
        fc.array(fc.integer({ min: 1, max: 7200 }), { maxLength: 40 }),
        (chain, severity, gaps) => {
          let atMs = START_MS;
          const times = gaps.map((seconds) => (atMs += seconds * 1000));
          times.push(atMs + 365 * 86_400_000);
          // Late steps move those after them, so that it takes as many looks as there are steps.
          for (let more = 0; more < 60; more++) times.push((times.at(-1) as number) + 7_200_000);
          const { done, run } = runAt(startedRun(chain, severity, START_MS), [START_MS, ...times]);
          const wanted = chain.steps.flatMap(({ repeat }, step) =>
            Array.from({ length: repeat + 1 }, (_, repetition) => `${step}.${repetition}`),
          );
          expect(done.map(({ key }) => key)).toEqual(wanted);
          expect(isComplete(run)).toBe(true);
          const planned = timeline(chain, START_MS);
          for (const [at, { atMs: doneMs }] of done.entries()) {
            expect(doneMs).toBeGreaterThanOrEqual(planned[at]?.atMs as number);
          }
        },
      ),
      { numRuns: runCount(200, 2000) },
    );
  });

  it('does them at the times that the preview says, where the clock is looked at in time', () => {
    fc.assert(
      fc.property(chains, severities, (chain, severity) => {
        const planned = timeline(chain, START_MS);
        const { done } = runAt(
          startedRun(chain, severity, START_MS),
          planned.map(({ atMs }) => atMs),
        );
        expect(done).toEqual(planned.map(({ atMs, step, repetition }) => ({ key: `${step}.${repetition}`, atMs })));
      }),
      { numRuns: runCount(200, 2000) },
    );
  });

  it('says that nobody could be told only of a critical alert, after all steps, when nothing is being sent', () => {
    fc.assert(
      fc.property(chains, severities, fc.boolean(), fc.boolean(), (chain, severity, isTold, isSending) => {
        const planned = timeline(chain, START_MS);
        const endMs = planned.at(-1)?.atMs as number;
        const begun = startedRun(chain, severity, START_MS);
        if (planned.length > 1) expect(settledRun(begun, isTold, isSending, endMs)).toBe(begun);
        const { run } = runAt(
          begun,
          planned.map(({ atMs }) => atMs),
        );
        const soon = settledRun(run, isTold, isSending, endMs);
        if (!isTold && isSending) expect(soon.state).toBe('running');
        const later = settledRun(soon, isTold, isSending, endMs + 120_000);
        expect(later).toMatchObject({ state: !isTold && severity === 'critical' ? 'nobody' : 'done', dueAtMs: null });
      }),
      { numRuns: runCount(200, 2000) },
    );
  });
});

it('does nothing after it was stopped, whenever that was', () => {
  fc.assert(
    fc.property(
      chains,
      severities,
      fc.constantFrom('acknowledged' as const, 'cleared' as const, 'silenced' as const),
      fc.nat({ max: 20 }),
      (chain, severity, reason, after) => {
        const planned = timeline(chain, START_MS).map(({ atMs }) => atMs);
        const { run } = runAt(startedRun(chain, severity, START_MS), planned.slice(0, after));
        const stopped = stoppedRun(run, reason);
        const goesOn = reason === 'cleared' && !chain.stop_on_clear;
        if (goesOn) expect(stopped).toBe(run);
        else {
          expect(stopped).toMatchObject({ state: reason === 'silenced' ? 'done' : reason, dueAtMs: null });
          expect(runAt(stopped, planned).done).toEqual([]);
          expect(stoppedRun(stopped, 'acknowledged')).toBe(stopped);
        }
      },
    ),
    { numRuns: runCount(200, 2000) },
  );
});
