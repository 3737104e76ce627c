// Limits and alerts of metrics that people or gateways added.

import type { MachineLimits } from '@gonsters/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { batchOf, NO_NUMBER, type Row } from './support/batch-of.ts';

const SECOND = 1000;
const RMS = 'vibration_rms';

describe('a metric of the catalogue', () => {
  let plant: AlertPlant;
  let press: string;
  beforeEach(async () => {
    plant = await AlertPlant.open();
    press = await plant.machine();
    await plant.catalogue.define(RMS, { label: 'Vibration', unit: 'mm/s', decimals: 2, min: 0, max: 100 });
  });
  afterEach(() => plant.close());

  it('has exactly the limits that are set: plant before nothing, type before plant, machine before type', async () => {
    const limits = () => plant.machines.limits.effective(press)[RMS];
    const rms = (afterMs: number, value: number) => plant.commit([press, afterMs, { [RMS]: value }]);
    rms(0, 90);
    expect(await plant.stored()).toEqual([]);

    await plant.catalogue.define(RMS, { limits: { high: 4.5 } });
    expect(limits()).toEqual({ low_low: null, low: null, high: 4.5, high_high: null });
    // Ten percent above high is no high-high of such a metric.
    rms(SECOND, 90);
    expect(await plant.stored()).toMatchObject([
      { metric: RMS, severity: 'warning', limitKind: 'high', threshold: 4.5, clearsAt: 4.41 },
    ]);
    rms(2 * SECOND, 1);

    await plant.machines.limits.saveOfType('press', { [RMS]: { high: 7, high_high: 11 } });
    rms(3 * SECOND, 6.9);
    rms(4 * SECOND, 11.5);
    expect((await plant.stored()).at(-1)).toMatchObject({ severity: 'critical', threshold: 11, raiseCount: 2 });
    rms(5 * SECOND, 1);

    await plant.machines.limits.save(press, { [RMS]: { low_low: 0.1, low: 0.5 } });
    expect(limits()).toEqual({ low_low: 0.1, low: 0.5, high: 7, high_high: 11 });
    rms(6 * SECOND, 0.3);
    rms(7 * SECOND, 0);
    expect((await plant.stored()).at(-1)).toMatchObject({
      limitKind: 'low_low',
      severity: 'critical',
      state: 'active_unacked',
      message: 'Vibration 0.00 mm/s below low-low limit 0.10 mm/s',
    });
  });

  it('keeps its state over a restart, by its name', async () => {
    await plant.catalogue.define(RMS, { limits: { high: 4.5 } });
    plant.commit([press, 0, { [RMS]: 9, temperature: 60 }]);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    await plant.restart('kill');
    plant.commit([press, SECOND, { [RMS]: 9.5 }]);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 1, value: 9 }]);
    plant.commit([press, 2 * SECOND, { [RMS]: 1 }]);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', clearedAtMs: START_MS + 2 * SECOND }]);
  });

  it('refuses limits by name: of an unknown metric, of a state, and outside the plausible range', async () => {
    await plant.catalogue.define('mode', { kind: 'state' });
    await plant.catalogue.define('door_open', { kind: 'boolean' });
    const faultsOf = (limits: MachineLimits) =>
      plant.machines.limits.save(press, limits).then(
        () => [],
        (error) => error.faults,
      );
    expect(
      await faultsOf({
        volume: { high: 1 },
        mode: { high: 1 },
        door_open: { low: 0 },
        [RMS]: { low: -1, high: 101 },
        temperature: { high: 2001 },
      }),
    ).toEqual([
      { field: 'volume', error: 'volume is not a metric of the catalogue' },
      { field: 'mode', error: 'mode has no limits, because it is a state' },
      { field: 'door_open', error: 'door_open has no limits, because it is a boolean' },
      { field: `${RMS}.high`, error: 'high must be at most 100', value: 101 },
      { field: `${RMS}.low`, error: 'low must be at least 0', value: -1 },
      { field: 'temperature.high', error: 'high must be at most 2000', value: 2001 },
    ]);
    expect(plant.machines.limits.own(press)).toEqual({});
    // The code of a state is no amount, whatever limits are stored.
    await plant.catalogue.define('mode', { limits: { high: 0 } });
    plant.commit([press, 0, { mode: 3, door_open: 1 }]);
    expect(await plant.stored()).toEqual([]);
  });

  it.each(['pending', 'retired'] as const)('that becomes %s loses its alerts and raises none', async (status) => {
    await plant.catalogue.define(RMS, { limits: { high: 4.5 } });
    plant.commit([press, 0, { [RMS]: 9, temperature: 90 }]);
    await plant.catalogue.define(RMS, { status });
    plant.advance(SECOND);
    expect((await plant.stored()).map(({ metric, state }) => `${metric} ${state}`).toSorted()).toEqual([
      'temperature active_unacked',
      `${RMS} closed`,
    ]);
    plant.commit([press, 2 * SECOND, { [RMS]: 9 }]);
    expect(await plant.stored()).toHaveLength(2);
    expect(plant.machines.limits.effective(press)[RMS]).toBeUndefined();
    await plant.catalogue.define(RMS, { status: 'active' });
    plant.commit([press, 3 * SECOND, { [RMS]: 9 }]);
    expect((await plant.stored()).at(-1)).toMatchObject({ metric: RMS, state: 'active_unacked', raiseCount: 1 });
  });

  it('that is deleted loses its alerts and its limits', async () => {
    await plant.machines.limits.save(press, { [RMS]: { high: 4.5 }, speed: { high: 900 } });
    plant.commit([press, 0, { [RMS]: 9 }]);
    await plant.catalogue.remove(RMS);
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([{ metric: RMS, state: 'closed' }]);
    expect(plant.machines.limits.own(press)).toEqual({ speed: { high: 900 } });
    expect(plant.machines.limits.effective(press)[RMS]).toBeUndefined();
  });

  it('has the same order as any other: late data, and an alert that another metric does not clear', async () => {
    await plant.catalogue.define(RMS, { limits: { high: 4.5 } });
    plant.commit([press, 10 * SECOND, { [RMS]: 1 }]);
    plant.commit([press, 5 * SECOND, { [RMS]: 9 }]);
    plant.commit([press, 11 * SECOND, { temperature: 60 }]);
    plant.advance(SECOND);
    await plant.alerts.whenIdle();
    expect(await plant.stored()).toMatchObject([{ metric: RMS, late: true, state: 'closed', peakValue: 9 }]);
  });
});

const MINUTE = 60 * SECOND;
const NAMES = ['temperature', 'speed', ...Array.from({ length: 10 }, (_, i) => `sensor_${i}`)];
/** Within the limits, past high, past high-high, past low; of each metric. */
const LEVELS = [60, 85, 95, 40] as const;
/** From now, of a reading that arrives: live, out of order, history, or of a clock that is ahead. */
const OFFSETS = [0, 0, 0, -3 * SECOND, -45 * SECOND, -10 * MINUTE, -9 * MINUTE, 2 * SECOND, MINUTE] as const;

it('many metrics in one reading have the alerts that each of them has alone', async () => {
  const cell = fc.record({
    name: fc.constantFrom(...NAMES),
    value: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...LEVELS) },
      { weight: 2, arbitrary: fc.constant(NO_NUMBER) },
    ),
  });
  const reading = fc.record({
    offset: fc.constantFrom(...OFFSETS),
    cells: fc.uniqueArray(cell, { selector: ({ name }) => name, minLength: 1, maxLength: NAMES.length }),
  });
  const rounds = fc.array(
    fc.record({
      stepMs: fc.constantFrom(SECOND, 15 * SECOND, 35 * SECOND),
      readings: fc.array(reading, { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  const plant = await AlertPlant.open({
    max_speed_threshold: '80',
    min_speed_threshold: '50',
    alert_off_delay_seconds: '2',
    inactivity_timeout: '2592000',
  });
  for (const name of NAMES.slice(2)) {
    await plant.catalogue.define(name, { limits: { low: 50, high: 80, high_high: 88 } });
  }
  await plant.catalogue.define('beat');
  const story = async (machineId: string, metric: string) => {
    const { alerts } = await plant.alerts.page({ limit: 1000, machineId, metric });
    return alerts
      .map(({ id: _id, seq: _seq, machineId: _machine, machineIds: _ids, machineName: _name, ...rest }) => {
        const { seq: _raise, ...raise } = rest.raise;
        return { ...rest, annunciatedSeq: rest.annunciatedSeq > 0, raise };
      })
      .toSorted((a, b) => a.raisedAtMs - b.raisedAtMs || a.message.localeCompare(b.message));
  };
  let run = 0;
  let told = 0;
  try {
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        run++;
        plant.nowMs += 60 * MINUTE;
        const together = await plant.machine(`Together ${run}`);
        const alone = new Map<string, string>();
        for (const name of NAMES) alone.set(name, await plant.machine(`${name} ${run}`));
        for (const { stepMs, readings } of all) {
          plant.nowMs += stepMs;
          const at = (offset: number) => plant.nowMs + offset;
          // Each machine sends something in each round, because the live window depends on how often it sends.
          const beats: Row[] = [together, ...alone.values()].map((id) => [id, plant.nowMs, { beat: 1 }]);
          plant.arrive(batchOf(...beats));
          const toAll = readings.map(({ offset, cells }): Row => {
            return [together, at(offset), Object.fromEntries(cells.map(({ name, value }) => [name, value]))];
          });
          const toEach = readings.flatMap(({ offset, cells }) =>
            cells.map(({ name, value }): Row => [alone.get(name) as string, at(offset), { [name]: value }]),
          );
          plant.arrive(batchOf(...toAll));
          plant.arrive(batchOf(...toEach));
          plant.alerts.tick();
          await plant.alerts.whenIdle();
        }
        plant.advance(2 * MINUTE);
        await plant.alerts.whenIdle();
        for (const [name, machineId] of alone) {
          const ofMetric = await story(machineId, name);
          told += ofMetric.length;
          expect(await story(together, name)).toEqual(ofMetric);
        }
      }),
      { numRuns: 40 },
    );
    expect(told).toBeGreaterThan(100);
  } finally {
    await plant.close();
  }
}, 120_000);
