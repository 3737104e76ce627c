import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertView } from '../../src/alerts/alert-view.ts';
import type { AlertRecord } from '../../src/alerts/store/alert-repository.ts';
import { AlertPlant, START_MS } from './support/alert-plant.ts';

const SECOND = 1000;
const HOT = { temperature: 81 };
const HOTTER = { temperature: 89 };
const NORMAL = { temperature: 60 };

describe('an alert', () => {
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

  it('is raised, stored with all its fields, and then announced once', async () => {
    plant.commit([press, 0, HOT]);
    const alert = await only();
    expect(alert).toMatchObject({
      seq: 1,
      machineId: press,
      machineIds: [press],
      machineName: 'Press 4',
      location: 'Hall A',
      metric: 'temperature',
      limitKind: 'high',
      severity: 'warning',
      state: 'active_unacked',
      message: 'Temperature 81.0 °C above high limit 80.0 °C',
      threshold: 80,
      value: 81,
      peakValue: 81,
      readingCount: 1,
      raiseCount: 1,
      raisedAtMs: START_MS,
      escalatedAtMs: null,
      late: false,
    });
    expect(plant.announced).toEqual([alert]);
    expect(plant.alerts.counts()).toEqual({ critical: 0, warning: 1 });
    expect(plant.alerts.severityOf(press)).toBe('warning');
    expect(await plant.metrics.registry.getSingleMetricAsString('gonsters_alerts_active')).toContain(
      'severity="warning"} 1',
    );
  });

  it('goes active_unacked → active_acked → closed', async () => {
    plant.commit([press, 0, HOT]);
    const acked = await plant.alerts.acknowledge((await only()).id, 'olga', 'on my way');
    expect(acked).toMatchObject({
      state: 'active_acked',
      acknowledgedBy: 'olga',
      acknowledgeNote: 'on my way',
      acknowledgedAtMs: START_MS,
    });
    expect(await only()).toEqual(acked);
    expect(plant.alerts.alarmOf(press)).toEqual({ severity: 'warning', acknowledged: true });
    plant.commit([press, SECOND, NORMAL]);
    expect(await only()).toMatchObject({ state: 'closed', clearedAtMs: START_MS + SECOND });
    expect(plant.alerts.severityOf(press)).toBeNull();
    expect(plant.announced.map(({ state, seq }) => [state, seq])).toEqual([
      ['active_unacked', 1],
      ['active_acked', 2],
      ['closed', 3],
    ]);
  });

  it('goes active_unacked → cleared_unacked → closed', async () => {
    plant.commit([press, 0, HOT], [press, SECOND, NORMAL]);
    const cleared = await only();
    expect(cleared.state).toBe('cleared_unacked');
    expect(plant.alerts.counts().warning).toBe(0);
    expect(await plant.alerts.acknowledge(cleared.id, 'olga', null)).toMatchObject({ state: 'closed' });
    expect(plant.announced.map(({ state }) => state)).toEqual(['active_unacked', 'cleared_unacked', 'closed']);
  });

  it('may be acknowledged twice: the second changes nothing', async () => {
    plant.commit([press, 0, HOT]);
    const { id } = await only();
    const first = await plant.alerts.acknowledge(id, 'olga', 'mine');
    expect(await plant.alerts.acknowledge(id, 'peter', 'no, mine')).toEqual(first);
    await expect(plant.alerts.acknowledge(crypto.randomUUID(), 'olga', null)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('needs a new acknowledgement when it becomes critical, and stays one alert', async () => {
    plant.commit([press, 0, HOT]);
    await plant.alerts.acknowledge((await only()).id, 'olga', null);
    plant.commit([press, SECOND, HOTTER]);
    expect(plant.alerts.alarmOf(press)).toEqual({ severity: 'critical', acknowledged: false });
    expect(await only()).toMatchObject({
      state: 'active_unacked',
      severity: 'critical',
      limitKind: 'high_high',
      threshold: 88,
      message: 'Temperature 89.0 °C above high-high limit 88.0 °C',
      value: 89,
      peakValue: 89,
      readingCount: 2,
      raisedAtMs: START_MS,
      escalatedAtMs: START_MS + SECOND,
      acknowledgedAtMs: null,
    });
    plant.commit([press, 2 * SECOND, HOT]);
    expect(await only()).toMatchObject({ severity: 'critical', state: 'active_unacked' });
  });

  it('is the same alert when its condition returns before it is acknowledged', async () => {
    plant.commit([press, 0, HOT], [press, SECOND, NORMAL], [press, 2 * SECOND, { temperature: 85 }]);
    expect(await only()).toMatchObject({
      state: 'active_unacked',
      clearedAtMs: null,
      raiseCount: 2,
      readingCount: 2,
      firstRaisedAtMs: START_MS,
      raisedAtMs: START_MS + 2 * SECOND,
      value: 85,
      message: 'Temperature 85.0 °C above high limit 80.0 °C',
      peakValue: 85,
      chattering: false,
    });
    plant.commit([press, 3 * SECOND, NORMAL], [press, 4 * SECOND, HOT]);
    expect(await only()).toMatchObject({ raiseCount: 3, chattering: true });
  });

  it('is a new alert when its condition returns after it was closed', async () => {
    plant.commit([press, 0, HOT]);
    await plant.alerts.acknowledge((await only()).id, 'olga', null);
    plant.commit([press, SECOND, NORMAL], [press, 120 * SECOND, HOT]);
    expect((await plant.stored()).map(({ state }) => state)).toEqual(['closed', 'active_unacked']);
  });

  it('is neither raised, counted nor cleared again by readings that are sent twice', async () => {
    plant.commit([press, 0, HOT]);
    plant.commit([press, 0, HOT], [press, 0, HOT]);
    expect(await only()).toMatchObject({ readingCount: 1, seq: 1 });
    plant.commit([press, SECOND, NORMAL]);
    plant.commit([press, 0, HOT], [press, SECOND, NORMAL]);
    expect(await only()).toMatchObject({ state: 'cleared_unacked', seq: 2 });
  });

  it('is raised by a value that arrives apart from another metric of the same moment', async () => {
    plant.commit([press, 0, { pressure: 100 }]);
    plant.commit([press, 0, HOT]);
    expect(await only()).toMatchObject({ metric: 'temperature', state: 'active_unacked' });
  });

  it('does not depend on the order of rows within a commit', async () => {
    plant.commit([press, 3 * SECOND, NORMAL], [press, SECOND, HOTTER], [press, 2 * SECOND, HOT], [press, 0, NORMAL]);
    expect(await only()).toMatchObject({
      state: 'cleared_unacked',
      late: false,
      raisedAtMs: START_MS + SECOND,
      readingCount: 2,
    });
  });

  it('counts readings without announcing each, and shows the newest count and peak', async () => {
    plant.commit([press, 0, HOT]);
    await only();
    for (let i = 1; i <= 50; i++) plant.commit([press, i * SECOND, { temperature: 81 + i / 100 }]);
    const { alerts } = await plant.alerts.page({ limit: 10 });
    expect(alerts[0]).toMatchObject({ readingCount: 51, peakValue: 81.5 });
    expect(await only()).toMatchObject({ readingCount: 1 });
    plant.advance(6 * SECOND);
    expect(await only()).toMatchObject({ readingCount: 51, peakValue: 81.5 });
    expect(plant.announced).toHaveLength(1);
  });

  it('clears at the next reading after its limit was moved or switched off', async () => {
    plant.commit([press, 0, HOT]);
    await plant.settings.update('max_temperature_threshold', '', 'test');
    plant.commit([press, SECOND, HOT]);
    expect(await only()).toMatchObject({ state: 'cleared_unacked' });
    await plant.machines.limits.save(press, { temperature: { high: 70 } });
    plant.commit([press, 2 * SECOND, { temperature: 71 }]);
    expect(await only()).toMatchObject({ state: 'active_unacked', message: expect.any(String) });
  });

  it('closes with its machine', async () => {
    plant.commit([press, 0, HOT]);
    await plant.machines.delete(press);
    expect(await only()).toMatchObject({ state: 'closed' });
    expect(plant.alerts.counts()).toEqual({ critical: 0, warning: 0 });
    plant.commit([press, SECOND, HOTTER]);
    expect(await only()).toMatchObject({ severity: 'warning' });
  });

  it('is one of hundreds raised by one commit in several turns of the event loop, each change in order', async () => {
    const made = await plant.machines.create(
      Array.from({ length: 300 }, (_, i) => ({
        name: `Lathe ${i}`,
        location: 'Hall B',
        sensor_type: 'lathe',
        status: 'active',
      })),
    );
    const ids = made.map(({ machine_id }) => machine_id);
    const deleted = ids.pop() as string;
    for (const [second, values] of [HOT, HOTTER, NORMAL].entries()) {
      plant.commit(...[...ids, deleted].map((id) => [id, second * SECOND, values] as const));
    }
    expect(plant.alerts.counts().warning).toBeLessThan(ids.length);
    await plant.machines.delete(deleted);
    const stored = await plant.stored();
    const ofDeleted = stored.filter(({ machineId }) => machineId === deleted);
    expect(ofDeleted.filter(({ state }) => state !== 'closed')).toEqual([]);
    expect(stored).toHaveLength(ids.length + ofDeleted.length);
    for (const id of ids) {
      const changes = plant.announced.filter(({ machineId }) => machineId === id);
      expect(changes.map(({ state, severity }) => `${state} ${severity}`)).toEqual([
        'active_unacked warning',
        'active_unacked critical',
        'cleared_unacked critical',
      ]);
    }
    const numbers = plant.announced.map(({ seq }) => seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('stores its notification in the same transaction as the change', async () => {
    plant.commit([press, 0, HOT]);
    const { id } = await only();
    await plant.alerts.acknowledge(id, 'olga', null);
    plant.commit([press, SECOND, HOTTER]);
    plant.commit([press, 2 * SECOND, NORMAL]);
    await plant.alerts.whenIdle();
    const { attempts } = plant.repository;
    for (const { alerts, notifications } of attempts) {
      for (const { alertId } of notifications) expect(alerts.map((alert) => alert.id)).toContain(alertId);
    }
    const kinds = attempts.flatMap(({ notifications }) => notifications.map(({ kind }) => kind));
    expect(kinds).toEqual(['alert.raised', 'alert.acknowledged', 'alert.escalated', 'alert.cleared']);
  });
});

describe('maintenance', () => {
  let plant: AlertPlant;
  let press: string;
  beforeEach(async () => {
    plant = await AlertPlant.open();
    press = await plant.machine();
  });
  afterEach(() => plant.close());

  it('records alerts without annunciation, and closes those that cleared meanwhile', async () => {
    await plant.machines.update(press, { status: 'maintenance' });
    plant.commit([press, 0, HOT]);
    const [suppressed] = await plant.stored();
    expect(suppressed).toMatchObject({ state: 'suppressed' });
    expect(plant.alerts.severityOf(press)).toBeNull();
    await expect(plant.alerts.acknowledge(suppressed?.id ?? '', 'olga', null)).rejects.toMatchObject({
      code: 'invalid_state',
    });
    plant.commit([press, SECOND, NORMAL]);
    expect(await plant.stored()).toMatchObject([{ state: 'closed', acknowledgedAtMs: null }]);
  });

  it('suppresses an active alert, which is annunciated with the first reading afterwards', async () => {
    plant.commit([press, 0, HOT]);
    await plant.machines.update(press, { status: 'maintenance' });
    expect(await plant.stored()).toMatchObject([{ state: 'suppressed' }]);
    await plant.machines.update(press, { status: 'active' });
    expect(await plant.stored()).toMatchObject([{ state: 'suppressed' }]);
    plant.commit([press, SECOND, HOT]);
    expect(await plant.stored()).toMatchObject([{ state: 'active_unacked', raisedAtMs: START_MS }]);
    expect(plant.announced.map(({ state }) => state)).toEqual(['active_unacked', 'suppressed', 'active_unacked']);
  });

  it('is no different for a machine that is inactive', async () => {
    await plant.machines.update(press, { status: 'inactive' });
    plant.commit([press, 0, HOT]);
    const [alert] = await plant.stored();
    expect(alert).toMatchObject({ state: 'suppressed' });
    expect(alertView(alert as AlertRecord, plant.machines)).toMatchObject({ suppressed_by: 'inactive' });
    expect(plant.announced.map(({ state }) => state)).toEqual(['suppressed']);
    await plant.machines.update(press, { status: 'active' });
    // Nothing suppresses it any more, and the next reading decides.
    expect(alertView(alert as AlertRecord, plant.machines)).toMatchObject({ state: 'suppressed', suppressed_by: null });
    plant.commit([press, SECOND, HOT]);
    const [active] = await plant.stored();
    expect(active).toMatchObject({ state: 'active_unacked', raisedAtMs: START_MS });
    expect(alertView(active as AlertRecord, plant.machines)).toMatchObject({ suppressed_by: null });
  });

  it('ends without annunciation if the first reading afterwards is normal', async () => {
    await plant.machines.update(press, { status: 'maintenance' });
    plant.commit([press, 0, HOT]);
    await plant.machines.update(press, { status: 'active' });
    plant.commit([press, SECOND, NORMAL]);
    expect(await plant.stored()).toMatchObject([{ state: 'closed' }]);
    expect(plant.announced.map(({ state }) => state)).not.toContain('active_unacked');
  });
});

describe('shelving', () => {
  const HOUR = 3_600_000;
  let plant: AlertPlant;
  let press: string;
  beforeEach(async () => {
    plant = await AlertPlant.open();
    press = await plant.machine();
    plant.commit([press, 0, HOT]);
    await plant.alerts.whenIdle();
  });
  afterEach(() => plant.close());
  const first = async () => {
    const [alert] = await plant.stored();
    if (alert === undefined) throw new Error('There is no alert');
    return alert;
  };

  it('silences an alert, lists it separately, and ends by itself with an event', async () => {
    const { id } = await first();
    const untilMs = START_MS + HOUR;
    expect(await plant.alerts.shelve(id, 'sven', untilMs, 'sensor is being swapped')).toMatchObject({
      state: 'active_unacked',
      shelvedUntilMs: untilMs,
      shelvedBy: 'sven',
      shelveReason: 'sensor is being swapped',
    });
    expect(plant.alerts.severityOf(press)).toBeNull();
    expect(plant.alerts.counts()).toEqual({ critical: 0, warning: 0 });
    plant.nowMs = untilMs - 1;
    plant.alerts.tick();
    expect((await first()).shelvedUntilMs).toBe(untilMs);
    plant.advance(1);
    expect(await first()).toMatchObject({ shelvedUntilMs: null, shelvedBy: null, state: 'active_unacked' });
    expect(plant.announced.at(-1)).toMatchObject({ id, seq: 3, shelvedUntilMs: null });
    expect(plant.alerts.severityOf(press)).toBe('warning');
  });

  it('holds for the condition: a new alert of it is shelved from the start, also after a restart', async () => {
    const { id } = await first();
    await plant.alerts.shelve(id, 'sven', START_MS + HOUR, 'known');
    await plant.alerts.acknowledge(id, 'olga', null);
    plant.commit([press, SECOND, NORMAL]);
    await plant.restart();
    plant.commit([press, 2 * SECOND, HOT]);
    expect(await plant.stored()).toMatchObject([
      { state: 'closed', shelvedUntilMs: START_MS + HOUR },
      { state: 'active_unacked', shelvedUntilMs: START_MS + HOUR, shelvedBy: 'sven' },
    ]);
    plant.advance(HOUR);
    expect((await plant.stored()).map(({ shelvedUntilMs }) => shelvedUntilMs)).toEqual([null, null]);
  });

  it('ends when a person unshelves the alert', async () => {
    const { id } = await first();
    await plant.alerts.shelve(id, 'sven', START_MS + HOUR, 'known');
    expect(await plant.alerts.unshelve(id)).toMatchObject({ shelvedUntilMs: null, shelveReason: null });
    expect(await plant.alerts.unshelve(id)).toMatchObject({ shelvedUntilMs: null });
    expect(plant.alerts.counts().warning).toBe(1);
  });

  it.each([
    ['over 24 hours', 24 * HOUR + 1],
    ['the past', 0],
  ])('refuses %s', async (_, afterMs) => {
    await expect(plant.alerts.shelve((await first()).id, 'sven', START_MS + afterMs, 'x')).rejects.toMatchObject({
      code: 'validation_failed',
      faults: [{ field: 'until' }],
    });
  });

  it('refuses a closed alert', async () => {
    const { id } = await first();
    await plant.alerts.acknowledge(id, 'olga', null);
    plant.commit([press, SECOND, NORMAL]);
    await expect(plant.alerts.shelve(id, 'sven', START_MS + HOUR, 'x')).rejects.toMatchObject({
      code: 'invalid_state',
    });
  });
});
