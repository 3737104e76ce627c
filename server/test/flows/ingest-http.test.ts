// POST /data/ingest and the routes for rejected data and unknown machines, on a real server.

import { METRICS } from '@gonsters/contract';
import { fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { isAppError } from '../../src/errors.ts';
import { GatewayTraffic } from '../../src/gateways/gateway-traffic.ts';
import type { HttpApp } from '../../src/http/http-app.ts';
import { ingestRoutes } from '../../src/http/routes/ingest.ts';
import { ingestReviewRoutes } from '../../src/http/routes/ingest-review.ts';
import { MAX_LISTED_FAULTS } from '../../src/ingest/codecs/decode-batch.ts';
import { type StartedIngest, startIngest } from './support/start-ingest.ts';

let plant: StartedIngest;
let url: string;
let app: HttpApp;
let machineId: string;

async function open(env: Record<string, string> = {}): Promise<void> {
  plant = await startIngest(env);
  [machineId] = (await plant.addMachines(1)) as [string];
  app = fastify() as unknown as HttpApp;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('audit', async () => {});
  app.decorateRequest('gateway', null);
  // A user of every factory.
  app.decorateRequest('principal', {
    getter: () => ({ username: 'operator1', factoryId: null, permissions: [] }) as never,
  });
  app.setErrorHandler((error, _request, reply) =>
    isAppError(error)
      ? reply.code(error.code === 'store_unavailable' ? 503 : error.code === 'not_found' ? 404 : 400).send({
          code: error.code,
          message: error.message,
          errors: error.faults,
        })
      : reply.code(500).send({ message: String(error) }),
  );
  await ingestRoutes(app, { ...plant, gatewayTraffic: new GatewayTraffic(systemClock) });
  await ingestReviewRoutes(app, plant);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
}
beforeEach(() => open());
afterEach(async () => {
  await app.close();
  await plant.stop();
});

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  return { status: response.status, body: await response.json() };
}
const AT_MS = Date.UTC(2026, 0, 15, 10, 30);
const at = (i: number) => new Date(AT_MS + i * 1000).toISOString();
const batchOf = (...entries: unknown[]) => ({ gateway_id: 'gw-1', timestamp: at(0), batch: entries });
const entry = (id: string, ...readings: unknown[]) => ({
  machine_id: id,
  sensor_type: 'press',
  location: 'Hall 1',
  readings,
});
const ingest = (body: unknown) => call('POST', '/data/ingest', body);

describe('POST /data/ingest', () => {
  it('answers 201 once the readings are stored', async () => {
    const reply = await ingest(
      batchOf(entry(machineId, { timestamp: at(0), temperature: 70 }, { timestamp: at(1), speed: 0 })),
    );
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      status: 'success',
      summary: { gateway_id: 'gw-1', total_machines: 1, total_readings: 2, rejected_readings: 0 },
      details: [{ machine_id: machineId, readings_count: 2, status: 'success' }],
    });
    expect(await plant.stored(machineId)).toHaveLength(2);
  });

  it('answers 207, stores the valid readings and lists every fault', async () => {
    const unknown = crypto.randomUUID();
    const reply = await ingest(
      batchOf(
        entry(
          machineId,
          { timestamp: at(0), temperature: 70 },
          { timestamp: at(1), temperature: '12', pressure: -200 },
        ),
        entry(unknown, { timestamp: at(0), speed: 1 }),
        { machine_id: machineId, readings: [{ speed: 1 }] },
      ),
    );
    expect(reply.status).toBe(207);
    expect(reply.body.status).toBe('partial_success');
    expect(reply.body.details).toEqual([
      { machine_id: machineId, readings_count: 2, status: 'partial' },
      { machine_id: unknown, readings_count: 0, status: 'rejected' },
      { machine_id: machineId, readings_count: 0, status: 'rejected' },
    ]);
    expect(reply.body.errors).toEqual([
      { field: 'batch[0].readings[1].temperature', error: 'Must be a finite number', value: '12' },
      { field: 'batch[0].readings[1].pressure', error: 'Must be from -101.4 to 100000 kPa', value: -200 },
      { field: 'batch[1].machine_id', error: 'No machine has this id', value: unknown },
      { field: 'batch[2].sensor_type', error: 'Must be a string' },
      { field: 'batch[2].location', error: 'Must be a string' },
      expect.objectContaining({ field: 'batch[2].readings[0].timestamp' }),
    ]);
    expect(await plant.stored(machineId)).toMatchObject([
      { temperature: 70 },
      { pressure: -200, quality: { pressure: 'bad' } },
    ]);
    expect(plant.deadLetters.counts()).toMatchObject({ not_a_number: 1, unknown_machine: 1 });
  });

  it('stores the valid values of a reading and answers 207 with the bad ones', async () => {
    const reply = await ingest(
      batchOf(
        entry(
          machineId,
          { timestamp: at(0), temperature: 70, pressure: 'hot', speed: 2 ** 53 },
          { timestamp: at(1), temperature: '70', pressure: 101 },
        ),
      ),
    );
    expect(reply).toMatchObject({
      status: 207,
      body: {
        status: 'partial_success',
        summary: { total_machines: 1, total_readings: 2, rejected_readings: 0 },
        details: [{ machine_id: machineId, readings_count: 2, status: 'partial' }],
        errors: [
          { field: 'batch[0].readings[0].pressure', error: 'Must be a finite number', value: 'hot' },
          { field: 'batch[0].readings[0].speed', value: 2 ** 53 },
          { field: 'batch[0].readings[1].temperature', error: 'Must be a finite number', value: '70' },
        ],
      },
    });
    expect(await plant.stored(machineId)).toMatchObject([
      { temperature: 70, pressure: null, speed: 2 ** 53, quality: { speed: 'bad' } },
      { temperature: null, pressure: 101, speed: null },
    ]);
    expect(plant.deadLetters.counts()).toEqual({ not_a_number: 2, out_of_range: 1 });
    const { body } = await call('GET', '/ingest/rejected');
    expect(body.rejected.map(({ reason, metric, value }: Record<string, unknown>) => [reason, metric, value])).toEqual([
      ['not_a_number', 'temperature', '70'],
      ['out_of_range', 'speed', 2 ** 53],
      ['not_a_number', 'pressure', 'hot'],
    ]);
  });

  it('answers 400 where the only value is bad', async () => {
    const reply = await ingest(batchOf(entry(machineId, { timestamp: at(0), temperature: 'hot', speed: null })));
    expect(reply).toMatchObject({ status: 400, body: { code: 'nothing_accepted' } });
    expect(reply.body.errors).toEqual([
      { field: 'batch[0].readings[0].temperature', error: 'Must be a finite number', value: 'hot' },
    ]);
    const empty = await ingest(batchOf(entry(machineId, { timestamp: at(0), speed: null })));
    expect(empty).toMatchObject({ status: 400, body: { errors: [{ field: 'batch[0].readings[0]' }] } });
    expect(plant.deadLetters.counts()).toEqual({ not_a_number: 1, no_value: 1 });
  });

  it('answers 400 where no reading is valid', async () => {
    const reply = await ingest(batchOf(entry(crypto.randomUUID(), { timestamp: at(0), speed: 1 })));
    expect(reply).toMatchObject({ status: 400, body: { code: 'nothing_accepted' } });
  });

  it.each<[string, unknown, string[]]>([
    ['no object', [], ['']],
    ['nothing', {}, ['gateway_id', 'timestamp', 'batch']],
    ['an empty batch', { gateway_id: 'g', timestamp: at(0), batch: [] }, ['batch']],
    [
      'names that are none',
      { gateway_id: 'a\u0000', timestamp: 'now', batch: 'x' },
      ['gateway_id', 'timestamp', 'batch'],
    ],
  ])('answers 400 to %s, with every fault', async (_, body, fields) => {
    const reply = await ingest(body);
    expect(reply).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(reply.body.errors.map((fault: { field: string }) => fault.field)).toEqual(fields);
  });

  it('stores nothing of a batch that itself has a fault', async () => {
    const { gateway_id, ...rest } = batchOf(entry(machineId, { timestamp: at(0), speed: 1 }));
    expect(gateway_id).toBe('gw-1');
    expect((await ingest(rest)).status).toBe(400);
    expect(await plant.stored(machineId)).toEqual([]);
  });

  it('accepts 50,000 readings, and no more', { timeout: 60_000 }, async () => {
    const readings = Array.from({ length: 50_000 }, (_, i) => ({
      timestamp: AT_MS + i,
      ...Object.fromEntries(METRICS.map((metric) => [metric.name, metric.max])),
    }));
    expect((await ingest(batchOf(entry(machineId, ...readings)))).body.summary.total_readings).toBe(50_000);
    readings.push(readings[0] as (typeof readings)[number]);
    const tooMany = await ingest(batchOf(entry(machineId, ...readings)));
    expect(tooMany.body.errors).toEqual([{ field: 'batch', error: 'Must have at most 50000 readings', value: 50_001 }]);
    const entries = Array.from({ length: 1001 }, () => entry(machineId, { timestamp: at(0), speed: 1 }));
    expect((await ingest(batchOf(...entries))).body.errors[0].field).toBe('batch');
  });

  it('lists a bounded number of faults and the number of the others', async () => {
    const bad = Array.from({ length: 3000 }, () => ({ timestamp: at(0), speed: 'fast' }));
    const reply = await ingest(batchOf(entry(machineId, ...bad)));
    expect(reply.body.errors).toHaveLength(MAX_LISTED_FAULTS);
    expect(reply.body.message).toContain('2000 more faults');
    expect(plant.deadLetters.counts()).toEqual({ not_a_number: 3000 });
  });

  it('repeats only the beginning of a bad value', async () => {
    const reply = await ingest(batchOf(entry(machineId, { timestamp: 'x'.repeat(5000), speed: { deep: [] } })));
    expect(reply.body.errors[0].value).toHaveLength(200);
    expect(reply.body.errors[1]).not.toHaveProperty('value');
  });

  it('answers 503 where the store accepts nothing, and publishes nothing', async () => {
    plant.readings.isFailing = true;
    plant.events.length = 0;
    expect((await ingest(batchOf(entry(machineId, { timestamp: at(0), speed: 1 })))).status).toBe(503);
    expect(plant.events).toEqual([]);
  });
});

describe('GET /ingest/rejected', () => {
  it('pages through rejected payloads, newest first', async () => {
    for (const speed of ['a', 'b', 'c']) await ingest(batchOf(entry(machineId, { timestamp: at(0), speed })));
    const first = await call('GET', '/ingest/rejected?limit=2&reason=not_a_number');
    expect(first.body).toMatchObject({ status: 'success', counts: { not_a_number: 3 } });
    expect(first.body.rejected.map(({ payload }: { payload: string }) => JSON.parse(payload).value)).toEqual([
      'c',
      'b',
    ]);
    const second = await call('GET', `/ingest/rejected?limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body.rejected).toMatchObject([
      { source: 'http', topic: 'POST /data/ingest', reason: 'not_a_number' },
    ]);
    expect(second.body.next_cursor).toBeNull();
  });
});

describe('unknown machines', () => {
  const stranger = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const telemetry = `factory/Plant 7/machine/${stranger}/telemetry`;
  const reopen = async (env: Record<string, string>) => {
    await app.close();
    await plant.stop();
    await open(env);
  };

  it('wait for approval, after which their stored readings are visible', async () => {
    await reopen({ AUTO_PROVISION: 'approve' });
    const client = await plant.connect();
    plant.events.length = 0;
    const send = (i: number) =>
      client.publishAsync(telemetry, JSON.stringify({ timestamp: at(i), sensor_type: 'lathe', speed: i }), { qos: 1 });
    await send(0);
    await send(1);
    expect((await ingest(batchOf(entry(stranger, { timestamp: at(2), speed: 2 })))).status).toBe(201);
    expect(plant.events).toEqual([]);
    const waiting = await call('GET', '/ingest/unknown');
    expect(waiting.body.machines).toMatchObject([
      {
        machine_id: stranger,
        readings_count: 3,
        topic: telemetry,
        suggestion: { name: 'Machine 0f8fad5b', location: 'Plant 7', sensor_type: 'lathe' },
      },
    ]);
    const accepted = await call('POST', `/ingest/unknown/${stranger}/accept`, { name: 'Lathe 7' });
    expect(accepted).toMatchObject({
      status: 201,
      body: {
        machine: {
          machine_id: stranger,
          name: 'Lathe 7',
          sensor_type: 'lathe',
          latest: { timestamp: at(2), speed: 2 },
        },
      },
    });
    expect(await plant.stored(stranger)).toHaveLength(3);
    expect((await call('GET', '/ingest/unknown')).body.machines).toEqual([]);
    expect((await call('POST', `/ingest/unknown/${stranger}/accept`, {})).status).toBe(404);
  });

  it('are deleted and refused once they are rejected', async () => {
    await reopen({ AUTO_PROVISION: 'approve' });
    const client = await plant.connect();
    await client.publishAsync(telemetry, '{"speed":1}', { qos: 1 });
    expect((await call('POST', `/ingest/unknown/${stranger}/reject`)).status).toBe(200);
    expect(await plant.stored(stranger)).toEqual([]);
    await client.publishAsync(telemetry, '{"speed":1}', { qos: 1 });
    expect(await plant.stored(stranger)).toEqual([]);
    expect(plant.deadLetters.counts()).toEqual({ unknown_machine: 1 });
  });

  it('are created at once where that is configured, and only once when messages arrive at the same time', async () => {
    await reopen({ AUTO_PROVISION: 'on' });
    const clients = await Promise.all([plant.connect(), plant.connect()]);
    const sent = clients.flatMap((client, c) =>
      Array.from({ length: 10 }, (_, i) =>
        client.publishAsync(telemetry, JSON.stringify({ timestamp: at(c * 10 + i), speed: 1 }), { qos: 1 }),
      ),
    );
    await Promise.all([...sent, ingest(batchOf(entry(stranger, { timestamp: at(50), speed: 1 })))]);
    expect(plant.machines.get(stranger)?.record).toMatchObject({ name: 'Machine 0f8fad5b' });
    expect(await plant.stored(stranger)).toHaveLength(21);
    expect(plant.events.filter((event) => event.kind === 'machine' && event.machineId === stranger)).toHaveLength(1);
    await clients[0]?.publishAsync(`factory/A/machine/${'x'.repeat(201)}/telemetry`, '{"speed":1}', { qos: 1 });
    expect(plant.deadLetters.counts()).toEqual({ unknown_machine: 1 });
  });

  it('acknowledges a message for known and unknown machines when both parts are stored', async () => {
    await reopen({ AUTO_PROVISION: 'on' });
    const client = await plant.connect();
    const both = [machineId, stranger].map((id) => ({ machine_id: id, timestamp: at(0), speed: 1 }));
    await client.publishAsync('gonsters/sensors/x', JSON.stringify(both), { qos: 1 });
    expect(await plant.stored(machineId)).toHaveLength(1);
    expect(await plant.stored(stranger)).toHaveLength(1);
  });
});
