// The setting plant_timezone decides for which days the embedded store keeps rollups, and the API answers those days.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isoTime } from '@gonsters/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startCore } from './support/start-core.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WAIT = { timeout: 20_000, interval: 50 };

test('a change of the setting has the rollups made, and days of the plant are answered from them', async () => {
  const state = { laterMs: 0 };
  const clock = { nowMs: () => Date.now() + state.laterMs };
  const monotonic = { elapsedMs: () => performance.now() + state.laterMs };
  const core = await startCore({}, undefined, { clock, monotonic, backgroundJobsEveryMs: 20 });
  onTestFinished(() => core.remove());
  const setZone = async (setting_value: string) => {
    const body = { setting_name: 'plant_timezone', setting_value };
    expect((await core.as('Management', 'POST', '/config/update', { body })).status).toBe(200);
  };
  const folders = async () =>
    (await readdir(join(core.dataDir, 'readings', 'rollups'))).filter((name) => name.startsWith('1d-'));
  await setZone('Asia/Jakarta');

  const machineId = await core.addMachine('Press 1');
  // In Jakarta the second reading belongs to the next day.
  const first = Math.floor(Date.now() / DAY_MS) * DAY_MS - 3 * DAY_MS + 16 * HOUR_MS;
  const readings = [first, first + 2 * HOUR_MS].map((ms, i) => ({ timestamp: isoTime(ms), temperature: 10 * (i + 1) }));
  const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
  const body = { gateway_id: 'gw', timestamp: readings[0]?.timestamp, batch };
  expect((await core.as('Operator', 'POST', '/data/ingest', { body })).status).toBe(201);
  state.laterMs = 20 * 60_000;
  await vi.waitFor(async () => expect(await folders()).toEqual(['1d-Asia%2FJakarta']), WAIT);

  const daysOf = async (zone: string, startMs: number) => {
    const range = `start_time=${isoTime(startMs)}&end_time=${isoTime(Date.now())}&order=asc`;
    const path = `/data/machine/${machineId}?${range}&interval=1d&tz=${encodeURIComponent(zone)}`;
    return core.as<{ data: { timestamp: string; temperature: number }[] }>('Operator', 'GET', path);
  };
  const expected = [first - 23 * HOUR_MS, first + HOUR_MS].map((ms, i) => ({
    timestamp: isoTime(ms),
    temperature: 10 * (i + 1),
  }));
  expect((await daysOf('Asia/Jakarta', first - 10 * DAY_MS)).body.data).toMatchObject(expected);
  // Ten years ago: the days of the plant reach as far as those of UTC, those of another zone do not.
  await vi.waitFor(
    async () => expect((await daysOf('Asia/Jakarta', first - 3650 * DAY_MS)).body.data).toMatchObject(expected),
    WAIT,
  );
  expect((await daysOf('Asia/Tokyo', first - 3650 * DAY_MS)).status).toBe(400);

  await setZone('UTC');
  await vi.waitFor(async () => expect((await daysOf('Asia/Jakarta', first - 3650 * DAY_MS)).status).toBe(400), WAIT);
  expect((await daysOf('Asia/Jakarta', first - 10 * DAY_MS)).body.data).toMatchObject(expected);
});
