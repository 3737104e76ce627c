// Kills the real process at random moments under mixed load: acknowledged ⊆ stored ⊆ sent, and nothing is stored twice.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runCount } from '../support/run-count.ts';
import { type RunningServer, request, signIn, startProcess } from '../support/start-process.ts';

const KILLS = runCount(4, 25);
const MACHINES = 6;
/** Unacknowledged readings per machine for each kind of client. */
const IN_FLIGHT = 5;
/** At least this many readings are acknowledged before each kill. */
const LEAST_LOAD = 20;
const LOADED = { timeout: 60_000, interval: 5 };

let dataDir: string;
let server: RunningServer | null = null;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gonsters-crash-'));
});
afterAll(async () => {
  await server?.end('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** The sent and the acknowledged readings by machine: timestamp → value. */
class SentReadings {
  readonly sent = new Map<string, Map<number, number>>();
  readonly acknowledged = new Map<string, Set<number>>();
  readonly #base = Date.now() - 3_600_000;
  #count = 0;
  acknowledgedCount = 0;

  next(machineId: string): { timestamp: number; temperature: number } {
    this.#count += 1;
    // Every reading has a unique timestamp and a unique value.
    const reading = { timestamp: this.#base + this.#count, temperature: 55 + this.#count / 1e6 };
    this.#of(this.sent, machineId, () => new Map()).set(reading.timestamp, reading.temperature);
    return reading;
  }

  acknowledge(machineId: string, timestamps: number[]): void {
    const set = this.#of(this.acknowledged, machineId, () => new Set());
    for (const timestamp of timestamps) set.add(timestamp);
    this.acknowledgedCount += timestamps.length;
  }

  #of<T>(map: Map<string, T>, key: string, make: () => T): T {
    const found = map.get(key) ?? make();
    map.set(key, found);
    return found;
  }
}

/** Publishes over MQTT, one reading at a time per slot, until the connection breaks. */
async function publishUntilBroken(
  url: string,
  machineIds: string[],
  sentReadings: SentReadings,
  isOver: () => boolean,
): Promise<void> {
  const client = mqtt.connect(url, { reconnectPeriod: 0, connectTimeout: 5000 });
  client.on('error', () => {});
  const closed = new Promise<false>((resolve) => client.once('close', () => resolve(false)));
  const connected = new Promise<true>((resolve) => client.once('connect', () => resolve(true)));
  if (!(await Promise.race([connected, closed]))) return;
  const publish = (machineId: string, reading: object) =>
    client.publishAsync(`factory/f1/machine/${machineId}/telemetry`, JSON.stringify(reading), { qos: 1 }).then(
      () => true,
      () => false,
    );
  await Promise.all(
    machineIds.flatMap((machineId) =>
      Array.from({ length: IN_FLIGHT }, async () => {
        while (!isOver()) {
          const reading = sentReadings.next(machineId);
          if (!(await Promise.race([publish(machineId, reading), closed]))) return;
          sentReadings.acknowledge(machineId, [reading.timestamp]);
        }
      }),
    ),
  );
  client.end(true);
}

/** Posts batches over HTTP until the connection breaks. */
async function postUntilBroken(
  http: string,
  token: string,
  machineIds: string[],
  sentReadings: SentReadings,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const batch = machineIds.map((machine_id) => ({
      machine_id,
      sensor_type: 'Spindle',
      location: 'Hall A',
      readings: Array.from({ length: 10 }, () => {
        const reading = sentReadings.next(machine_id);
        return { ...reading, timestamp: new Date(reading.timestamp).toISOString() };
      }),
    }));
    try {
      const reply = await request(http, token, 'POST', '/data/ingest', {
        gateway_id: 'gw-1',
        timestamp: new Date().toISOString(),
        batch,
      });
      if (reply.status !== 201) throw new Error(`Ingest answered ${reply.status} ${JSON.stringify(reply.body)}`);
    } catch (error) {
      if (isOver() || error instanceof TypeError) return;
      throw error;
    }
    for (const { machine_id, readings } of batch) {
      sentReadings.acknowledge(
        machine_id,
        readings.map((reading) => Date.parse(reading.timestamp)),
      );
    }
  }
}

it(`loses no acknowledged reading over ${KILLS} kills under mixed load`, { timeout: 600_000 }, async () => {
  server = await startProcess(dataDir, { JWT_ACCESS_TOKEN_EXPIRES: '86400' });
  const token = await signIn(server.http);
  const created = await request(
    server.http,
    token,
    'POST',
    '/data/machines/import',
    Array.from({ length: MACHINES }, (_, i) => ({ name: `M-${i}`, location: 'Hall A', sensor_type: 'Spindle' })),
  );
  expect(created.status).toBe(201);
  const list = await request(server.http, token, 'GET', '/data/machines?limit=100');
  const machineIds = (list.body.machines as { machine_id: string }[]).map((machine) => machine.machine_id);
  expect(machineIds).toHaveLength(MACHINES);

  const sentReadings = new SentReadings();
  let seed = 20_260_115;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };

  for (let kill = 0; kill < KILLS; kill++) {
    const running = server;
    let over = false;
    const isOver = () => over;
    const clients = Promise.all([
      publishUntilBroken(running.mqtt, machineIds, sentReadings, isOver),
      publishUntilBroken(running.mqtt, machineIds, sentReadings, isOver),
      postUntilBroken(running.http, token, machineIds, sentReadings, isOver),
    ]);
    // Some readings must be acknowledged first, however slow the computer is. After that the moment of the kill is random.
    const before = sentReadings.acknowledgedCount;
    await vi.waitFor(() => expect(sentReadings.acknowledgedCount - before).toBeGreaterThan(LEAST_LOAD), LOADED);
    await new Promise((resolve) => setTimeout(resolve, random() * 500));
    over = true;
    await running.end('SIGKILL');
    await clients;
    server = await startProcess(dataDir, { JWT_ACCESS_TOKEN_EXPIRES: '86400' });
  }

  let acknowledgedCount = 0;
  for (const machineId of machineIds) {
    const stored = new Map<number, number>();
    for (let offset = 0; ; offset += 100_000) {
      const page = await request(
        server.http,
        token,
        'GET',
        `/data/machine/${machineId}?start_time=2020-01-01T00:00:00Z&order=asc&limit=100000&offset=${offset}`,
      );
      expect(page.status).toBe(200);
      for (const row of page.body.data as { timestamp: string; temperature: number }[]) {
        const timestamp = Date.parse(row.timestamp);
        expect(stored.has(timestamp), `twice: ${row.timestamp}`).toBe(false);
        stored.set(timestamp, row.temperature);
      }
      if (!(page.body.pagination as { has_more: boolean }).has_more) break;
    }
    const sent = sentReadings.sent.get(machineId) ?? new Map<number, number>();
    const acknowledged = sentReadings.acknowledged.get(machineId) ?? new Set<number>();
    expect([...acknowledged].filter((timestamp) => !stored.has(timestamp))).toEqual([]);
    expect([...stored].filter(([timestamp, value]) => sent.get(timestamp) !== value)).toEqual([]);
    acknowledgedCount += acknowledged.size;
  }
  expect(acknowledgedCount).toBeGreaterThan(KILLS * LEAST_LOAD);

  expect(await server.end('SIGTERM')).toBe(0);
});
