// Readings that InfluxDB refuses for good are acknowledged, counted and shown as rejected data, and not treated as stored.

import { isoTime, type ReadingPage } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findInfluxdb } from '../support/find-program.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const program = findInfluxdb();
const DAY = 86_400_000;
const NOW = Date.now();
const TOO_OLD = NOW - 5 * DAY;
let influxdb: InfluxdbServer;
let databases = 0;

interface Rejected {
  rejected: { source: string; topic: string; reason: string; payload: string }[];
  counts: Record<string, number>;
}

/** A server whose InfluxDB retains three days, and has the speed of today stored as text. */
async function startPlant(): Promise<{ core: StartedCore; press: string; lathe: string }> {
  const database = `short-${++databases}`;
  await influxdb.create(database, 72);
  const lines = `sensor_readings,machine_id=x speed="fast" ${NOW}000000`;
  expect((await influxdb.fetch(`/write?db=${database}`, { method: 'POST', body: lines })).status).toBe(204);
  const core = await startCore({ ...influxdb.settings(database), MQTT_PORT: '0' });
  onTestFinished(() => core.remove());
  return { core, press: await core.addMachine('Press 1'), lathe: await core.addMachine('Lathe') };
}

const rejectedOf = async (core: StartedCore) => (await core.as<Rejected>('Management', 'GET', '/ingest/rejected')).body;

async function storedOf(core: StartedCore, machineId: string): Promise<number[]> {
  const range = `start_time=${isoTime(NOW - 9 * DAY)}&end_time=${isoTime(NOW + DAY)}&order=asc`;
  const { body } = await core.as<ReadingPage>('Operator', 'GET', `/data/machine/${machineId}?${range}`);
  return body.data.map((row) => Date.parse(row.timestamp));
}

const latestOf = async (core: StartedCore, machineId: string) =>
  (await core.as<{ machine: { latest: unknown } }>('Operator', 'GET', `/data/machines/${machineId}`)).body.machine
    .latest;

const batchOf = (entries: Record<string, object[]>) => ({
  gateway_id: 'gw-1',
  timestamp: isoTime(NOW),
  batch: Object.entries(entries).map(([machine_id, readings]) => ({
    ...{ machine_id, sensor_type: 'press', location: 'Hall A', readings },
  })),
});
const at = (timestampMs: number, values: object) => ({ timestamp: isoTime(timestampMs), ...values });

describe.skipIf(program === null)('readings that InfluxDB refuses for good', () => {
  beforeAll(async () => {
    influxdb = await startInfluxdb(program as string);
  });
  afterAll(() => influxdb.stop());

  test('over HTTP are named in the reply for each machine, and are listed as dead letters', async () => {
    const { core, press, lathe } = await startPlant();
    const body = batchOf({
      [press]: [at(NOW, { temperature: 1 }), at(TOO_OLD, { temperature: 2 }), at(NOW + 1, { temperature: 3 })],
      [lathe]: [at(NOW + 2, { speed: 5 })],
    });
    const reply = await core.as('Operator', 'POST', '/data/ingest', { body });
    expect(reply.body).toMatchObject({
      status: 'partial_success',
      message: '2 of 4 readings stored',
      summary: { total_machines: 1, total_readings: 2, rejected_readings: 2 },
      details: [
        { machine_id: press, readings_count: 2, status: 'partial' },
        { machine_id: lathe, readings_count: 0, status: 'rejected' },
      ],
    });
    const { errors } = reply.body as { errors: object[] };
    expect(errors).toHaveLength(2);
    expect(errors).toContainEqual({
      field: 'batch[0].readings',
      error: 'Is older than the retention of the store of readings (readings: 1)',
    });
    expect(errors).toContainEqual({
      field: 'batch[1].readings',
      error: 'Conflicts with the type of a value in the store of readings (readings: 1)',
    });

    expect(await storedOf(core, press)).toEqual([NOW, NOW + 1]);
    expect(await storedOf(core, lathe)).toEqual([]);
    expect(await latestOf(core, press)).toMatchObject({ temperature: 3 });
    expect(await latestOf(core, lathe)).toBeNull();
    const { rejected, counts } = await rejectedOf(core);
    expect(counts).toEqual({ too_old: 1, store_conflict: 1 });
    const conflict = rejected.find(({ reason }) => reason === 'store_conflict');
    expect(conflict).toMatchObject({ source: 'http', topic: 'POST /data/ingest' });
    expect(JSON.parse(conflict?.payload as string)).toEqual({
      machine_id: lathe,
      ...at(NOW + 2, { speed: 5 }),
      refused: expect.stringContaining('field type conflict'),
    });
    const metrics = (await core.send('GET', '//metrics')).text;
    expect(metrics).toContain('gonsters_readings_rejected_total{source="http",reason="store_conflict"} 1');
    expect(metrics).toContain('gonsters_readings_stored_total{source="http"} 2');

    const none = await core.as('Operator', 'POST', '/data/ingest', {
      body: batchOf({ [lathe]: [at(NOW, { speed: 5 })] }),
    });
    expect(none.body).toMatchObject({ code: 'nothing_accepted', errors: [{ field: 'batch[0].readings' }] });
  });

  test('cost only the metric concerned: the rest of the reading is stored, and the reply names the metric', async () => {
    const { core, press } = await startPlant();
    const body = batchOf({ [press]: [at(NOW, { temperature: 1, speed: 5 }), at(NOW + 1, { temperature: 2 })] });
    const reply = await core.as('Operator', 'POST', '/data/ingest', { body });
    expect(reply.status).toBe(207);
    expect(reply.body).toMatchObject({
      status: 'partial_success',
      summary: { total_machines: 1, total_readings: 2, rejected_readings: 0 },
      details: [{ machine_id: press, readings_count: 2, status: 'partial' }],
      errors: [
        {
          field: 'batch[0].readings.speed',
          error: 'Conflicts with the type of a value in the store of readings (readings: 1)',
        },
      ],
    });
    expect(await storedOf(core, press)).toEqual([NOW, NOW + 1]);
    expect(await latestOf(core, press)).toMatchObject({ temperature: 2, speed: null });
    const { rejected } = await rejectedOf(core);
    expect(JSON.parse(rejected[0]?.payload as string)).toMatchObject({ machine_id: press, metric: 'speed', speed: 5 });
  });

  test('over MQTT are acknowledged, so that devices do not send them forever', async () => {
    const { core, press } = await startPlant();
    const gateway = await connectAsync(core.mqtt as string);
    onTestFinished(() => gateway.endAsync(true));
    const publish = (reading: object) =>
      gateway.publishAsync(`factory/f/machine/${press}/telemetry`, JSON.stringify(reading), { qos: 1 });
    await Promise.all([
      publish(at(NOW, { temperature: 1 })),
      publish(at(NOW + 1, { temperature: 1, speed: 1 })),
      publish(at(TOO_OLD, { temperature: 1 })),
      publish(at(NOW + 2, { pressure: 1 })),
    ]);
    expect(await storedOf(core, press)).toEqual([NOW, NOW + 1, NOW + 2]);
    await vi.waitFor(async () => expect(await latestOf(core, press)).toMatchObject({ pressure: 1 }));
    expect((await rejectedOf(core)).counts).toEqual({ too_old: 1, store_conflict: 1 });
  });
});
