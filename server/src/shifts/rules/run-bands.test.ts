import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RunTime, runBands, shareOf } from './run-bands.ts';

const anyTimes: fc.Arbitrary<RunTime[]> = fc
  .array(
    fc
      .record({ knownMs: fc.constantFrom(0, 100, 1000), ran: fc.constantFrom(0, 0.2, 0.5, 1) })
      .map(({ knownMs, ran }) => ({ knownMs, runningMs: knownMs * ran })),
    { maxLength: 30 },
  )
  .map((each) => each.map((time, at) => ({ ...time, fromMs: at * 1000, toMs: (at + 1) * 1000 })));

it('covers the whole time with bands that follow one another and differ', () => {
  fc.assert(
    fc.property(anyTimes, (times) => {
      const bands = runBands(times);
      expect([bands[0]?.fromMs, bands.at(-1)?.toMs]).toEqual([times[0]?.fromMs, times.at(-1)?.toMs]);
      for (const [at, band] of bands.entries()) {
        const next = bands[at + 1];
        if (next !== undefined) expect([next.fromMs === band.toMs, next.state === band.state]).toEqual([true, false]);
        const inside = times.filter(({ fromMs, toMs }) => fromMs >= band.fromMs && toMs <= band.toMs);
        const sum = (of: 'runningMs' | 'knownMs') => inside.reduce((total, time) => total + time[of], 0);
        expect(band.share).toBe(shareOf({ runningMs: sum('runningMs'), knownMs: sum('knownMs') }));
      }
    }),
  );
});

it('says no data, stopped, partly and running', () => {
  const time = (at: number, runningMs: number, knownMs: number) => ({ fromMs: at, toMs: at + 1, runningMs, knownMs });
  const times = [time(0, 0, 0), time(1, 0, 10), time(2, 4, 10), time(3, 5, 10), time(4, 10, 10)];
  expect(runBands(times)).toEqual([
    { fromMs: 0, toMs: 1, state: 'no_data', share: null },
    { fromMs: 1, toMs: 2, state: 'stopped', share: 0 },
    { fromMs: 2, toMs: 3, state: 'partly', share: 0.4 },
    { fromMs: 3, toMs: 5, state: 'running', share: 0.75 },
  ]);
});
