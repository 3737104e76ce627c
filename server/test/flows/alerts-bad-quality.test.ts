// The alert about a metric that has no good value any more.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertView } from '../../src/alerts/alert-view.ts';
import { AlertPlant, START_MS } from './support/alert-plant.ts';
import { batchOf, NO_NUMBER } from './support/batch-of.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const RMS = 'vibration_rms';
const OPEN_WIRE = { bad: 3276.7 };

describe('bad quality', () => {
  let plant: AlertPlant;
  let press: string;
  beforeEach(async () => {
    plant = await AlertPlant.open({ inactivity_timeout: '86400' });
    press = await plant.machine();
    await plant.catalogue.define(RMS, { label: 'Vibration', unit: 'mm/s', decimals: 1, limits: { high: 4.5 } });
  });
  afterEach(() => plant.close());

  const rms = (afterMs: number, value: number | { bad: number }) => plant.commit([press, afterMs, { [RMS]: value }]);
  /** A reading each second, with a check of the clock in between. */
  const stayBad = (fromMs: number, toMs: number) => {
    for (let atMs = fromMs; atMs < toMs; atMs += SECOND) {
      rms(atMs, OPEN_WIRE);
      plant.alerts.tick();
    }
  };

  it('raises a warning after 60 s, which a good value clears', async () => {
    rms(0, 1);
    stayBad(SECOND, 61 * SECOND);
    expect(await plant.stored()).toEqual([]);
    stayBad(61 * SECOND, 70 * SECOND);
    const [alert] = await plant.stored();
    expect(alert).toMatchObject({
      metric: RMS,
      severity: 'warning',
      state: 'active_unacked',
      threshold: null,
      value: 3276.7,
      raisedAtMs: START_MS + 61 * SECOND,
    });
    expect(alertView(alert as NonNullable<typeof alert>, plant.machines)).toMatchObject({
      condition: 'bad_quality',
      limit_kind: 'stale',
      message: 'Press 4: Vibration has sent only bad values for 1 min, the last one 3276.7 mm/s',
    });
    expect(plant.alerts.alarmOf(press)).toMatchObject({ severity: 'warning' });
    rms(70 * SECOND, 1);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', clearedAtMs: START_MS + 70 * SECOND }]);
    // Again before it was acknowledged: the same alert.
    stayBad(71 * SECOND, 132 * SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 2 }]);
  });

  it('is raised by the clock, whether further values come or none, and not while a good value came in between', async () => {
    rms(0, NO_NUMBER);
    plant.advance(59 * SECOND);
    expect(await plant.stored()).toEqual([]);
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([
      { state: 'active_unacked', value: null, message: 'Vibration has sent only bad values for 1 min' },
    ]);
    const other = await plant.machine('Press 5');
    for (let second = 61; second < 200; second++) {
      plant.commit([other, second * SECOND, { [RMS]: second % 50 === 0 ? 1 : NO_NUMBER }]);
      plant.alerts.tick();
    }
    expect(await plant.stored()).toHaveLength(1);
  });

  it('is never compared with a limit, and changes no other condition', async () => {
    rms(0, { bad: 99 });
    expect(await plant.stored()).toEqual([]);
    rms(SECOND, 9);
    expect(await plant.stored()).toMatchObject([{ limitKind: 'high', state: 'active_unacked', readingCount: 1 }]);
    rms(2 * SECOND, { bad: 1 });
    rms(3 * SECOND, { bad: 99 });
    expect(await plant.stored()).toMatchObject([{ limitKind: 'high', state: 'active_unacked', peakValue: 9 }]);
    rms(4 * SECOND, 9);
    rms(5 * SECOND, 1);
    expect(await plant.stored()).toMatchObject([
      { limitKind: 'high', state: 'cleared_unacked', raiseCount: 1, readingCount: 2, peakValue: 9 },
    ]);
  });

  it('belongs to its metric alone, beside its limits', async () => {
    plant.commit([press, 0, { [RMS]: 9, temperature: 90 }]);
    plant.commit([press, SECOND, { [RMS]: NO_NUMBER, temperature: 91 }]);
    plant.advance(MINUTE);
    expect((await plant.stored()).map(({ metric, limitKind, state }) => [metric, limitKind, state]).toSorted()).toEqual(
      [
        ['temperature', 'high_high', 'active_unacked'],
        [RMS, 'high', 'active_unacked'],
        [RMS, 'stale', 'active_unacked'],
      ].toSorted(),
    );
  });

  it('that is corrected with the same timestamp ends or begins at once', async () => {
    rms(0, OPEN_WIRE);
    rms(0, 2);
    plant.advance(2 * MINUTE);
    expect(await plant.stored()).toEqual([]);
    rms(2 * MINUTE, 2);
    rms(2 * MINUTE, OPEN_WIRE);
    plant.advance(MINUTE);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
  });

  it('in the history or out of order sounds never, and a good value of the history clears it', async () => {
    plant.nowMs += 60 * MINUTE;
    plant.arrive(batchOf([press, START_MS, { [RMS]: OPEN_WIRE }], [press, START_MS + SECOND, { [RMS]: OPEN_WIRE }]));
    plant.advance(2 * MINUTE);
    expect(await plant.stored()).toEqual([]);
    plant.arrive(batchOf([press, plant.nowMs, { [RMS]: 1 }]));
    plant.arrive(batchOf([press, plant.nowMs - SECOND, { [RMS]: OPEN_WIRE }]));
    plant.advance(2 * MINUTE);
    expect(await plant.stored()).toEqual([]);
    const badMs = plant.nowMs;
    plant.arrive(batchOf([press, badMs, { [RMS]: OPEN_WIRE }]));
    plant.advance(10 * MINUTE);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    plant.arrive(batchOf([press, badMs + MINUTE, { [RMS]: 1 }]));
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
  });

  it('counts from the arrival: a value that comes late may be followed by a good one', async () => {
    plant.nowMs += 10 * MINUTE;
    plant.arrive(batchOf([press, plant.nowMs - 110 * SECOND, { [RMS]: OPEN_WIRE }]));
    plant.advance(30 * SECOND);
    plant.arrive(batchOf([press, plant.nowMs - 100 * SECOND, { [RMS]: 1 }]));
    plant.advance(2 * MINUTE);
    expect(await plant.stored()).toEqual([]);
  });

  it('of a metric that nobody has described is silent until somebody does, and of a retired one always', async () => {
    await plant.catalogue.define(RMS, { status: 'discovered' });
    rms(0, OPEN_WIRE);
    plant.advance(5 * MINUTE);
    expect(await plant.stored()).toEqual([]);
    await plant.catalogue.define(RMS, { status: 'active' });
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    await plant.catalogue.define(RMS, { status: 'retired' });
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'closed' }]);
    plant.advance(5 * MINUTE);
    expect(await plant.stored()).toHaveLength(1);
  });

  it('is suppressed in maintenance and annunciated afterwards', async () => {
    await plant.machines.update(press, { status: 'maintenance' });
    rms(0, OPEN_WIRE);
    plant.advance(MINUTE);
    expect(await plant.stored()).toMatchObject([{ state: 'suppressed' }]);
    expect(plant.announced.some(({ state }) => state === 'active_unacked')).toBe(false);
    await plant.machines.update(press, { status: 'active' });
    rms(MINUTE + SECOND, OPEN_WIRE);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 1 }]);
  });

  it.each(['stop', 'kill'] as const)('goes on over a %s: the 60 s, and the alert', async (how) => {
    rms(0, 1);
    rms(SECOND, OPEN_WIRE);
    plant.advance(20 * SECOND);
    await plant.alerts.whenIdle();
    await plant.restart(how);
    plant.advance(39 * SECOND);
    expect(await plant.stored()).toEqual([]);
    plant.advance(2 * SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    await plant.restart(how);
    plant.advance(2 * MINUTE);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 1 }]);
    rms(10 * MINUTE, 1);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked' }]);
    await plant.restart(how);
    plant.advance(2 * MINUTE);
    expect(await plant.stored()).toMatchObject([{ state: 'cleared_unacked', raiseCount: 1 }]);
  });

  it('survives the server’s clock that is set back, and ends with its machine', async () => {
    plant.nowMs += 60 * MINUTE;
    plant.arrive(batchOf([press, plant.nowMs, { [RMS]: OPEN_WIRE }]));
    plant.nowMs = START_MS;
    plant.alerts.tick();
    plant.advance(59 * SECOND);
    expect(await plant.stored()).toEqual([]);
    plant.advance(SECOND);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked' }]);
    await plant.machines.delete(press);
    expect(await plant.stored()).toMatchObject([{ state: 'closed' }]);
    plant.advance(5 * MINUTE);
    expect(await plant.stored()).toHaveLength(1);
  });

  it('of many sensors at once is told of each, a few hundred in a second', async () => {
    const names = Array.from({ length: 450 }, (_, i) => `sensor_${i}`);
    await plant.catalogue.defineAll(names);
    plant.commit([press, 0, Object.fromEntries(names.map((name) => [name, NO_NUMBER]))]);
    const raised = [MINUTE, SECOND, SECOND, SECOND].map((byMs) => {
      plant.advance(byMs);
      return plant.alerts.counts().warning;
    });
    expect(raised).toEqual([200, 400, 450, 450]);
    expect((await plant.stored()).length).toBe(450);
  });
});
