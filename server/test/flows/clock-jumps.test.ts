// A clock that jumps ahead and back: readings are accepted all the time, and alerts are raised again as soon as the clock is right.

import { isoTime } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startCore } from './support/start-core.ts';

const HOUR_MS = 3_600_000;
const WAIT = { timeout: 10_000, interval: 50 };

test.each([
  ['ahead', 72 * HOUR_MS],
  ['back', -72 * HOUR_MS],
])(
  'a clock that jumps %s and returns',
  async (_where, jumpMs) => {
    let offsetMs = 0;
    const clock = { nowMs: () => Date.now() + offsetMs };
    const core = await startCore({ MQTT_PORT: '0' }, undefined, { clock });
    onTestFinished(() => core.remove());
    const machineId = await core.addMachine('Press 1');
    // The gateway has no clock, so the time of arrival is used.
    const gateway = await connectAsync(core.mqtt as string);
    onTestFinished(() => gateway.endAsync(true));
    const publish = (temperature: number) =>
      gateway.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify({ temperature }), { qos: 1 });
    const as = async (method: string, path: string, body?: unknown) => {
      const { access_token: token } = await core.signIn('manager1');
      return core.send(method, path, { token, ...(body === undefined ? {} : { body }) });
    };
    const latest = async () =>
      ((await as('GET', `/data/machines/${machineId}`)).body.machine as { latest: { temperature: number } }).latest;
    const states = async () =>
      ((await as('GET', '/alerts')).body.alerts as { state: string; late: boolean }[]).filter((alert) => !alert.late);
    const open = async () => (await states()).filter((alert) => alert.state.startsWith('active'));

    await publish(60);
    offsetMs = jumpMs;
    await publish(61);
    expect((await core.send('GET', '//health/ready')).status).toBe(200);
    // The newest reading by the present clock.
    await vi.waitFor(async () => expect(await latest()).toMatchObject({ temperature: 61 }), WAIT);

    offsetMs = 0;
    await publish(99);
    await vi.waitFor(async () => expect(await latest()).toMatchObject({ temperature: 99 }), WAIT);
    await vi.waitFor(async () => expect(await open()).toHaveLength(1), WAIT);
    await publish(62);
    await vi.waitFor(async () => expect(await open()).toHaveLength(0), WAIT);
    const range = `start_time=${isoTime(Date.now() - 100 * HOUR_MS)}&end_time=${isoTime(Date.now() + 100 * HOUR_MS)}`;
    const page = await as('GET', `/data/machine/${machineId}?${range}`);
    expect((page.body.data as { temperature: number }[]).map((row) => row.temperature).sort()).toEqual([
      60, 61, 62, 99,
    ]);
  },
  60_000,
);
