// Readings that are published over MQTT are stored, evaluated and published live, and acknowledged only when they are durable.

import { connect as connectSocket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFlood } from './support/flood.ts';
import { type StartedIngest, startIngest, until } from './support/start-ingest.ts';

let plant: StartedIngest;
let machineId: string;
beforeAll(async () => {
  plant = await startIngest();
});
beforeEach(async () => {
  [machineId] = (await plant.addMachines(1)) as [string];
});
afterAll(() => plant.stop());

const AT_MS = Date.UTC(2026, 0, 15, 10, 30);
const at = (i: number) => new Date(AT_MS + i * 1000).toISOString();
const telemetry = (id: string) => `factory/A/machine/${id}/telemetry`;

describe('publishing', () => {
  it.each([0, 1, 2] as const)('stores messages of QoS %i in both layouts, and publishes them once', async (qos) => {
    const client = await plant.connect();
    plant.events.length = 0;
    const batch = {
      gateway_id: 'g',
      timestamp: at(0),
      batch: [{ machine_id: machineId, readings: [{ timestamp: at(1), speed: 1 }] }],
    };
    await client.publishAsync(telemetry(machineId), JSON.stringify({ timestamp: at(0), temperature: 70.5 }), { qos });
    await client.publishAsync('gonsters/sensors/line', JSON.stringify(batch), { qos });
    await client.publishAsync(
      'gonsters/sensors/line',
      JSON.stringify({ machine_id: machineId, timestamp: AT_MS + 2000, pressure: 0 }),
      { qos },
    );
    await until('three readings are stored', async () => (await plant.stored(machineId)).length === 3);
    expect(await plant.stored(machineId)).toEqual([
      { timestamp: at(0), temperature: 70.5, pressure: null, speed: null },
      { timestamp: at(1), temperature: null, pressure: null, speed: 1 },
      { timestamp: at(2), temperature: null, pressure: 0, speed: null },
    ]);
    const announced = plant.events.flatMap((event) => (event.kind === 'readings' ? event.readings.length : []));
    expect(announced.reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(plant.machines.get(machineId)?.latestMs).toBe(AT_MS + 2000);
  });

  it('uses the time of arrival for a gateway without a clock', async () => {
    const client = await plant.connect();
    const before = Date.now();
    await client.publishAsync(telemetry(machineId), '{"temperature":1}', { qos: 1 });
    const [reading] = await plant.stored(machineId);
    expect(Date.parse(reading?.timestamp as string)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(reading?.timestamp as string)).toBeLessThanOrEqual(Date.now());
  });

  it('raises an alert from a stored reading', async () => {
    const client = await plant.connect();
    await client.publishAsync(telemetry(machineId), JSON.stringify({ temperature: 95 }), { qos: 1 });
    await plant.alerts.whenIdle();
    const { alerts } = await plant.alerts.page({ machineId, limit: 10 });
    expect(alerts).toHaveLength(1);
  });

  it('stores a reading once, however often it is sent', async () => {
    const client = await plant.connect();
    const payload = JSON.stringify({ timestamp: at(0), temperature: 70 });
    await Promise.all(
      [1, 1, 2, 2, 1].map((qos) => client.publishAsync(telemetry(machineId), payload, { qos: qos as 1 | 2 })),
    );
    expect(await plant.stored(machineId)).toHaveLength(1);
  });

  it('stores every reading of a client that sends many at once and disconnects', async () => {
    const client = await plant.connect();
    for (let i = 0; i < 2000; i++)
      client.publish(telemetry(machineId), JSON.stringify({ timestamp: at(i), speed: i }), { qos: 0 });
    await client.endAsync();
    await until('all are stored', async () => (await plant.stored(machineId)).length === 2000);
  });
});

describe('the acknowledgement', () => {
  it.each([1, 2] as const)('of QoS %i is sent only after the commit, for all messages together', async (qos) => {
    const client = await plant.connect();
    const attempts = plant.readings.attempts;
    plant.readings.hold();
    let acknowledged = 0;
    const all = Array.from({ length: 20 }, (_, i) =>
      client
        .publishAsync(telemetry(machineId), JSON.stringify({ timestamp: at(i), speed: i }), { qos })
        .then(() => acknowledged++),
    );
    await until('the store is asked', () => plant.readings.attempts > attempts);
    // A message of another client that needs no store is acknowledged meanwhile.
    await (await plant.connect()).publishAsync('gonsters/sensors/x', 'no reading', { qos });
    expect(acknowledged).toBe(0);
    expect(await plant.stored(machineId)).toEqual([]);
    plant.readings.release();
    await Promise.all(all);
    expect(await plant.stored(machineId)).toHaveLength(20);
  });

  it('waits while the store accepts nothing, without a disconnect, and is sent when the store is back', async () => {
    const client = await plant.connect();
    plant.readings.isFailing = true;
    let acknowledged = false;
    const published = client.publishAsync(telemetry(machineId), '{"speed":1}', { qos: 1 }).then(() => {
      acknowledged = true;
    });
    const attempts = plant.readings.attempts;
    await until('the store was asked again and again', () => plant.readings.attempts >= attempts + 3);
    expect(acknowledged).toBe(false);
    expect(client.connected).toBe(true);
    plant.readings.isFailing = false;
    await published;
    expect(await plant.stored(machineId)).toHaveLength(1);
  });

  it('of QoS 2 is sent for a message that is stored once, also when it is repeated on a new connection', async () => {
    const raw = (packet: unknown) => mqttPacket.generate(packet as Packet);
    const connect = raw({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: false,
      clientId: `q2-${machineId}`,
      keepalive: 0,
    });
    const publish = (dup: boolean) =>
      raw({
        cmd: 'publish',
        topic: telemetry(machineId),
        payload: '{"speed":1}',
        qos: 2,
        messageId: 7,
        dup,
        retain: false,
      });
    const pubrec = raw({ cmd: 'pubrec', messageId: 7 }).toString('hex');
    for (const dup of [false, true]) {
      const socket = connectSocket(plant.address.port, '127.0.0.1');
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString('hex');
      });
      socket.write(Buffer.concat([connect, publish(dup)]));
      await until('PUBREC came', () => received.endsWith(pubrec));
      socket.destroy();
    }
    expect(await plant.stored(machineId)).toHaveLength(1);
  });

  it('is sent for everything accepted before a stop', async () => {
    const other = await startIngest();
    const [id] = (await other.addMachines(1)) as [string];
    const client = await other.connect();
    other.readings.hold();
    const published = client.publishAsync(telemetry(id), '{"speed":1}', { qos: 1 });
    await until('the store is asked', () => other.readings.attempts > 0);
    const stopped = other.source.stop();
    other.readings.release();
    await published;
    await stopped;
    expect(await other.stored(id)).toHaveLength(1);
    await other.source.stop();
    await other.stop();
  });
});

describe('backpressure', () => {
  it('stores everything once when more arrives than the store accepts at a time', { timeout: 60_000 }, async () => {
    const small = await startIngest({}, 500);
    const ids = await small.addMachines(4);
    small.readings.hold();
    const clients = await Promise.all(ids.map(() => small.connect()));
    const published = clients.flatMap((client, c) =>
      Array.from({ length: 1000 }, (_, i) =>
        client.publishAsync(telemetry(ids[c] as string), JSON.stringify({ timestamp: at(i), speed: i }), { qos: 1 }),
      ),
    );
    await until('the store is asked', () => small.readings.attempts > 0);
    small.readings.release();
    await Promise.all(published);
    for (const id of ids) expect(await small.stored(id)).toHaveLength(1000);
    await small.stop();
  });

  it('stops reading sockets when too many readings wait, and continues when they are stored', {
    timeout: 60_000,
  }, async () => {
    const [id] = (await plant.addMachines(1)) as [string];
    const client = await plant.connect();
    const readings = Array.from({ length: 3000 }, (_, i) => ({ timestamp: AT_MS + i, speed: i }));
    plant.readings.hold();
    const published = Array.from({ length: 50 }, (_, block) => {
      const shifted = readings.map((reading) => ({ ...reading, timestamp: reading.timestamp + block * 3000 }));
      return client.publishAsync(telemetry(id), JSON.stringify(shifted), { qos: 1 });
    });
    const pending = async () =>
      Number(/gonsters_pending_readings (\d+)/.exec(await plant.metrics.registry.metrics())?.[1]);
    await until('too many readings wait', async () => (await pending()) > 100_000);
    // Meanwhile other clients are not read either.
    const other = plant.connect();
    const isFirst = await Promise.race([
      other.then(() => false),
      new Promise((resolve) => setTimeout(resolve, 200, true)),
    ]);
    expect(isFirst).toBe(true);
    expect(await pending()).toBeLessThan(150_000);
    plant.readings.release();
    await other;
    await Promise.all(published);
    const total = await plant.readings.raw({
      ...{ machineId: id, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, order: 'asc', offset: 0, limit: 1 },
      ...{ metrics: [0], everyReading: true },
    });
    expect(total.total).toBe(150_000);
  });

  it('slows clients down while the disk stalls, and acknowledges everything afterwards', {
    timeout: 60_000,
  }, async () => {
    const slow = await startIngest();
    const [id] = (await slow.addMachines(1)) as [string];
    const url = `mqtt://127.0.0.1:${slow.address.port}`;
    const clients = await Promise.all([0, 1, 2].map((i) => openFlood(url, id, AT_MS + i * 10_000_000, i)));
    const pending = async () => (await slow.metrics.pendingReadings.get()).values[0]?.value ?? 0;
    slow.readings.delayMs = 700;
    const before = process.memoryUsage().rss;
    for (const client of clients) client.begin(120);
    let most = 0;
    await until('the disk has stalled a few times', async () => {
      most = Math.max(most, await pending());
      return slow.readings.attempts >= 6;
    });
    expect(most).toBeGreaterThan(50_000);
    expect(clients.some((client) => client.acknowledged() < 120)).toBe(true);
    slow.readings.delayMs = 0;
    await until('all is acknowledged', async () => {
      most = Math.max(most, await pending());
      return clients.every((client) => client.acknowledged() === 120);
    });
    expect(most).toBeLessThan(120_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    const range = { machineId: id, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, order: 'asc' as const };
    expect((await slow.readings.raw({ ...range, offset: 0, limit: 1, metrics: [0], everyReading: true })).total).toBe(
      360_000,
    );
    for (const client of clients) client.stop();
    await slow.stop();
  });

  it('bounds memory when many clients wait to be read, and reads all of them in turn', {
    timeout: 60_000,
  }, async () => {
    const crowded = await startIngest({}, 1_000_000);
    const [id] = (await crowded.addMachines(1)) as [string];
    const url = `mqtt://127.0.0.1:${crowded.address.port}`;
    const clients = await Promise.all(Array.from({ length: 150 }, (_, i) => openFlood(url, id, AT_MS, i)));
    const pending = async () => (await crowded.metrics.pendingReadings.get()).values[0]?.value ?? 0;
    crowded.readings.hold();
    for (const client of clients) client.begin(4);
    await until('too many readings wait', async () => (await pending()) > 100_000);
    crowded.readings.release();
    let most = 0;
    await until('all are acknowledged', async () => {
      most = Math.max(most, await pending());
      return clients.every((client) => client.acknowledged() === 4);
    });
    expect(most).toBeLessThan(120_000);
    for (const client of clients) client.stop();
    await crowded.stop();
  });
});
