import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertPlant, START_MS } from './support/alert-plant.ts';

const SECOND = 1000;
const HOT = { temperature: 81 };
const NORMAL = { temperature: 60 };

describe('late readings', () => {
  let plant: AlertPlant;
  let press: string;
  beforeEach(async () => {
    plant = await AlertPlant.open();
    press = await plant.machine();
  });
  afterEach(() => plant.close());

  it('past a limit become one closed alert per excursion, metric and side, and annunciate nothing', async () => {
    plant.commit([press, 100 * SECOND, { temperature: 60, pressure: 100 }]);
    plant.commit(
      [press, 10 * SECOND, { temperature: 81 }],
      [press, 11 * SECOND, { temperature: 92, pressure: 170 }],
      [press, 12 * SECOND, { temperature: 60 }],
      [press, 13 * SECOND, { temperature: 40 }],
    );
    const alerts = await plant.stored();
    expect(alerts.map(({ metric, limitKind, readingCount }) => [metric, limitKind, readingCount])).toEqual(
      expect.arrayContaining([
        ['temperature', 'high_high', 2],
        ['pressure', 'high_high', 1],
        ['temperature', 'low', 1],
      ]),
    );
    expect(alerts).toHaveLength(3);
    expect(alerts[0]).toMatchObject({
      late: true,
      state: 'closed',
      value: 81,
      peakValue: 92,
      raisedAtMs: START_MS + 10 * SECOND,
      clearedAtMs: START_MS + 11 * SECOND,
      acknowledgedAtMs: null,
    });
    expect(plant.alerts.counts()).toEqual({ critical: 0, warning: 0 });
    expect(plant.announced.every(({ late, state }) => late && state === 'closed')).toBe(true);
  });

  it('do not change an active alert', async () => {
    plant.commit([press, 100 * SECOND, HOT]);
    plant.commit([press, 50 * SECOND, NORMAL]);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', readingCount: 1 }]);
  });

  it('that were evaluated live before have no second alert, also after a restart', async () => {
    const batch = [
      [press, 0, NORMAL],
      [press, SECOND, HOT],
      [press, 2 * SECOND, HOT],
      [press, 3 * SECOND, NORMAL],
    ] as const;
    plant.commit(...batch);
    plant.commit(...batch);
    await plant.stored();
    await plant.restart();
    plant.commit(...batch);
    expect(await plant.stored()).toMatchObject([{ late: false, readingCount: 2 }]);
  });

  it('that are sent twice have one alert', async () => {
    plant.commit([press, 100 * SECOND, NORMAL]);
    plant.commit([press, SECOND, HOT], [press, 2 * SECOND, HOT]);
    plant.commit([press, SECOND, HOT], [press, 2 * SECOND, HOT]);
    expect(await plant.stored()).toHaveLength(1);
  });

  it('of an excursion that is shorter than the on-delay have no alert', async () => {
    await plant.settings.update('alert_on_delay_seconds', '5', 'test');
    plant.commit([press, 100 * SECOND, NORMAL]);
    plant.commit([press, SECOND, HOT], [press, 5 * SECOND, HOT]);
    expect(await plant.stored()).toHaveLength(0);
    plant.commit([press, SECOND, HOT], [press, 6 * SECOND, HOT]);
    expect(await plant.stored()).toHaveLength(1);
  });
});

it('the same readings give the same alerts however they are split into commits', async () => {
  const values = fc.array(fc.record({ temperature: fc.integer({ min: 45, max: 95 }) }), {
    minLength: 1,
    maxLength: 30,
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 });
  const plant = await AlertPlant.open({ alert_on_delay_seconds: '2', alert_off_delay_seconds: '1' });
  let round = 0;
  try {
    await fc.assert(
      fc.asyncProperty(values, cuts, async (readings, at) => {
        round++;
        const whole = await plant.machine(`whole ${round}`);
        const split = await plant.machine(`split ${round}`);
        plant.commit(...readings.map((value, i) => [whole, i * SECOND, value] as const));
        const edges = [0, ...at.filter((cut) => cut < readings.length), readings.length].sort((a, b) => a - b);
        for (let i = 1; i < edges.length; i++) {
          const from = edges[i - 1] as number;
          const part = readings.slice(from, edges[i]);
          plant.commit(...part.map((value, j) => [split, (from + j) * SECOND, value] as const));
        }
        await plant.alerts.whenIdle();
        const story = (machineId: string) =>
          plant.announced
            .filter((alert) => alert.machineId === machineId)
            .map(({ state, severity, limitKind, updatedAtMs, value, peakValue, readingCount }) => ({
              state,
              severity,
              limitKind,
              updatedAtMs,
              value,
              peakValue,
              readingCount,
            }));
        expect(story(split)).toEqual(story(whole));
      }),
      { numRuns: 40 },
    );
  } finally {
    await plant.close();
  }
});
