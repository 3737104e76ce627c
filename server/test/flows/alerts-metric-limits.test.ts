// From a device to an alert, for a metric that the server has never heard of: over MQTT and HTTP, with limits of the machine
// type and of the machine.

import { once } from 'node:events';
import { type Alert, isoTime } from '@gonsters/contract';
import { connectAsync, type MqttClient } from 'mqtt';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const SECOND = 1000;
const RMS = 'vibration_rms';

let core: StartedCore;
const clock = { offsetMs: 0, nowMs: () => Date.now() + clock.offsetMs };
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0' }, undefined, { clock });
});
afterAll(() => core.remove());

async function gateway(): Promise<MqttClient> {
  const client = await connectAsync(core.mqtt as string);
  onTestFinished(() => client.endAsync(true));
  return client;
}
const alertsOf = async (machineId: string, metric = RMS) => {
  const path = `/alerts?machine_id=${machineId}&metric=${metric}`;
  return (await core.as<{ alerts: Alert[] }>('Operator', 'GET', path)).body.alerts;
};

async function listen(machineId: string): Promise<Alert[]> {
  const socket = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
  onTestFinished(() => {
    socket.disconnect();
  });
  const heard: Alert[] = [];
  socket.on('alert', (event: Alert) => event.machine_id === machineId && heard.push(event));
  await once(socket as never, 'connected');
  socket.emit('subscribe_all');
  return heard;
}

it('a discovered metric has the limits of its machine type and of its machine, over MQTT and HTTP', async () => {
  const fan = await core.addMachine('Fan 1', 'Hall A', 'fan');
  const other = await core.addMachine('Fan 2', 'Hall A', 'fan');
  const heard = await listen(fan);
  const client = await gateway();
  const send = (machineId: string, value: number | string) =>
    client.publishAsync(
      `factory/f/machine/${machineId}/telemetry`,
      JSON.stringify({ timestamp: isoTime(clock.nowMs()), temperature: 60, vibrationRms: value }),
      { qos: 1 },
    );
  await send(fan, 2);
  await send(other, 2);
  const put = (path: string, body: object) => core.as('Supervisor', 'PUT', path, { body });
  expect((await put('/data/sensor-types/fan/limits', { [RMS]: { high: 4.5, high_high: 7 } })).status).toBe(200);
  expect((await put(`/data/machines/${fan}/limits`, { [RMS]: { high: 3 } })).status).toBe(200);
  const unknown = await put(`/data/machines/${fan}/limits`, { vibration_peak: { high: 3 } });
  expect([unknown.status, unknown.body]).toMatchObject([400, { errors: [{ field: 'vibration_peak' }] }]);

  clock.offsetMs += SECOND;
  await send(fan, 4);
  await send(other, 4);
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  expect(heard).toMatchObject([
    { metric: RMS, condition: 'level', severity: 'warning', value: 4, threshold: 3, state: 'active_unacked' },
  ]);
  expect(heard[0]?.message).toMatch(/^Fan 1: Vibration rms 4\.0 above high limit 3\.0$/i);
  expect(await alertsOf(other)).toEqual([]);

  clock.offsetMs += SECOND;
  await core.ingest(other, [{ timestamp: isoTime(clock.nowMs()), [RMS]: 7.5 }]);
  await vi.waitFor(async () => expect(await alertsOf(other)).toHaveLength(1));
  expect(await alertsOf(other)).toMatchObject([{ severity: 'critical', limit_kind: 'high_high', threshold: 7 }]);

  await core.restart();
  clock.offsetMs += SECOND;
  const again = await gateway();
  await again.publishAsync(
    `factory/f/machine/${fan}/telemetry`,
    JSON.stringify({ timestamp: isoTime(clock.nowMs()), vibrationRms: 1 }),
    { qos: 1 },
  );
  await vi.waitFor(async () => expect(await alertsOf(fan)).toMatchObject([{ state: 'cleared_unacked', raises: 1 }]));
});

it('a value outside the plausible range is bad, which raises an alert after a minute and is past no limit', async () => {
  const oven = await core.addMachine('Oven 1', 'Hall A', 'oven');
  const heard = await listen(oven);
  const client = await gateway();
  const send = (temperature: number) =>
    client.publishAsync(
      `factory/f/machine/${oven}/telemetry`,
      JSON.stringify({ timestamp: isoTime(clock.nowMs()), temperature }),
      { qos: 1 },
    );
  await send(70);
  clock.offsetMs += SECOND;
  await send(3276.7);
  clock.offsetMs += 61 * SECOND;
  await vi.waitFor(() => expect(heard).toHaveLength(1), { timeout: 5000 });
  expect(heard).toMatchObject([
    {
      ...{ metric: 'temperature', condition: 'bad_quality', severity: 'warning', value: 3276.7, threshold: null },
      message: expect.stringMatching(
        /^Oven 1: Temperature has sent only bad values for 1 min( \d+ s)?, the last one 3276\.7 °C$/,
      ),
    },
  ]);
  await send(71);
  await vi.waitFor(async () =>
    expect(await alertsOf(oven, 'temperature')).toMatchObject([{ state: 'cleared_unacked' }]),
  );
});
