// An alert whose condition returns before it is acknowledged: the same alert with one more raise, and the numbers of that raise.

import type { AlertEvent } from '@gonsters/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertView } from '../../src/alerts/alert-view.ts';
import { AlertPlant, START_MS } from './support/alert-plant.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOT = { temperature: 81 };
const HOTTER = { temperature: 89 };
const NORMAL = { temperature: 60 };

let plant: AlertPlant;
let press: string;
beforeEach(async () => {
  plant = await AlertPlant.open();
  press = await plant.machine();
});
afterEach(() => plant.close());
const only = async () => {
  const alerts = await plant.stored();
  expect(alerts).toHaveLength(1);
  return alerts[0] as (typeof alerts)[number];
};
const view = async () => alertView(await only(), plant.machines);
const raisesOf = async () => (await plant.alerts.raises((await only()).id, { limit: 100 })).raises;

describe('an alert that returns', () => {
  it('has the numbers of the newest raise, with the limit that was in force then', async () => {
    plant.commit([press, 0, HOT], [press, SECOND, NORMAL]);
    await plant.machines.limits.save(press, { temperature: { high: 70, high_high: 95 } });
    plant.commit([press, 5 * MINUTE, { temperature: 72.5 }]);
    expect(await view()).toMatchObject({
      state: 'active_unacked',
      message: 'Press 4: Temperature 72.5 °C above high limit 70.0 °C',
      value: 72.5,
      threshold: 70,
      clears_at: 68.6,
      severity: 'warning',
      limit_kind: 'high',
      first_raised_at: new Date(START_MS).toISOString(),
      raised_at: new Date(START_MS + 5 * MINUTE).toISOString(),
      cleared_at: null,
      raises: 2,
      raise_count: 2,
      peak: 81,
      peak_value: 81,
      condition: 'level',
      suppressed_by: null,
    });
    expect(await raisesOf()).toMatchObject([
      { number: 2, raisedAtMs: START_MS + 5 * MINUTE, clearedAtMs: null, value: 72.5, peakValue: 72.5, threshold: 70 },
      { number: 1, raisedAtMs: START_MS, clearedAtMs: START_MS + SECOND, value: 81, peakValue: 81, threshold: 80 },
    ]);
  });

  it('as a warning is a warning, even if it was critical before, and escalates again', async () => {
    plant.commit([press, 0, HOTTER], [press, SECOND, NORMAL], [press, 2 * SECOND, HOT]);
    expect(await view()).toMatchObject({ severity: 'warning', limit_kind: 'high', value: 81, peak: 89 });
    plant.commit([press, 3 * SECOND, { temperature: 90 }]);
    expect(await view()).toMatchObject({
      severity: 'critical',
      value: 90,
      threshold: 88,
      message: 'Press 4: Temperature 90.0 °C above high-high limit 88.0 °C',
      escalated_at: new Date(START_MS + 3 * SECOND).toISOString(),
      raised_at: new Date(START_MS + 2 * SECOND).toISOString(),
    });
    plant.commit([press, 4 * SECOND, NORMAL], [press, 5 * SECOND, HOT]);
    expect(await view()).toMatchObject({ severity: 'warning', escalated_at: null, raises: 3 });
    expect(await raisesOf()).toMatchObject([
      { number: 3, severity: 'warning', escalatedAtMs: null },
      {
        number: 2,
        severity: 'warning',
        limitKind: 'high',
        threshold: 80,
        value: 81,
        peakValue: 90,
        escalatedAtMs: START_MS + 3 * SECOND,
        escalatedThreshold: 88,
        escalatedValue: 90,
      },
      { number: 1, severity: 'critical', limitKind: 'high_high', escalatedAtMs: null },
    ]);
  });

  it('after it was acknowledged and cleared is a new alert, and an escalation needs a new acknowledgement', async () => {
    plant.commit([press, 0, { temperature: 82 }]);
    await plant.alerts.acknowledge((await only()).id, 'olga', null);
    plant.commit([press, MINUTE, { temperature: 95 }]);
    expect(await view()).toMatchObject({ state: 'active_unacked', severity: 'critical', acknowledged_at: null });
    await plant.alerts.acknowledge((await only()).id, 'olga', null);
    plant.commit([press, 2 * MINUTE, NORMAL], [press, 3 * MINUTE, { temperature: 95 }]);
    expect(await plant.stored()).toMatchObject([
      { state: 'closed', raiseCount: 1 },
      { state: 'active_unacked', raiseCount: 1 },
    ]);
  });

  it('has a count and peak of its own and of each raise, also after a restart', async () => {
    plant.commit([press, 0, { temperature: 95 }], [press, SECOND, HOT], [press, 2 * SECOND, NORMAL]);
    plant.commit([press, MINUTE, HOT], [press, MINUTE + SECOND, { temperature: 83 }]);
    await plant.alerts.whenIdle();
    plant.advance(6 * SECOND);
    await plant.restart();
    plant.commit([press, MINUTE + 2 * SECOND, { temperature: 82 }]);
    plant.advance(6 * SECOND);
    expect(await only()).toMatchObject({ readingCount: 5, peakValue: 95 });
    expect(await raisesOf()).toMatchObject([
      { number: 2, readingCount: 3, peakValue: 83 },
      { number: 1, readingCount: 2, peakValue: 95 },
    ]);
  });

  it('loses no raise that ended while the database refused changes', async () => {
    plant.repository.broken = true;
    for (let i = 0; i < 40; i++) {
      plant.commit([press, 2 * i * MINUTE, { temperature: 81 + i / 10 }], [press, (2 * i + 1) * MINUTE, NORMAL]);
    }
    plant.repository.broken = false;
    expect(await only()).toMatchObject({ raiseCount: 40 });
    expect((await raisesOf()).map(({ number, value }) => [number, value])).toEqual(
      Array.from({ length: 40 }, (_, i) => [40 - i, 81 + (39 - i) / 10]),
    );
  });

  it('notifies people of the numbers of the newest raise', async () => {
    plant.commit([press, 0, HOT], [press, MINUTE, NORMAL], [press, 2 * MINUTE, HOTTER]);
    await plant.alerts.whenIdle();
    const notified = plant.repository.attempts.flatMap(({ notifications }) =>
      notifications.map(({ kind, payload }) => ({ kind, ...(JSON.parse(payload) as AlertEvent) })),
    );
    expect(notified).toMatchObject([
      { kind: 'alert.raised', value: 81, severity: 'warning', raises: 1 },
      { kind: 'alert.cleared', value: 81 },
      {
        kind: 'alert.raised',
        value: 89,
        severity: 'critical',
        raises: 2,
        message: 'Press 4: Temperature 89.0 °C above high-high limit 88.0 °C',
        timestamp: new Date(START_MS + 2 * MINUTE).toISOString(),
      },
    ]);
  });

  it('is one alert, however often the value crosses its limit', async () => {
    for (let i = 0; i < 100; i++)
      plant.commit([press, i * SECOND, i % 2 === 0 ? { temperature: 83 } : { temperature: 77 }]);
    expect(await only()).toMatchObject({ raiseCount: 50, chattering: true });
    expect(await raisesOf()).toHaveLength(50);
  });
});

describe('the value at which an alert clears', () => {
  it('follows from the limits in force, and is announced when they change', async () => {
    plant.commit([press, 0, HOT]);
    expect(await view()).toMatchObject({ clears_at: 78.4 });
    await plant.settings.update('alert_deadband_percent', '5', 'test');
    plant.commit([press, SECOND, HOT]);
    expect(await view()).toMatchObject({ clears_at: 76, state: 'active_unacked', threshold: 80 });
    expect(plant.announced.at(-1)).toMatchObject({ clearsAt: 76, annunciatedSeq: 1, seq: 2 });
    plant.commit([press, 2 * SECOND, { temperature: 76.1 }]);
    expect(await view()).toMatchObject({ state: 'active_unacked' });
    plant.commit([press, 3 * SECOND, { temperature: 76 }]);
    expect(await view()).toMatchObject({ state: 'cleared_unacked' });
  });

  it('lies above a low limit', async () => {
    plant.commit([press, 0, { temperature: 49 }]);
    expect(await view()).toMatchObject({
      clears_at: 51,
      message: 'Press 4: Temperature 49.0 °C below low limit 50.0 °C',
    });
  });
});

describe('statistics', () => {
  const total = async () => {
    await plant.alerts.whenIdle();
    return (await plant.alerts.stats(START_MS - 1, START_MS + 1000 * MINUTE)).total;
  };

  it('count every raise at its own time, and one that was not annunciated when it is annunciated', async () => {
    for (const [atMs, values] of [
      [0, HOT],
      [SECOND, NORMAL],
      [15 * MINUTE, HOT],
      [16 * MINUTE, NORMAL],
    ] as const) {
      plant.commit([press, atMs, values]);
    }
    await plant.alerts.whenIdle();
    const { total: raises, kpis, top_contributors } = await plant.alerts.stats(START_MS - 1, START_MS + 30 * MINUTE);
    expect(raises).toBe(2);
    expect(kpis.find(({ name }) => name === 'alerts_per_10_minutes_worst')?.value).toBe(1);
    expect(top_contributors).toMatchObject([{ machine_name: 'Press 4', count: 2 }]);
    await plant.machines.update(press, { status: 'maintenance' });
    plant.commit([press, 17 * MINUTE, HOT]);
    expect(await total()).toBe(2);
    await plant.machines.update(press, { status: 'active' });
    plant.commit([press, 18 * MINUTE, HOT]);
    expect(await total()).toBe(3);
    await plant.machines.update(press, { name: 'Press 5' });
    expect((await plant.alerts.stats(START_MS - 1, START_MS + 30 * MINUTE)).top_contributors).toMatchObject([
      { machine_name: 'Press 5', count: 3 },
    ]);
  });
});

describe('a machine that is renamed or moved', () => {
  it('has its current name in all its alerts, and the open ones are announced again', async () => {
    plant.commit([press, 0, HOT]);
    await plant.alerts.acknowledge((await only()).id, 'olga', null);
    plant.commit([press, MINUTE, NORMAL], [press, 2 * MINUTE, HOT]);
    await plant.alerts.whenIdle();
    const announced = plant.announced.length;
    await plant.machines.update(press, { name: 'Press 40', location: 'Hall Z' });
    const alerts = (await plant.stored()).map((alert) => alertView(alert, plant.machines));
    const present = { machine_name: 'Press 40', location: 'Hall Z' };
    expect(alerts).toMatchObject([
      { ...present, state: 'closed', message: 'Press 40: Temperature 81.0 °C above high limit 80.0 °C' },
      { ...present, state: 'active_unacked', message: 'Press 40: Temperature 81.0 °C above high limit 80.0 °C' },
    ]);
    expect(plant.announced.slice(announced)).toMatchObject([{ id: alerts[1]?.id, machineName: 'Press 40' }]);
  });

  it('leaves its last name and location in its alerts when it is deleted', async () => {
    plant.commit([press, 0, HOT]);
    await plant.alerts.acknowledge((await only()).id, 'olga', null);
    plant.commit([press, MINUTE, NORMAL], [press, 2 * MINUTE, HOT]);
    await plant.alerts.whenIdle();
    await plant.machines.update(press, { name: 'Press 40', location: 'Hall Z' });
    await plant.machines.delete(press);
    const alerts = (await plant.stored()).map((alert) => alertView(alert, plant.machines));
    expect(alerts.map(({ machine_name, location, state }) => [machine_name, location, state])).toEqual([
      ['Press 40', 'Hall Z', 'closed'],
      ['Press 40', 'Hall Z', 'closed'],
    ]);
  });
});
