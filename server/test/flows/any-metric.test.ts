// Any metric: names that nobody described are discovered, stored by their kind, and answered by every route.

import { isoTime } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0' });
});
afterAll(() => core.remove());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The start of an hour that is over. */
const HOUR_MS = Math.floor((Date.now() - 3 * HOUR) / HOUR) * HOUR;

const ingest = (machineId: string, readings: readonly object[]) =>
  core.as<{ status: string; errors?: { field: string; error: string }[] }>('Operator', 'POST', '/data/ingest', {
    body: {
      ...{ gateway_id: 'gw-any', timestamp: isoTime(Date.now()) },
      batch: [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }],
    },
  });
const query = async (machineId: string, parameters: string) => {
  const range = `start_time=${isoTime(HOUR_MS)}&end_time=${isoTime(HOUR_MS + 2 * HOUR)}`;
  const reply = await core.as<{ data: Record<string, unknown>[]; pagination: { total_records: number } }>(
    ...(['Operator', 'GET', `/data/machine/${machineId}?${range}&order=asc&${parameters}`] as const),
  );
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
};
const change = (name: string, value: string) =>
  core.as('Management', 'POST', '/config/update', { body: { setting_name: name, setting_value: value } });

test('a device that sends what nobody described over MQTT: nothing is lost, and each value has its kind', async () => {
  const machineId = await core.addMachine('Discovered 1');
  const device = await connectAsync(core.mqtt as string);
  onTestFinished(() => device.endAsync());
  const send = (second: number, values: object) =>
    device.publishAsync(
      `factory/f/machine/${machineId}/telemetry`,
      JSON.stringify({ timestamp: isoTime(HOUR_MS + second * 1000), ...values }),
      { qos: 1 },
    );
  await send(0, { vibrationRms: 2.5, 'Motor Current (A)': 11, part_count: 100, door_open: false, mode: 'auto' });
  await send(1, { vibrationRms: 2.75, temperature: 70, door_open: true, mode: 'manual' });

  const fields = 'vibration_rms,motor_current_a,part_count,door_open,mode';
  expect((await query(machineId, `fields=${fields}`)).data).toEqual([
    {
      timestamp: isoTime(HOUR_MS),
      ...{ vibration_rms: 2.5, motor_current_a: 11, part_count: 100, door_open: false, mode: 'auto' },
    },
    {
      timestamp: isoTime(HOUR_MS + 1000),
      ...{ vibration_rms: 2.75, motor_current_a: null, part_count: null, door_open: true, mode: 'manual' },
    },
  ]);
  const [first] = (await query(machineId, '')).data;
  expect(first).toMatchObject({ temperature: null, pressure: null, speed: null, vibration_rms: 2.5, mode: 'auto' });

  const { body } = await core.as<{ metrics: { name: string; kind: string; status: string; aliases: string[] }[] }>(
    ...(['Operator', 'GET', `/metrics?machine_id=${machineId}&limit=100`] as const),
  );
  const found = new Map(body.metrics.map((metric) => [metric.name, metric]));
  expect(found.get('vibration_rms')).toMatchObject({
    ...{ kind: 'gauge', status: 'discovered', aliases: ['vibrationRms'] },
  });
  expect(found.get('door_open')).toMatchObject({ kind: 'boolean', status: 'discovered' });
  expect(found.get('mode')).toMatchObject({ kind: 'state', status: 'discovered' });

  const machine = await core.as<{ machine: { latest: Record<string, unknown> } }>(
    ...(['Operator', 'GET', `/data/machines/${machineId}`] as const),
  );
  expect(machine.body.machine.latest).toMatchObject({ temperature: 70, vibration_rms: 2.75, mode: 'manual' });
});

test('one bad value never costs the others', async () => {
  const machineId = await core.addMachine('Bad values');
  const reply = await ingest(machineId, [
    { timestamp: isoTime(HOUR_MS), temperature: 9999, pressure: 101, speed: 'hot', flow: 3, nested: { a: 1 } },
    { timestamp: isoTime(HOUR_MS + 1000), temperature: 70, quality: { temperature: 'bad' } },
    { timestamp: isoTime(HOUR_MS + 2000), temperature: 80, quality: { temperature: 'uncertain' } },
  ]);
  expect(reply.status).toBe(207);
  expect(reply.body.errors?.map(({ field }) => field)).toEqual([
    ...['batch[0].readings[0].temperature', 'batch[0].readings[0].speed', 'batch[0].readings[0].nested'],
  ]);
  expect((await query(machineId, 'fields=temperature,flow')).data).toEqual([
    {
      ...{ timestamp: isoTime(HOUR_MS), temperature: null, flow: 3 },
      ...{ quality: { temperature: 'bad' }, original: { temperature: 9999 } },
    },
    {
      ...{ timestamp: isoTime(HOUR_MS + 1000), temperature: null, flow: null },
      ...{ quality: { temperature: 'bad' }, original: { temperature: 70 } },
    },
    {
      ...{ timestamp: isoTime(HOUR_MS + 2000), temperature: 80, flow: null },
      quality: { temperature: 'uncertain' },
    },
  ]);
  const [bucket] = (await query(machineId, 'fields=temperature&interval=1h')).data;
  expect(bucket).toMatchObject({ temperature: 80, stats: { temperature: { min: 80, max: 80, count: 1, bad: 2 } } });
});

test('counters, booleans and states are summarised by what they are', async () => {
  const machineId = await core.addMachine('Kinds');
  const at = (minute: number, values: object) => ({ timestamp: isoTime(HOUR_MS + minute * MINUTE), ...values });
  await core.as('Management', 'POST', '/metrics', { body: { name: 'pieces', kind: 'counter' } });
  const reply = await ingest(machineId, [
    at(0, { pieces: 10, run_state: 'running', guard_open: false }),
    at(30, { pieces: 25, run_state: 'stopped', guard_open: true }),
    // A smaller value is a reset.
    at(50, { pieces: 5, run_state: 'running' }),
    at(70, { pieces: 7, run_state: 'running', guard_open: false }),
  ]);
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  const { data } = await query(machineId, 'fields=pieces,run_state,guard_open&interval=1h');
  expect(data).toMatchObject([
    {
      ...{ pieces: 20, run_state: 'running', guard_open: 0.5 },
      stats: { run_state: { running: 2400, stopped: 1200 }, guard_open: { true_seconds: 1800, changes: 1 } },
    },
    { pieces: 2, run_state: 'running', stats: { pieces: { last: 7, count: 1 } } },
  ]);
});

test('with `off` unknown names are refused and named, and with `approve` they are stored and not shown', async () => {
  const machineId = await core.addMachine('Approval');
  const at = (second: number) => isoTime(HOUR_MS + second * 1000);
  onTestFinished(async () => {
    await change('metric_discovery', 'on');
  });
  expect((await change('metric_discovery', 'off')).status).toBe(200);
  const refused = await ingest(machineId, [{ timestamp: at(0), temperature: 70, secret_level: 4 }]);
  expect(refused.status).toBe(207);
  expect(refused.body.errors).toMatchObject([{ field: 'batch[0].readings[0].secret_level' }]);

  expect((await change('metric_discovery', 'approve')).status).toBe(200);
  expect((await ingest(machineId, [{ timestamp: at(1), temperature: 71, secret_level: 5 }])).status).toBe(201);
  expect((await query(machineId, '')).data[1]).not.toHaveProperty('secret_level');
  expect((await core.as('Supervisor', 'POST', '/metrics/secret_level/accept')).status).toBe(200);
  expect((await query(machineId, '')).data[1]).toMatchObject({ temperature: 71, secret_level: 5 });
});

test('days of a time zone, spreadsheets with a decimal comma, and parameters that nobody knows', async () => {
  const machineId = await core.addMachine('Zones');
  const day = (text: string, temperature: number) => ({ timestamp: text, temperature });
  await ingest(machineId, [
    ...[day('2026-11-01T17:00:00Z', 60), day('2026-11-02T16:00:00Z', 60), day('2026-11-02T17:00:00Z', 70.5)],
    ...[day('2026-11-03T16:00:00Z', 70.5), day('2026-11-03T17:00:00Z', 80), day('2026-11-04T16:00:00Z', 80)],
  ]);
  const range = 'start_time=2026-11-01T17:00:00Z&end_time=2026-11-04T17:00:00Z';
  const json = await core.as<{ data: { timestamp: string; temperature: number }[] }>(
    ...(['Operator', 'GET', `/data/machine/${machineId}?${range}&interval=1d&tz=Asia/Jakarta&order=asc`] as const),
  );
  expect(json.body.data.map(({ timestamp, temperature }) => [timestamp, temperature])).toEqual([
    ['2026-11-01T17:00:00.000Z', 60],
    ['2026-11-02T17:00:00.000Z', 70.5],
    ['2026-11-03T17:00:00.000Z', 80],
  ]);
  const exported = (more: string) =>
    core.as('Operator', 'GET', `/data/machine/${machineId}/export?${range}&fields=temperature&${more}`);
  const csv = await exported('interval=1d&tz=Asia/Jakarta&delimiter=%3B&decimal=comma&time=excel');
  expect(csv.text.split('\r\n').slice(1, 3)).toEqual([
    '2026-11-02 00:00:00;60;60;60;2',
    '2026-11-03 00:00:00;70,5;70,5;70,5;2',
  ]);
  const unknown = await exported('decimals=2');
  expect(unknown.status).toBe(400);
  expect(unknown.text).toContain('decimals');
});
