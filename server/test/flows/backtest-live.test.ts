// A back-test raises exactly what the alert engine raises live.

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { raisesByBacktest, raisesLive } from './support/live-and-backtest.ts';
import type { StoredValue } from './support/stored-columns.ts';

let plant: AlertPlant;
afterEach(() => plant.close());

/** Steps of time and value around limits of 20, 50, 80 and 88; the time between values is shorter than the live window. */
const historyOf = fc.array(
  fc.record({
    gapMs: fc.oneof({ arbitrary: fc.constant(1000), weight: 4 }, fc.integer({ min: 1, max: 90_000 })),
    value: fc.oneof(
      { arbitrary: fc.integer({ min: 76, max: 92 }), weight: 4 },
      { arbitrary: fc.integer({ min: 15, max: 55 }), weight: 2 },
      fc.constant(65),
    ),
    isBad: fc.oneof({ arbitrary: fc.constant(false), weight: 19 }, fc.constant(true)),
  }),
  { minLength: 60, maxLength: 160 },
);
const delay = fc.constantFrom(0, 0, 0, 1, 5, 20);

describe('a back-test of the rules in force', () => {
  it('raises, escalates and clears what the alert engine does with the same readings', async () => {
    plant = await AlertPlant.open();
    let machines = 0;
    let raises = 0;
    await fc.assert(
      fc.asyncProperty(
        historyOf,
        delay,
        delay,
        fc.constantFrom(0, 2, 5),
        fc.integer({ min: 1, max: 50 }),
        async (steps, onDelay, offDelay, deadband, pieceLength) => {
          await plant.settings.update('alert_on_delay_seconds', String(onDelay), 'test');
          await plant.settings.update('alert_off_delay_seconds', String(offDelay), 'test');
          await plant.settings.update('alert_deadband_percent', String(deadband), 'test');
          const id = await plant.machine(`Press ${++machines}`);
          await plant.machines.limits.save(id, { temperature: { low_low: 20, low: 50, high: 80, high_high: 88 } });
          plant.nowMs = START_MS;
          let atMs = START_MS;
          const values: StoredValue[] = steps.map(({ gapMs, value, isBad }) => {
            atMs += gapMs;
            return { atMs, value, isBad };
          });
          const live = await raisesLive(plant, id, values);
          raises += live.length;
          expect(await raisesByBacktest(plant, id, values, pieceLength)).toEqual(live);
        },
      ),
      { numRuns: 60 },
    );
    expect(raises).toBeGreaterThan(200);
  });
});
