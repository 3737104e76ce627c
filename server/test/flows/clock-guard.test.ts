// Nothing is deleted because of a wrong clock: the whole server with a clock that is set while it runs or before it starts.

import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isoTime } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { findInfluxdb } from '../support/find-program.ts';
import { startInfluxdb } from '../support/start-influxdb.ts';
import { startCore } from './support/start-core.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const WAIT = { timeout: 20_000, interval: 50 };
const SOON = { guardClockEveryMs: 20, backgroundJobsEveryMs: 20 };

type Env = Parameters<typeof startCore>[0];

/** A server with one machine, whose background jobs run continuously. */
async function openPlant(env: Env = {}) {
  const state = { offsetMs: 0, elapsedMs: 0 };
  const clock = { nowMs: () => Date.now() + state.offsetMs + state.elapsedMs };
  const monotonic = { elapsedMs: () => performance.now() + state.elapsedMs };
  const core = await startCore({ MQTT_PORT: '0', ...env }, undefined, { clock, monotonic, ...SOON });
  onTestFinished(() => core.remove());
  const machineId = await core.addMachine('Press 1');
  const ready = async () =>
    (
      await core.send<{ status: string; parts: { clock: string }; reasons: { clock?: string } }>(
        'GET',
        '//health/ready',
      )
    ).body;
  const as = async (user: string, method: string, path: string, body?: unknown) => {
    const { access_token: token } = await core.signIn(user);
    return core.send(method, path, { token, ...(body === undefined ? {} : { body }) });
  };
  return {
    ...{ core, state, machineId, as, ready },
    /** Lets time pass on the monotonic clock. */
    pass: (ms: number) => {
      state.elapsedMs += ms;
    },
    store: async (...times: number[]) => {
      const readings = times.map((ms) => ({ timestamp: isoTime(ms), temperature: 60 }));
      const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
      const reply = await as('operator1', 'POST', '/data/ingest', {
        gateway_id: 'gw',
        timestamp: readings[0]?.timestamp,
        batch,
      });
      expect(reply.status).toBe(201);
    },
    /** Timestamps of the single readings, ascending. */
    stored: async () => {
      const range = `start_time=${isoTime(0)}&end_time=${isoTime(clock.nowMs() + 3 * YEAR_MS)}&order=asc`;
      const { body } = await as('manager1', 'GET', `/data/machine/${machineId}?${range}`);
      return (body.data as { timestamp: string }[]).map(({ timestamp }) => Date.parse(timestamp));
    },
    clockIs: (part: 'up' | 'degraded') => vi.waitFor(async () => expect((await ready()).parts.clock).toBe(part), WAIT),
    /** Waits until everything is written to files and every hour but the current one is compacted. */
    settled: (hours: number) =>
      vi.waitFor(async () => {
        const names = await readdir(join(core.dataDir, 'readings', 'values'), { recursive: true });
        expect(names.filter((name) => /\d{4}-\d\d-\d\d.\d\d-\d+\.parquet$/.test(name))).toHaveLength(hours);
      }, WAIT),
    trash: async () =>
      (await readdir(join(core.dataDir, 'readings', 'trash')).catch(() => [])).filter((name) => !name.includes('.')),
  };
}

/** Stores readings of a past hour, in a file, and a current reading in memory. */
async function fill({ store, pass, settled }: Awaited<ReturnType<typeof openPlant>>): Promise<number[]> {
  const times = [Date.now() - 3 * HOUR_MS, Date.now()];
  await store(times[0] as number);
  pass(16 * MINUTE_MS);
  await settled(1);
  await store(times[1] as number);
  return times;
}

test('a clock that is 400 days ahead for 40 seconds while the server runs', async () => {
  const plant = await openPlant();
  const { state, pass, store, stored, settled, clockIs, ready, core } = plant;
  const times = await fill(plant);
  await clockIs('up');
  state.offsetMs = 400 * DAY_MS;
  await clockIs('degraded');
  expect(await ready()).toMatchObject({
    status: 'degraded',
    reasons: {
      clock: expect.stringMatching(/moved (400 d|399 d 23 h) ahead while the server ran\. Nothing is deleted/),
    },
  });
  expect((await core.send('GET', '//metrics')).text).toMatch(/^gonsters_retention_held 1$/m);
  // By that clock the current hour is over: the background jobs have compacted it and would go on to retention.
  await settled(2);
  pass(40_000);
  state.offsetMs = 0;
  await clockIs('up');
  expect((await core.send('GET', '//metrics')).text).toMatch(/^gonsters_retention_held 0$/m);
  // When one more hour is compacted, the run before it has ended.
  const late = Date.now() - 5 * HOUR_MS;
  await store(late);
  pass(16 * MINUTE_MS);
  await settled(3);
  expect(await stored()).toEqual([late, ...times]);
}, 60_000);

test('a clock that is 400 days ahead at the start, until the next start with the right one', async () => {
  const plant = await openPlant();
  const { state, core, stored, settled, clockIs, ready, as, pass } = plant;
  const times = await fill(plant);
  await core.stop();
  state.offsetMs = 400 * DAY_MS;
  await core.start();
  expect((await ready()).reasons.clock).toMatch(/is 400 d ahead of the newest recorded arrival of readings/);
  expect(await as('operator1', 'GET', '/system/clock')).toMatchObject({
    status: 200,
    body: { state: 'held', holds: [{ fault: 'ahead_of_data', by_seconds: expect.any(Number) }] },
  });
  // The readings of the journal are written to a file, and their hour, which is over by that clock, is compacted.
  pass(3 * MINUTE_MS);
  await settled(2);
  await core.restart();
  await clockIs('degraded');
  state.offsetMs = 0;
  await core.restart();
  await clockIs('up');
  expect(await stored()).toEqual(times);
  expect((await as('operator1', 'GET', '/system/clock')).body).toMatchObject({ state: 'trusted', holds: [] });
}, 60_000);

test('a clock that is ten minutes behind the newest arrival at the start', async () => {
  const plant = await openPlant();
  const { state, core, clockIs, ready } = plant;
  await fill(plant);
  await core.stop();
  state.offsetMs = -10 * MINUTE_MS;
  await core.start();
  await clockIs('degraded');
  expect((await ready()).reasons.clock).toMatch(/is (10 min|9 min \d+ s) behind the newest recorded arrival/);
}, 60_000);

test('after a person confirms a wrong clock, expired files are in the trash folder and can be restored as documented', async () => {
  const plant = await openPlant();
  const { state, core, stored, settled, clockIs, ready, as, trash, pass } = plant;
  const times = await fill(plant);
  state.offsetMs = 400 * DAY_MS;
  await settled(2);
  expect(await as('supervisor1', 'POST', '/system/clock/confirm')).toMatchObject({ status: 403 });
  await clockIs('degraded');
  expect(await as('manager1', 'POST', '/system/clock/confirm')).toMatchObject({
    status: 200,
    body: { status: 'success', state: 'trusted', holds: [] },
  });
  await clockIs('up');
  const { body } = await as('manager1', 'GET', '/audit?action=clock.confirm');
  expect(body.entries).toMatchObject([
    { outcome: 'success', username: 'manager1', details: { holds: [{ fault: 'moved_ahead' }] } },
    { outcome: 'refused', username: 'supervisor1' },
  ]);
  await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
  await settled(0);
  expect(await trash()).toHaveLength(1);
  pass(23 * HOUR_MS);

  // The mistake is noticed, and the clock is corrected.
  state.offsetMs = 0;
  await clockIs('degraded');
  await core.stop();
  execFileSync('sh', ['-c', 'cp -aln trash/*/. . && rm -r trash'], { cwd: join(core.dataDir, 'readings') });
  await core.start();
  expect(await stored()).toEqual(times);
  expect((await ready()).reasons.clock).toMatch(/behind the newest recorded arrival/);
}, 60_000);

test('retention continues when devices have agreed for an hour, but not by readings without a timestamp', async () => {
  const plant = await openPlant();
  const { core, state, machineId, clockIs, pass, ready, stored } = plant;
  const times = await fill(plant);
  state.offsetMs = 400 * DAY_MS;
  await clockIs('degraded');
  const gateway = await connectAsync(core.mqtt as string);
  onTestFinished(() => gateway.endAsync(true));
  let steps = 0;
  const send = async (reading: object) => {
    steps++;
    await gateway.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify(reading), { qos: 1 });
    pass(4 * MINUTE_MS);
  };
  while (steps < 25) await send({ temperature: 60 });
  expect((await ready()).parts.clock).toBe('degraded');
  expect((await stored()).slice(0, 2)).toEqual(times);
  steps = 0;
  await vi.waitFor(async () => {
    await send({ temperature: 60, timestamp: Date.now() + state.offsetMs + state.elapsedMs });
    expect((await ready()).parts.clock).toBe('up');
  }, WAIT);
  expect(steps).toBeGreaterThanOrEqual(15);
  await vi.waitFor(async () => expect(await stored()).not.toContain(times[0]), WAIT);
}, 60_000);

test('retention continues by itself after 24 hours', async () => {
  const plant = await openPlant();
  const { state, clockIs, pass, ready, stored } = plant;
  await fill(plant);
  state.offsetMs = 400 * DAY_MS;
  await clockIs('degraded');
  pass(23 * HOUR_MS);
  expect((await ready()).parts.clock).toBe('degraded');
  pass(HOUR_MS);
  await clockIs('up');
  await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
}, 60_000);

const influxd = findInfluxdb();
test.skipIf(influxd === null)(
  'InfluxDB: nothing is deleted before a person confirms the clock',
  async () => {
    const influxdb = await startInfluxdb(influxd as string);
    onTestFinished(() => influxdb.stop());
    const plant = await openPlant(influxdb.settings('plant'));
    const { state, store, stored, clockIs, as } = plant;
    const times = [Date.now() - 30 * HOUR_MS, Date.now()];
    await store(...times);
    state.offsetMs = 400 * DAY_MS;
    await clockIs('degraded');
    await plant.core.restart();
    await clockIs('degraded');
    expect(await stored()).toEqual(times);
    expect(await as('manager1', 'POST', '/system/clock/confirm')).toMatchObject({ status: 200 });
    await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
  },
  60_000,
);
