// Calibration offsets: values of a sensor are changed as they come in, from a time on, whichever way they come.

import { type CalibrationReply, isoTime } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

const MINUTE = 60_000;
const pathOf = (machineId: string, metric = 'temperature') =>
  `/data/machines/${machineId}/metrics/${metric}/calibration`;

describe('a calibration offset', () => {
  let core: StartedCore;
  let machineId: string;
  let machines = 0;
  const startMs = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;
  const at = (minute: number) => isoTime(startMs + minute * MINUTE);
  beforeAll(async () => {
    core = await startCore({ MQTT_PORT: '0' });
  });
  afterAll(() => core.remove());
  beforeEach(async () => {
    machineId = await core.addMachine(`Sensor ${++machines}`);
  });

  const put = (offsets: readonly object[], metric = 'temperature') =>
    core.as<CalibrationReply>('Supervisor', 'PUT', pathOf(machineId, metric), { body: { offsets } });
  const get = async (metric = 'temperature') =>
    (await core.as<CalibrationReply>('Operator', 'GET', pathOf(machineId, metric))).body.offsets;
  const ingest = (readings: readonly object[], envelope: object = {}, id = machineId) =>
    core.as<{ errors?: { field: string }[] }>('Operator', 'POST', '/data/ingest', {
      body: {
        ...{ gateway_id: 'gw', timestamp: isoTime(Date.now()), ...envelope },
        batch: [{ machine_id: id, sensor_type: 'press', location: 'Hall A', readings }],
      },
    });
  const stored = async (fields = 'temperature', id = machineId) => {
    const range = `start_time=${at(0)}&end_time=${at(90)}&order=asc&fields=${fields}`;
    const reply = await core.as<{ data: Record<string, unknown>[] }>('Operator', 'GET', `/data/machine/${id}?${range}`);
    return reply.body.data.map(({ timestamp: _, ...values }) => values);
  };
  const temperatures = async () => (await stored()).map(({ temperature }) => temperature);
  const reading = (minute: number, temperature: number) => ({ timestamp: at(minute), temperature });

  it('is added to what arrives from then on with a timestamp from its time on, and to nothing else', async () => {
    await ingest([reading(1, 20), reading(2, 20)]);
    const other = await core.addMachine(`Other ${machines}`);
    expect(await put([{ from: at(2), offset: 0.5 }])).toMatchObject({
      status: 200,
      body: { metric: 'temperature', unit: '°C', machine_id: machineId },
    });
    // Those that are stored already stay as they are, also after the time.
    expect(await temperatures()).toEqual([20, 20]);
    await ingest([reading(3, 20), { timestamp: at(4), pressure: 7, speed: 9 }]);
    await ingest([reading(1.5, 20), reading(1.9, 20)]);
    await ingest([reading(3, 20)], {}, other);
    expect(await temperatures()).toEqual([20, 20, 20, 20, 20.5, null]);
    expect((await stored('pressure,speed')).at(-1)).toEqual({ pressure: 7, speed: 9 });
    expect(await stored('temperature', other)).toEqual([{ temperature: 20 }]);
    expect(await core.as('Operator', 'GET', `/data/machines/${machineId}`)).toMatchObject({
      body: { machine: { latest: { temperature: 20.5, pressure: 7 } } },
    });
  });

  it('is followed by later ones, and ended by 0; also over MQTT, with and without a timestamp', async () => {
    await put([
      { from: at(10), offset: -2 },
      { from: at(1), offset: 1 },
      { from: at(20), offset: 0 },
    ]);
    const device = await connectAsync(core.mqtt as string);
    onTestFinished(() => device.endAsync());
    const publish = (body: object) =>
      device.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify(body), { qos: 1 });
    for (const minute of [0, 1, 9.9, 10, 19, 20]) await publish(reading(minute, 50));
    expect(await temperatures()).toEqual([50, 51, 51, 48, 48, 50]);
    await put([{ from: at(0), offset: 3 }]);
    await publish({ temperature: 50 });
    expect((await temperatures()).at(-1)).toBe(53);
  });

  it('is added after the conversion of the unit, and before the plausible range and the limits', async () => {
    await put([{ from: at(0), offset: 0.5 }]);
    const converted = await ingest([{ timestamp: at(1), temperature: 68, temperature_unit: '°F' }]);
    expect(converted.status).toBe(201);
    await core.as('Supervisor', 'PUT', `/data/machines/${machineId}/metrics`, {
      body: { metrics: [{ name: 'temperature', max: 60 }] },
    });
    const refused = await ingest([reading(2, 59.6), reading(3, 59.5)]);
    expect(refused).toMatchObject({ status: 207, body: { errors: [{ field: 'batch[0].readings[0].temperature' }] } });
    expect(await stored()).toEqual([
      { temperature: 20.5 },
      { temperature: null, quality: { temperature: 'bad' }, original: { temperature: 60.1 } },
      { temperature: 60 },
    ]);
    // A unit that is not understood: the number is stored as it came.
    await ingest([{ timestamp: at(4), temperature: 10, temperature_unit: 'bananas' }]);
    expect((await stored()).at(-1)).toMatchObject({ original: { temperature: 10 } });

    await core.as('Supervisor', 'PUT', `/data/machines/${machineId}/limits`, { body: { temperature: { high: 40 } } });
    await ingest([{ timestamp: isoTime(Date.now()), temperature: 39.8 }]);
    await vi.waitFor(async () => {
      const { body } = await core.as('Operator', 'GET', `/alerts?machine_id=${machineId}`);
      const raised = { metric: 'temperature', value: 40.3, threshold: 40 };
      expect(body.alerts).toContainEqual(expect.objectContaining(raised));
    });
  });

  it('is not added to what a person has read', async () => {
    await put([{ from: at(0), offset: 5 }]);
    expect((await ingest([reading(1, 20)], { as_read: true })).status).toBe(201);
    expect((await ingest([reading(2, 20)], { as_read: false })).status).toBe(201);
    expect(await temperatures()).toEqual([20, 25]);
    expect(await ingest([reading(3, 20)], { as_read: 'yes' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'as_read' }] },
    });
  });

  it('keeps who has set it, is audited with those before, and survives a restart', async () => {
    const first = { from: at(1), offset: 0.25 };
    await put([first]);
    const [set] = await get();
    expect(set).toEqual({ ...first, set_at: expect.any(String), set_by: 'supervisor1' });
    const second = { from: at(2), offset: 0.5 };
    await core.as('Management', 'PUT', pathOf(machineId), { body: { offsets: [first, second] } });
    const both = await get();
    expect(both).toMatchObject([{ ...second, set_by: 'manager1' }, set as object]);
    expect(await core.as('Management', 'GET', '/audit?action=calibration.update&limit=1')).toMatchObject({
      body: { entries: [{ target: machineId, details: { metric: 'temperature', before: [set], after: both } }] },
    });
    const { body } = await core.as('Operator', 'GET', `/data/machines/${machineId}/metrics`);
    expect(body).toMatchObject({ metrics: [{ name: 'temperature', calibration: both }, { calibration: [] }, {}] });
    await core.restart();
    expect(await get()).toEqual(both);
    await ingest([reading(3, 20)]);
    expect(await temperatures()).toEqual([20.5]);
    await put([]);
    expect(await get()).toEqual([]);
  });

  it('counts for the metric that its own was merged into, and ends with the metric', async () => {
    for (const name of ['oil_temp', 'oil_level']) {
      await core.as('Management', 'POST', '/metrics', { body: { name, unit: '°C' } });
    }
    await put([{ from: at(0), offset: 2 }], 'oil_temp');
    const merge = { from: 'oil_temp', into: 'oil_level' };
    expect((await core.as('Management', 'POST', '/metrics/merge', { body: merge })).status).toBe(200);
    await ingest([{ timestamp: at(1), oil_temp: 40 }]);
    expect(await stored('oil_level')).toEqual([{ oil_level: 42 }]);
    await put([{ from: at(0), offset: 3 }], 'oil_level');
    await ingest([{ timestamp: at(2), oil_temp: 40 }]);
    expect(await stored('oil_level')).toEqual([{ oil_level: 42 }, { oil_level: 43 }]);

    await core.as('Management', 'POST', '/metrics', { body: { name: 'unused' } });
    await put([{ from: at(0), offset: 2 }], 'unused');
    expect((await core.as('Management', 'DELETE', '/metrics/unused')).status).toBe(200);
    await core.as('Management', 'POST', '/metrics', { body: { name: 'unused' } });
    expect(await get('unused')).toEqual([]);
  });

  it('is for gauges, and for those who may change machines', async () => {
    await core.as('Management', 'POST', '/metrics', { body: { name: `pieces_${machines}`, kind: 'counter' } });
    const offset = { from: at(0), offset: 1 };
    expect(await put([offset], `pieces_${machines}`)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'offsets' }] },
    });
    expect((await put([], `pieces_${machines}`)).status).toBe(200);
    expect((await put([offset], 'nobody_knows')).status).toBe(404);
    const body = { offsets: [offset] };
    expect((await core.as('Operator', 'PUT', pathOf(machineId), { body })).status).toBe(403);
    expect((await core.as('Supervisor', 'PUT', pathOf(crypto.randomUUID()), { body })).status).toBe(404);
    expect(await get()).toEqual([]);
  });

  it.each([
    [[{ from: 'yesterday', offset: 1 }], 'offsets[0].from'],
    [[{ from: '1989-12-31T23:59:59Z', offset: 1 }], 'offsets[0].from'],
    [[{ from: '2026-01-01T00:00:00Z' }], 'offsets[0].offset'],
    [[{ from: '2026-01-01T00:00:00Z', offset: '1' }], 'offsets[0].offset'],
    [
      [
        { from: '2026-01-01T00:00:00Z', offset: 1 },
        { from: '2026-01-01T01:00:00+01:00', offset: 2 },
      ],
      'offsets',
    ],
  ])('is refused as %j because of %s', async (offsets, field) => {
    expect(await put(offsets)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect(await get()).toEqual([]);
  });

  it('is forgotten with its machine', async () => {
    await put([{ from: at(0), offset: 5 }]);
    expect((await core.as('Management', 'DELETE', `/data/machines/${machineId}?readings=keep`)).status).toBe(200);
    const body = { machine_id: machineId, name: `Again ${machines}`, location: 'Hall A', sensor_type: 'press' };
    expect((await core.as('Supervisor', 'POST', '/data/machine', { body })).status).toBe(201);
    expect(await get()).toEqual([]);
    await ingest([reading(1, 20)]);
    expect(await temperatures()).toEqual([20]);
  });
});

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  it('have the same calibration within a second', async () => {
    const env = await servers.makePlant();
    const [first, second] = [await startNode(env), await startNode(env)];
    const token = await first.signIn();
    const machineId = await makeMachine(first, token);
    await second.send(token, machineId, { temperature: 20 });
    const body = { offsets: [{ from: isoTime(Date.now() - MINUTE), offset: 1.5 }] };
    expect((await first.request(token, 'PUT', pathOf(machineId), body)).status).toBe(200);
    const other = async () => (await second.request(token, 'GET', pathOf(machineId))).body.offsets;
    await vi.waitFor(async () => expect(await other()).toMatchObject(body.offsets), { timeout: 1000, interval: 20 });
    await second.send(token, machineId, { temperature: 20 });
    const { machine } = (await second.request(token, 'GET', `/data/machines/${machineId}`)).body;
    expect(machine).toMatchObject({ latest: { temperature: 21.5 } });
  });
});
