// A million readings, live and by back-test.

import { expect, it } from 'vitest';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { raisesByBacktest, raisesLive } from './support/live-and-backtest.ts';
import type { StoredValue } from './support/stored-columns.ts';

const READINGS = 1_000_000;
/** Fewer seconds than the live window. */
const PER_COMMIT = 60;

/** The same each time: a linear congruential generator (Numerical Recipes). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it('a back-test of a million readings raises what the alert engine does', async () => {
  const plant = await AlertPlant.open({ alert_on_delay_seconds: '5', alert_off_delay_seconds: '10' });
  try {
    const id = await plant.machine();
    await plant.machines.limits.save(id, { temperature: { low: 50, high: 80, high_high: 88 } });
    const random = randomOf(13);
    let level = 65;
    const values = Array.from({ length: READINGS }, (_, second): StoredValue => {
      level = Math.min(95, Math.max(45, level + (random() - 0.5) * 2 + (65 - level) * 0.002));
      return { atMs: START_MS + second * 1000, value: Math.round(level * 10) / 10, isBad: random() < 0.001 };
    });
    const live = await raisesLive(plant, id, values, PER_COMMIT);
    expect(live.length).toBeGreaterThan(500);
    expect(await raisesByBacktest(plant, id, values, 86_400)).toEqual(live);
  } finally {
    await plant.close();
  }
}, 900_000);
