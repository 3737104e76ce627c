// Payloads of devices that nobody configured, published to the embedded broker: whose they are, and what is stored of them.

import type { Machine, UnknownMachine } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startCore } from './support/start-core.ts';

const AT = '2026-01-15T10:29:00.000Z';
const AT_MS = Date.parse(AT);
const EUI = '24e124136b000001';

async function openPlant(env: Record<string, string> = {}) {
  const core = await startCore({ MQTT_PORT: '0', ...env });
  onTestFinished(() => core.remove());
  const get = async <T>(path: string) => (await core.as<T>('Management', 'GET', path)).body;
  const publish = async (
    topic: string,
    payload: unknown,
    credentials: { username?: string; password?: string } = {},
  ) => {
    const client = await connectAsync(core.mqtt as string, credentials);
    await client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 });
    await client.endAsync();
  };
  const addMachine = async (name: string, aliases: string[] = []) => {
    const body = { name, location: 'Hall 1', sensor_type: 'press', aliases };
    return (await core.as<{ machine_id: string }>('Management', 'POST', '/data/machine', { body })).body.machine_id;
  };
  return {
    ...{ core, publish, addMachine },
    /** Oldest first, without the metrics that have no value. */
    rows: async (machineId: string) =>
      (
        await get<{ data: Record<string, unknown>[] }>(
          `/data/machine/${machineId}?start_time=1990-01-02&order=asc&limit=1000`,
        )
      ).data.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))),
    rejected: () =>
      get<{ counts: Record<string, number>; rejected: { reason: string; topic: string }[] }>('/ingest/rejected'),
    waiting: async () => (await get<{ machines: UnknownMachine[] }>('/ingest/unknown')).machines,
    machines: async () => (await get<{ machines: Machine[] }>('/data/machines?sort=name')).machines,
  };
}

describe('the machine', () => {
  test('is found by its name, alias or serial number, in the topic or in the payload', async () => {
    const { publish, addMachine, rows, rejected } = await openPlant();
    const press = await addMachine('Press 7', [
      'press7',
      'tasmota_794BE8',
      EUI,
      'PRESS-07',
      'shellyplusht-08b61fcb7f3c',
    ]);
    const messages: [string, unknown][] = [
      ['zigbee2mqtt/press7', { temperature: 61, last_seen: AT_MS }],
      ['tele/tasmota_794BE8/SENSOR', { Time: '2026-01-15T10:29:01', DS18B20: { Temperature: 62 }, TempUnit: 'C' }],
      [
        `application/1/device/${EUI}/event/up`,
        { time: '2026-01-15T10:29:02Z', deviceInfo: { devEui: EUI }, object: { temperature: 63 } },
      ],
      [`factory/f/machine/${EUI}/telemetry`, { ts: AT_MS + 3000, temperature: 64 }],
      ['factory/f/machine/press-07/telemetry', { time: (AT_MS + 4000) * 1000, temperature: 65 }],
      ['any/topic', { device: 'Press 7', ts: (AT_MS + 5000) / 1000, temperature: 66 }],
      ['plant/hall1/PRESS7/state', { t: String(AT_MS + 6000), temperature: 67 }],
      [
        'shellyplusht-08b61fcb7f3c/events/rpc',
        {
          src: 'shellyplusht-08b61fcb7f3c',
          dst: 'x',
          method: 'NotifyFullStatus',
          params: { ts: AT_MS / 1000 + 7, 'temperature:0': { id: 0, tC: 68, tF: 154 } },
        },
      ],
      ['umh/v1/acme/hall1/press7/_historian', { timestamp_ms: AT_MS + 8000, temperature: 69 }],
      ['kepware', { timestamp: 0, values: [{ id: 'Hall 1.Press7.Temperature', v: 70, q: true, t: AT_MS + 9000 }] }],
      ['gonsters/sensors/x', { machine_id: 'press7', timestamp: AT_MS + 10_000, temperature: 71 }],
      ['other/topic', { machine_id: 'press7', timestamp: AT_MS + 11_000, temperature: 72 }],
    ];
    for (const [topic, payload] of messages) await publish(topic, payload);
    expect((await rejected()).counts).toEqual({});
    expect(
      (await rows(press)).map(({ timestamp, temperature }) => [Date.parse(timestamp as string) - AT_MS, temperature]),
    ).toEqual(messages.map((_, i) => [i * 1000, 61 + i]));
  });

  test('that the topic names beats an id in the payload', async () => {
    const { publish, addMachine, rows } = await openPlant();
    const press = await addMachine('Press 7');
    const lathe = await addMachine('Lathe 1');
    await publish('factory/f/machine/Press 7/telemetry', { time: AT, device: 'Lathe 1', temperature: 61 });
    await publish('zigbee2mqtt/Press 7', {
      last_seen: AT_MS + 1,
      device: { friendlyName: 'Lathe 1' },
      temperature: 62,
    });
    expect(await rows(press)).toHaveLength(2);
    expect(await rows(lathe)).toEqual([]);
  });

  test('that publishes for itself is known by its credentials', async () => {
    const { core, publish, addMachine, rows, rejected } = await openPlant();
    const press = await addMachine('Press 7');
    const lathe = await addMachine('Lathe 1');
    const create = async (name: string, machine_ids: string[]) => {
      const { body } = await core.as<{ gateway: { username: string }; password: string }>(
        'Management',
        'POST',
        '/gateways',
        {
          body: { name, scope: machine_ids.length > 0 ? 'machines' : 'plant', machine_ids },
        },
      );
      return { username: body.gateway.username, password: body.password };
    };
    const only = await create('Gateway of one machine', [press]);
    await publish('v1/devices/me/telemetry', { ts: AT_MS, values: { temperature: 61 } }, only);
    await publish('values', { time: AT_MS + 1, temperature: 62 }, only);
    expect(await rows(press)).toMatchObject([{ temperature: 61 }, { temperature: 62 }]);
    await publish('v1/devices/me/telemetry', { ts: AT_MS, values: { temperature: 63 } }, await create('Lathe 1', []));
    expect(await rows(lathe)).toMatchObject([{ temperature: 63 }]);
    await publish('zigbee2mqtt/Lathe 1', { temperature: 64 }, only);
    await publish('values', { temperature: 65 });
    expect((await rejected()).counts).toEqual({ not_allowed: 1, no_machine: 1 });
  });

  test('that nobody knows waits for approval under the id that the device sends', async () => {
    const { publish, waiting, core, rows } = await openPlant({ AUTO_PROVISION: 'approve' });
    await publish('zigbee2mqtt/press7', { last_seen: AT_MS, temperature: 61 });
    await publish('x', { deviceInfo: { devEui: EUI, deviceName: 'em300' }, object: { temperature: 62 }, time: AT });
    await publish('v1/gateway/telemetry', { 'Lathe 1': [{ ts: AT_MS, values: { speed: 1480 } }] });
    await publish('chatty/tags/7', { v: 1 });
    const listed = await waiting();
    expect(listed.map(({ id, topic }) => [id, topic])).toEqual([
      ['press7', 'zigbee2mqtt/press7'],
      [EUI, 'x'],
      ['Lathe 1', 'v1/gateway/telemetry'],
    ]);
    const accepted = await core.as<{ machine: Machine }>(
      'Management',
      'POST',
      `/ingest/unknown/${listed[0]?.machine_id}/accept`,
    );
    expect(accepted.body.machine).toMatchObject({ aliases: ['press7'] });
    expect(await rows(listed[0]?.machine_id ?? '')).toMatchObject([{ temperature: 61 }]);
  });
});

test('units of recognised formats are converted, bad qualities stored as such, and other fields become metrics', async () => {
  const { core, publish, addMachine, rows, rejected } = await openPlant();
  const press = await addMachine('Press 7', ['press7']);
  await publish('tele/press7/SENSOR', {
    ...{ Time: '2026-01-15T10:29:00', TempUnit: 'F', PressureUnit: 'hPa' },
    BME280: { Temperature: 212, Humidity: 47.1, Pressure: 948.3 },
  });
  await publish('factory/f/machine/press7/telemetry', {
    ...{ ts: AT_MS + 1000, battery: 81, linkquality: 109, pressure: 948.3, temperature: 61.4, voltage: 2955 },
  });
  await publish('opc', [
    { id: 'Hall.Press7.Temperature', v: 71.5, q: false, t: AT_MS + 2000 },
    { id: 'Hall.Press7.Motor Current', v: 12.5, q: true, t: AT_MS + 2000 },
  ]);
  await publish('/neuron', {
    ...{ timestamp: AT_MS + 3000, node: 'press7', group: 'g', values: { speed: 1480 }, errors: { temperature: 2014 } },
  });
  expect(await rows(press)).toMatchObject([
    { temperature: 100, humidity: 47.1, pressure: 94.83 },
    { temperature: 61.4, pressure: 94.83, battery: 81, linkquality: 109, voltage: 2955 },
    { motor_current: 12.5, quality: { temperature: 'bad' }, original: { temperature: 71.5 } },
    { speed: 1480, quality: { temperature: 'bad' } },
  ]);
  const { counts } = await rejected();
  expect(counts).toEqual({});
  const metric = await core.as<{ metric: { unit: string } }>('Management', 'GET', '/metrics/humidity');
  expect(metric.body.metric.unit).toBe('%');
});

test('a time that cannot be read is reported, and never replaced by the time of arrival', async () => {
  const { publish, addMachine, rows, rejected } = await openPlant();
  const press = await addMachine('Press 7', ['press7']);
  for (const time of ['12:30', '15.01.2026 10:29', 'noon', true])
    await publish('plant/press7', { time, temperature: 61 });
  expect(await rows(press)).toEqual([]);
  expect((await rejected()).counts).toEqual({ bad_timestamp: 4 });
  for (const time of [null, 0, 48_211, '1970-01-01T00:00:48Z'])
    await publish('plant/press7', { time, temperature: 61 });
  expect(await rows(press)).toHaveLength(4);
  expect((await rejected()).counts).toEqual({ bad_timestamp: 4, clock_not_set: 4 });
});

test('MQTT_TOPIC restricts the topics of the embedded broker', async () => {
  const { publish, addMachine, rows, rejected } = await openPlant({ MQTT_TOPIC: 'zigbee2mqtt/#' });
  const press = await addMachine('Press 7', ['press7']);
  await publish('zigbee2mqtt/press7', { temperature: 61 });
  await publish('tele/press7/SENSOR', { BME280: { Temperature: 62 }, TempUnit: 'C' });
  expect(await rows(press)).toMatchObject([{ temperature: 61 }]);
  expect((await rejected()).counts).toEqual({ bad_topic: 1 });
});
