// A device that sends one value per message: each metric is shown with its own time, wherever newest values are shown.

import { decodeOverviewFrame, FRAMES_VERSION, isoTime, METRICS } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const WAIT = { timeout: 10_000, interval: 50 };
const SECOND = 1000;

/** The first overview frame of a new dashboard, as the values of one machine with their times. */
async function overviewOf(core: StartedCore, machineId: string): Promise<(readonly [number, number])[]> {
  const client = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
  try {
    const bytes = await new Promise<ArrayBuffer>((resolve) => {
      client.on('overview', (_seq: number, frame: ArrayBuffer, taken: () => void) => {
        taken();
        resolve(frame);
      });
      client.emit('set_view', { frames: FRAMES_VERSION, overview: true, detail: [], hz: 1 });
    });
    const { named, machines, timestampsMs, starts, metrics, values, agesMs } = decodeOverviewFrame(bytes);
    const number = named.machines[named.machineIds.indexOf(machineId)] as number;
    const row = machines.indexOf(number);
    return METRICS.map((_, m) => {
      const at = metrics.indexOf(m, starts[row]);
      return [values[at] as number, (timestampsMs[row] as number) - (agesMs[at] as number)] as const;
    });
  } finally {
    client.disconnect();
  }
}

test('the newest value of each metric, over MQTT and HTTP, in lists, live and after a restart', async () => {
  const core = await startCore({ MQTT_PORT: '0' });
  onTestFinished(() => core.remove());
  const machineId = await core.addMachine('Press 1');
  const device = await connectAsync(core.mqtt as string);
  onTestFinished(() => device.endAsync());
  const publish = (reading: Record<string, unknown>) =>
    device.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify(reading), { qos: 1 });
  const nowMs = Date.now();
  const at = (secondsAgo: number) => isoTime(nowMs - secondsAgo * SECOND);
  await publish({ timestamp: at(40 * 86_400), temperature: 96 });
  await publish({ timestamp: at(20), pressure: 118 });
  await publish({ timestamp: at(10), speed: 1480 });
  // An older value replaces nothing; one of the same time does.
  await publish({ timestamp: at(30), pressure: 99, speed: 99 });
  await publish({ timestamp: at(20), pressure: 119 });

  const latest = {
    timestamp: at(10),
    temperature: 96,
    pressure: 119,
    speed: 1480,
    at: { temperature: at(40 * 86_400), pressure: at(20), speed: at(10) },
  };
  const check = async (expected: typeof latest) => {
    const get = async (path: string) => (await core.as('Operator', 'GET', path)).body;
    await vi.waitFor(async () => {
      expect(await get(`/data/machines/${machineId}`)).toMatchObject({
        machine: { connection: 'online', last_seen: expected.timestamp, latest: expected },
      });
    }, WAIT);
    expect(await get('/data/machines')).toMatchObject({ machines: [{ machine_id: machineId, latest: expected }] });
    const all = await get('/data/latest');
    expect(all).toMatchObject({ count: 1, data: [{ machine_id: machineId, name: 'Press 1', ...expected }] });
    const overview = await overviewOf(core, machineId);
    expect(overview.map(([value]) => value)).toEqual([expected.temperature, expected.pressure, expected.speed]);
    for (const [m, { name }] of METRICS.entries()) {
      const exact = Date.parse(expected.at[name]);
      // Ages have single precision: after weeks they are accurate to some seconds.
      expect(Math.abs((overview[m]?.[1] as number) - exact)).toBeLessThanOrEqual((nowMs - exact) * 1e-7);
    }
  };
  await check(latest);
  await core.restart();
  await check(latest);
  await core.ingest(machineId, [{ timestamp: at(5), temperature: 64, pressure: null }]);
  await check({ ...latest, timestamp: at(5), temperature: 64, at: { ...latest.at, temperature: at(5) } });
});

test('a reading is published as it was stored, with null for metrics that were not measured', async () => {
  const core = await startCore();
  onTestFinished(() => core.remove());
  const machineId = await core.addMachine('Press 1');
  const client = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
  onTestFinished(() => void client.disconnect());
  const heard: unknown[] = [];
  client.on('sensor_data', (event) => heard.push(event));
  const subscribed = new Promise((resolve) => client.on('subscribed_all', resolve));
  client.emit('subscribe_all');
  await subscribed;
  const nowMs = Date.now();
  await core.ingest(machineId, [{ timestamp: isoTime(nowMs - 2), temperature: 96 }]);
  await core.ingest(machineId, [{ timestamp: isoTime(nowMs - 1), speed: 1480 }]);
  const machine = { machine_id: machineId, sensor_type: 'press', location: 'Hall A' };
  await vi.waitFor(
    () =>
      expect(heard).toEqual([
        { ...machine, timestamp: isoTime(nowMs - 2), temperature: 96, pressure: null, speed: null },
        { ...machine, timestamp: isoTime(nowMs - 1), temperature: null, pressure: null, speed: 1480 },
      ]),
    WAIT,
  );
});
