// A bad value does not affect other values: on the whole server, over MQTT and HTTP, up to the replies of the API.

import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const WAIT = { timeout: 10_000, interval: 50 };
let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0' });
});
afterAll(() => core.remove());

const rowsOf = async (machineId: string) => {
  const path = `/data/machine/${machineId}?start_time=2026-01-01T00:00:00Z&order=asc`;
  return (await core.as<{ data: Record<string, unknown>[] }>('Management', 'GET', path)).body.data;
};

it('accepts the pressures of a transmitter at rest, a vacuum and a press, with their temperatures', async () => {
  const machineId = await core.addMachine('Valve rig');
  const device = await connectAsync(core.mqtt as string);
  const sent = [0.0547, -0.2732, 0.0547, -0.2732, 16_010, -60.2, 3276.7].map((pressure, i) => ({
    timestamp: new Date(Date.UTC(2026, 0, 15, 10, 30, i)).toISOString(),
    temperature: 88 + i,
    pressure,
    speed: null,
  }));
  try {
    for (const reading of sent) {
      await device.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify(reading), { qos: 1 });
    }
    await vi.waitFor(async () => expect(await rowsOf(machineId)).toEqual(sent), WAIT);
  } finally {
    await device.endAsync();
  }
});

it('treats the bare words NaN and Infinity as bad values, not as a bad body', async () => {
  const machineId = await core.addMachine('Furnace');
  const { access_token: token } = await core.signIn('manager1');
  const body = (readings: string) =>
    `{"gateway_id":"g: NaN","timestamp":"2026-01-15T10:30:00Z","batch":[{"machine_id":"${machineId}","sensor_type":"furnace","location":"Hall","readings":[${readings}]}]}`;
  const send = (text: string) =>
    core.send('POST', '/data/ingest', { token, body: text, headers: { 'content-type': 'application/json' } });
  const reply = await send(
    body(
      '{"timestamp":"2026-01-15T10:30:00Z","temperature":640,"pressure":NaN},{"timestamp":"2026-01-15T10:30:01Z","temperature":-inf,"speed":3}',
    ),
  );
  expect(reply).toMatchObject({
    status: 207,
    body: {
      summary: { gateway_id: 'g: NaN', total_readings: 2, rejected_readings: 0 },
      errors: [
        { field: 'batch[0].readings[0].pressure', value: 'NaN' },
        { field: 'batch[0].readings[1].temperature', value: '-Infinity' },
      ],
    },
  });
  expect(await rowsOf(machineId)).toMatchObject([
    { temperature: 640, pressure: null, speed: null },
    { temperature: null, pressure: null, speed: 3 },
  ]);
  const nothing = await send(body('{"timestamp":"2026-01-15T10:30:02Z","temperature":nan}'));
  // A bad value is stored as such: that it came says that the device is alive.
  expect(nothing).toMatchObject({ status: 207, body: { summary: { total_readings: 1 } } });
  expect(await send(body('{"temperature":nil}'))).toMatchObject({ status: 400, body: { code: 'malformed_body' } });
  // Bodies of other routes must be standard JSON.
  const machine = await core.send('POST', '/data/machine', {
    token,
    body: '{"name":"M","location":"L","sensor_type":"s","status":NaN}',
    headers: { 'content-type': 'application/json' },
  });
  expect(machine).toMatchObject({ status: 400, body: { code: 'malformed_body' } });
  const { body: rejected } = await core.as<{ rejected: unknown[] }>(
    'Management',
    'GET',
    '/ingest/rejected?reason=out_of_range',
  );
  expect(rejected.rejected).toMatchObject([
    { metric: 'temperature', value: 'NaN' },
    { metric: 'temperature', value: '-Infinity' },
    { metric: 'pressure', value: 'NaN' },
  ]);
});
