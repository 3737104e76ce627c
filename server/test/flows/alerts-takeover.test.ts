// Another node becomes leader: readings that were stored while no node was leader are evaluated once, and nothing that was
// evaluated before changes.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRIC_NAMES, type MetricName } from '@gonsters/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AlertService } from '../../src/alerts/alert-service.ts';
import { SqlAlertRepository } from '../../src/alerts/store/sql-alert-repository.ts';
import { openEmbeddedDatabase } from '../../src/database/open-embedded-database.ts';
import { AppError } from '../../src/errors.ts';
import type { DomainEvent } from '../../src/events/domain-events.ts';
import { LocalEventBus } from '../../src/events/local-event-bus.ts';
import { silentLogger } from '../../src/log.ts';
import { MachineService } from '../../src/machines/machine-service.ts';
import { SqlMachineRepository } from '../../src/machines/sql-machine-repository.ts';
import { ProcessMetrics } from '../../src/process-metrics.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import type { ReadingBatch } from '../../src/readings/reading-batch.ts';
import { SettingsService } from '../../src/settings/settings-service.ts';
import { SqlSettingRepository } from '../../src/settings/sql-setting-repository.ts';
import { openCatalogue } from '../support/open-catalogue.ts';
import { batchOf } from './support/batch-of.ts';

const SECOND = 1000;
const START_MS = Date.UTC(2026, 0, 15, 10);
const [FIRST, SECOND_METRIC] = METRIC_NAMES as [MetricName, MetricName];

/** One database, one store of readings, and an `AlertService` for each node. */
async function openPlant({ reorderMs = 0 } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-takeover-'));
  const database = await openEmbeddedDatabase(directory);
  const clock = { now: START_MS, nowMs: () => clock.now };
  const log = silentLogger;
  const store = new DuckdbReadingStore({ directory: join(directory, 'readings'), clock, log });
  await store.open();
  const services: AlertService[] = [];
  onTestFinished(async () => {
    for (const service of services) await service.stop();
    await store.close();
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });
  let epoch = 0;
  const node = async () => {
    const bus = new LocalEventBus(log);
    const events: DomainEvent[] = [];
    bus.subscribe((event) => events.push(event));
    const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus, clock });
    await settings.start();
    const { metricService, catalogue } = await openCatalogue({ database, settings, bus, clock });
    const machineRepository = new SqlMachineRepository(database);
    const ofMachines = { repository: machineRepository, metricService, catalogue };
    const machines = new MachineService({ ...ofMachines, bus, clock });
    await machines.start(await store.latest());
    const repository = new SqlAlertRepository(database);
    const gateways = { get: () => undefined };
    const deps = {
      repository,
      machines,
      gateways,
      catalogue,
      conditions: { effectiveOf: () => [] },
      settings,
      bus,
      clock,
      metrics: new ProcessMetrics(),
      log,
    };
    const alerts = new AlertService({ ...deps, readings: store, requestChannel: null, reorderMs });
    services.push(alerts);
    await alerts.start();
    const deposed = vi.fn();
    return {
      alerts,
      events,
      deposed,
      machines,
      lead: async (watermarkMs: number | null) => {
        await database.db.updateTable('watch').set({ epoch: ++epoch }).execute();
        await alerts.leader.becomeLeader({ epoch, watermarkMs, deposed });
      },
      announced: () => events.flatMap((event) => (event.kind === 'alerts' ? event.alerts : [])),
    };
  };
  const first = await node();
  const [machine] = await first.machines.create([
    { name: 'Press', location: 'Hall A', sensor_type: 'press', status: 'active' },
  ]);
  const machineId = machine?.machine_id as string;
  const readings = (...rows: [afterMs: number, value: number][]): ReadingBatch => readingsOf(FIRST, ...rows);
  const readingsOf = (metric: string, ...rows: [afterMs: number, value: number][]): ReadingBatch =>
    batchOf(...rows.map(([afterMs, value]) => [machineId, START_MS + afterMs, { [metric]: value }] as const));
  const stored = async () => {
    const { alerts } = await new SqlAlertRepository(database).page({ limit: 100 });
    return alerts.map(({ state, late, raiseCount, readingCount }) => ({ state, late, raiseCount, readingCount }));
  };
  return { clock, first, machineId, node, readings, readingsOf, store, stored };
}

test('a condition that was active only while no node was leader is raised once, and cleared', async () => {
  const { first, node, readings, store, stored } = await openPlant();
  await first.lead(null);
  const second = await node();
  const before = readings([0, 60], [SECOND, 61]);
  await store.append(before);
  first.alerts.evaluate(before);
  await first.alerts.whenIdle();
  // From here on no node is leader.
  await first.alerts.leader.loseLeadership();
  first.alerts.evaluate(readings([2 * SECOND, 99]));
  await store.append(readings([2 * SECOND, 99], [3 * SECOND, 98]));
  await store.append(readings([4 * SECOND, 60]));
  await second.lead(START_MS + SECOND);
  await second.alerts.whenIdle();
  expect(await stored()).toEqual([{ state: 'cleared_unacked', late: false, raiseCount: 1, readingCount: 2 }]);
  expect(second.announced().map((alert) => alert.state)).toEqual(['active_unacked', 'cleared_unacked']);
});

test('further changes of leader change nothing that was evaluated', async () => {
  const { first, node, readings, store, stored } = await openPlant();
  const all = [
    readings([0, 99], [SECOND, 60], [2 * SECOND, 99]),
    readings([3 * SECOND, 97], [4 * SECOND, 60], [5 * SECOND, 61]),
    readings([6 * SECOND, 99], [7 * SECOND, 99]),
  ];
  await first.lead(null);
  for (const batch of all) {
    await store.append(batch);
    first.alerts.evaluate(batch);
    await first.alerts.whenIdle();
  }
  first.alerts.tick();
  await first.alerts.leader.resign();
  const before = await stored();
  expect(before).toMatchObject([{ state: 'active_unacked', late: false, raiseCount: 3 }]);
  const announced = first.announced().length;
  for (let i = 0; i < 3; i++) {
    const next = await node();
    await next.lead(START_MS);
    await next.alerts.whenIdle();
    next.alerts.tick();
    await next.alerts.whenIdle();
    expect(next.announced()).toEqual([]);
    await next.alerts.leader.resign();
    expect((await stored()).map((each) => ({ ...each, readingCount: 0 }))).toEqual(
      before.map((each) => ({ ...each, readingCount: 0 })),
    );
  }
  expect(announced).toBe(5);
});

test('readings that arrive during a replay are evaluated after it, in order, and not twice', async () => {
  const { first, node, readings, store, stored } = await openPlant();
  await first.lead(null);
  const second = await node();
  await store.append(readings([0, 60]));
  await first.alerts.leader.loseLeadership();
  await store.append(readings([SECOND, 99], [2 * SECOND, 60]));
  const becoming = second.lead(START_MS);
  const live = readings([2 * SECOND, 60], [3 * SECOND, 99]);
  await store.append(live);
  second.alerts.evaluate(live);
  await becoming;
  await second.alerts.whenIdle();
  expect(await stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 2, late: false }]);
});

test.each([
  ['a minute behind', 60 * SECOND, { state: 'cleared_unacked', raiseCount: 1, late: false }],
  // So far behind that it cannot be announced from a backlog.
  ['an hour behind', 3600 * SECOND, { state: 'closed', raiseCount: 1, late: true }],
])('readings of a machine whose clock is %s are replayed from its watermark on', async (_, behindMs, expected) => {
  const { clock, first, node, readings, store, stored } = await openPlant();
  clock.now = START_MS + behindMs;
  await first.lead(null);
  const second = await node();
  const before = readings([0, 60]);
  await store.append(before);
  first.alerts.evaluate(before);
  second.machines.observe(before);
  for (let i = 0; i < 3; i++) {
    second.alerts.leader.advanceWatermarks();
    clock.now += 11 * SECOND;
  }
  await first.alerts.leader.loseLeadership();
  await store.append(readings([SECOND, 99], [2 * SECOND, 60]));
  await second.lead(clock.now);
  await second.alerts.whenIdle();
  expect(await stored()).toMatchObject([expected]);
});

test('after a takeover a reading that is still live raises its alert, even if another metric was further ahead', async () => {
  const { clock, first, node, readings, readingsOf, store, stored } = await openPlant();
  clock.now = START_MS;
  await first.lead(null);
  const second = await node();
  for (let i = 0; i < 4; i++) {
    const ahead = readingsOf(SECOND_METRIC, [clock.now - START_MS, 100]);
    await store.append(ahead);
    first.alerts.evaluate(ahead);
    second.machines.observe(ahead);
    second.alerts.leader.advanceWatermarks();
    clock.now += 11 * SECOND;
  }
  await first.alerts.whenIdle();
  await first.alerts.leader.loseLeadership();
  // The leader was frozen for half a minute. A gateway that is a minute behind had stored this before.
  await store.append(readings([-20 * SECOND, 99], [-19 * SECOND, 60]));
  clock.now += 30 * SECOND;
  await second.lead(clock.now - 30 * SECOND);
  await second.alerts.whenIdle();
  expect(await stored()).toMatchObject([{ state: 'cleared_unacked', raiseCount: 1, late: false }]);
  // A further change of leader does not raise it again.
  await second.alerts.leader.resign();
  const third = await node();
  await third.lead(clock.now - 30 * SECOND);
  await third.alerts.whenIdle();
  expect(await stored()).toMatchObject([{ state: 'cleared_unacked', raiseCount: 1, late: false }]);
});

test('a deposed node stores nothing more, rejects commands in progress, and receives the changes of the new leader', async () => {
  const { first, node, readings, store, stored } = await openPlant();
  await first.lead(null);
  const high = readings([0, 99]);
  await store.append(high);
  first.alerts.evaluate(high);
  await first.alerts.whenIdle();
  const [alert] = first.announced();
  const second = await node();
  await second.lead(START_MS - SECOND);
  await second.alerts.whenIdle();

  // It does not know yet that it is deposed; its write is refused.
  const late = first.alerts.acknowledge(alert?.id as string, 'anna', null);
  await vi.waitFor(() => expect(first.deposed).toHaveBeenCalled());
  await first.alerts.leader.loseLeadership();
  await expect(late).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await stored()).toMatchObject([{ state: 'active_unacked' }]);
  await expect(first.alerts.acknowledge(alert?.id as string, 'anna', null)).rejects.toThrow(AppError);
  await second.alerts.acknowledge(alert?.id as string, 'ben', null);
  expect(await first.alerts.get(alert?.id as string)).toMatchObject({ acknowledgedBy: 'ben' });
  const missed = await first.alerts.replica.missed();
  expect(missed).toMatchObject([{ state: 'active_acked' }]);
  expect(await first.alerts.replica.newOf(missed)).toEqual(missed);
  // A number that another node has announced is known here, although the change has not arrived yet.
  expect(await first.alerts.changedSince(missed[0]?.seq ?? 0, 10)).toEqual({ complete: true, alerts: [] });
  expect(await first.alerts.changedSince(999, 10)).toMatchObject({ complete: false });
});

test('the new leader announces changes that were stored and not announced', async () => {
  const { first, node, readings, store } = await openPlant();
  await first.lead(null);
  const second = await node();
  const high = readings([0, 99]);
  await store.append(high);
  first.alerts.evaluate(high);
  await first.alerts.whenIdle();
  await first.alerts.leader.loseLeadership();
  expect(second.alerts.counts()).toEqual({ critical: 0, warning: 0 });
  await second.lead(START_MS);
  await second.alerts.whenIdle();
  expect(second.announced()).toMatchObject([{ state: 'active_unacked' }]);
  expect(second.alerts.counts()).toEqual({ critical: 1, warning: 0 });
});

test('while a node is isolated, all readings are read from the store, in order', async () => {
  const { first, readings, store, stored } = await openPlant();
  await first.lead(null);
  first.alerts.leader.setIsolated(true);
  expect(first.alerts.leader.isUpToDate).toBe(false);
  const own = readings([2 * SECOND, 60]);
  await store.append(readings([SECOND, 99]));
  await store.append(own);
  first.alerts.evaluate(own);
  await Promise.all([first.alerts.leader.replay(), first.alerts.leader.replay()]);
  await first.alerts.whenIdle();
  expect(await stored()).toMatchObject([{ state: 'cleared_unacked', late: false }]);
  expect(first.alerts.leader.isUpToDate).toBe(true);
  first.alerts.leader.setIsolated(false);
  await first.alerts.leader.replay();
  const back = readings([3 * SECOND, 99]);
  await store.append(back);
  first.alerts.evaluate(back);
  await first.alerts.whenIdle();
  expect(await stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 2 }]);
});

test('a node that loses leadership while it becomes leader does not become leader', async () => {
  const { first, readings, store, stored } = await openPlant();
  const high = readings([0, 99]);
  await store.append(high);
  const term = { epoch: 1, watermarkMs: START_MS, deposed: first.deposed };
  for (const steps of [0, 1, 5, 20]) {
    const becoming = first.alerts.leader.becomeLeader(term);
    for (let i = 0; i < steps; i++) await Promise.resolve();
    await first.alerts.leader.loseLeadership();
    await becoming;
    expect(first.alerts.leader.engine).toBeNull();
    const again = first.alerts.leader.becomeLeader(term);
    await first.alerts.leader.resign();
    await again;
    expect(first.alerts.leader.engine).toBeNull();
  }
  first.alerts.evaluate(high);
  expect(await stored()).toEqual([]);
});

test('readings that nodes store at different speeds are put in order before they are evaluated', async () => {
  const { first, readings, store, stored } = await openPlant({ reorderMs: 50 });
  await first.lead(null);
  const [later, earlier] = [readings([2 * SECOND, 60]), readings([SECOND, 99])];
  await store.append(later);
  await store.append(earlier);
  first.alerts.evaluate(later);
  first.alerts.evaluate(earlier);
  await vi.waitFor(async () =>
    expect(await stored()).toMatchObject([{ state: 'cleared_unacked', raiseCount: 1, late: false }]),
  );
  // Readings that wait when a replay begins are evaluated once, and a stop loses none.
  const [high, higher] = [readings([3 * SECOND, 99]), readings([4 * SECOND, 60], [5 * SECOND, 99])];
  await store.append(high);
  first.alerts.evaluate(high);
  await first.alerts.leader.replay();
  await store.append(higher);
  first.alerts.evaluate(higher);
  await first.alerts.leader.resign();
  expect(await stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 3, late: false }]);
});

test('no machine is taken for stale before its readings were replayed', async () => {
  const { clock, first, node, readings, store, stored } = await openPlant();
  const second = await node();
  await first.lead(null);
  for (const batch of [readings([0, 99]), readings([7200 * SECOND, 98])]) {
    await store.append(batch);
    first.alerts.evaluate(batch);
    await first.alerts.whenIdle();
  }
  clock.now = START_MS + 7201 * SECOND;
  await first.alerts.leader.loseLeadership();
  await second.lead(START_MS + 7200 * SECOND);
  second.alerts.tick();
  await second.alerts.whenIdle();
  second.alerts.tick();
  await second.alerts.whenIdle();
  expect(await stored()).toMatchObject([{ state: 'active_unacked', raiseCount: 1 }]);
});

test('late readings that are held during a replay are evaluated before a stop, because no replay reads them again', async () => {
  const { clock, first, node, readings, store, stored } = await openPlant();
  clock.now = START_MS + 3600 * SECOND;
  await first.lead(null);
  const before = readings([3599 * SECOND, 60]);
  await store.append(before);
  first.alerts.evaluate(before);
  await first.alerts.whenIdle();
  await first.alerts.leader.resign();
  const second = await node();
  // The replay of what another node stored takes long.
  const newer = readings([3600 * SECOND, 61]);
  await store.append(newer);
  const latest = vi.spyOn(store, 'latest').mockReturnValue(new Promise(() => {}));
  await second.lead(START_MS + 3599 * SECOND);
  const late = readings(
    [100 * SECOND, 60],
    [101 * SECOND, 99],
    [102 * SECOND, 98],
    [103 * SECOND, 97],
    [104 * SECOND, 60],
  );
  await store.append(late);
  second.alerts.evaluate(late);
  await second.alerts.stop();
  expect(await stored()).toEqual([{ state: 'closed', late: true, raiseCount: 1, readingCount: 3 }]);
  // What is newer is left to the replay of the next leader.
  latest.mockRestore();
  const third = await node();
  await store.append(readings([3601 * SECOND, 99]));
  clock.now += SECOND;
  await third.lead(START_MS + 3599 * SECOND);
  await third.alerts.whenIdle();
  expect(await stored()).toMatchObject([{ state: 'active_unacked', late: false, readingCount: 1 }, { late: true }]);
});
