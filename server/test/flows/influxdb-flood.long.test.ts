// InfluxDB that does not answer while devices send as fast as they can.

import { isoTime } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { request } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { openFlood } from './support/flood.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';

const program = findInfluxdb();
const WAIT = { timeout: 20_000, interval: 50 };
const FIRST_MS = Date.now() - 3_600_000;
const MIB = 1024 * 1024;

function batchOf(machineId: string, firstMs: number, count: number) {
  const readings = Array.from({ length: count }, (_, i) => ({ timestamp: isoTime(firstMs + i), speed: 1 }));
  return {
    gateway_id: 'gw-1',
    timestamp: isoTime(Date.now()),
    batch: [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }],
  };
}

describe.skipIf(program === null)('InfluxDB', () => {
  let influxdb: InfluxdbServer;
  beforeAll(async () => {
    influxdb = await startInfluxdb(program as string);
  });
  afterAll(() => influxdb.stop());

  test('if it cannot store a flood of readings, clients are pushed back and memory stays bounded', async () => {
    const proxy = await startFaultProxy({ port: Number(new URL(influxdb.url).port) });
    onTestFinished(() => proxy.stop());
    const server = await startUntilFinished(await temporaryDirectory(), {
      ...influxdb.settings('plant'),
      INFLUXDB_URL: `http://127.0.0.1:${proxy.port}`,
      INFLUXDB_TIMEOUT: '2',
      MQTT_PORT: '0',
    });
    const { machineId, token } = await addPress(server);
    await proxy.set({ kind: 'silent' });
    const figure = async (name: string) => {
      const text = await (await fetch(`${server.http}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    };
    const before = await figure('process_resident_memory_bytes');
    const clients = await Promise.all(
      Array.from({ length: 3 }, (_, i) => openFlood(server.mqtt, machineId, FIRST_MS, i)),
    );
    onTestFinished(() => {
      for (const client of clients) client.stop();
    });
    for (const client of clients) client.begin();
    // None of the clients can send any more.
    await vi.waitFor(
      () => expect(clients.map((client) => client.stuckForMs() > 500)).toEqual([true, true, true]),
      WAIT,
    );
    const posted = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        request(server.http, token, 'POST', '/data/ingest', batchOf(machineId, FIRST_MS + i * 5_000, 5_000)),
      ),
    );
    expect(posted.map((reply) => reply.status)).toEqual(posted.map(() => 503));
    expect(await figure('gonsters_pending_readings')).toBeLessThanOrEqual(200_000);
    const grownBy = (await figure('process_resident_memory_bytes')) - before;
    const sent = clients.reduce((sum, client) => sum + client.sentBytes(), 0);
    expect(sent).toBeLessThan(60 * MIB);
    expect(grownBy).toBeLessThan(250 * MIB);
    const acknowledged = clients.map((client) => client.acknowledged());
    await proxy.set({ kind: 'none' });
    await vi.waitFor(
      () =>
        expect(clients.map((client, i) => client.acknowledged() > Number(acknowledged[i]))).toEqual([true, true, true]),
      { timeout: 60_000, interval: 50 },
    );
  }, 150_000);
});
