// Retained messages of an external broker, which it sends at every subscription: they create no machine.

import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { findMosquitto } from '../support/find-program.ts';
import { startMosquitto } from '../support/start-mosquitto.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const program = findMosquitto();
const WAIT = { timeout: 25_000, interval: 100 };
const HOUR_MS = 3_600_000;
/** Connections of the server to the broker. */
const CONNECTIONS = 16;

interface Row {
  timestamp: string;
  temperature: number | null;
}

interface Plant {
  core: StartedCore;
  proxy: FaultProxy;
  /** Resolves when the broker has acknowledged the message. */
  publish(machineId: string, payload: unknown, options?: { retain?: boolean; qos?: 0 | 1 | 2 }): Promise<unknown>;
  rows(machineId: string): Promise<Row[]>;
  machine(machineId: string): Promise<{ last_seen: string; connection: string; latest: unknown }>;
  alerts(machineId: string): Promise<Record<string, unknown>[]>;
  rejected(): Promise<{ counts: Record<string, number>; rejected: { reason: string; payload: string }[] }>;
  /** Resolves when the retained messages of every connection have been processed. */
  untilCaughtUp(): Promise<void>;
  reconnect(): Promise<void>;
}

async function openPlant(env: Record<string, string> = {}, isAwayAtFirst = false): Promise<Plant> {
  const broker = await startMosquitto(program as string);
  onTestFinished(() => broker.stop());
  const proxy = await startFaultProxy(broker);
  onTestFinished(() => proxy.stop());
  if (isAwayAtFirst) await proxy.set({ kind: 'refuse' });
  const core = await startCore({ MQTT_BROKER_HOST: proxy.host, MQTT_BROKER_PORT: String(proxy.port), ...env });
  onTestFinished(() => core.remove());
  const client: MqttClient = await connectAsync(`mqtt://${broker.host}:${broker.port}`);
  onTestFinished(() => client.endAsync(true));
  const probe = await core.addMachine('Probe');
  let probed = 0;

  const get = async <T>(path: string) => {
    const reply = await core.as<T>('Management', 'GET', path);
    expect(reply.status).toBe(200);
    return reply.body;
  };
  const publish: Plant['publish'] = (machineId, payload, options = {}) =>
    client.publishAsync(
      `factory/f/machine/${machineId}/telemetry`,
      typeof payload === 'string' ? payload : JSON.stringify(payload),
      { qos: 1, ...options },
    );
  const rows = async (machineId: string) =>
    (await get<{ data: Row[] }>(`/data/machine/${machineId}?start_time=1990-01-02&order=asc&limit=1000`)).data;
  const untilState = (state: string) =>
    vi.waitFor(async () => {
      expect((await core.send('GET', '//health/ready')).body).toMatchObject({ parts: { broker: state } });
    }, WAIT);
  return {
    ...{ core, proxy, publish, rows },
    machine: async (machineId) =>
      (await get<{ machine: Awaited<ReturnType<Plant['machine']>> }>(`/data/machines/${machineId}`)).machine,
    alerts: async (machineId) =>
      (await get<{ alerts: Record<string, unknown>[] }>(`/alerts?machine_id=${machineId}`)).alerts,
    rejected: () => get('/ingest/rejected'),
    async untilCaughtUp() {
      await untilState('up');
      await vi.waitFor(() => expect(proxy.connections).toBe(CONNECTIONS), WAIT);
      // The broker distributes new messages in turn, and each connection receives them after the retained ones.
      const sent = Array.from({ length: 4 * CONNECTIONS }, () => ++probed);
      await Promise.all(sent.map((at) => publish(probe, { timestamp: Date.now() - HOUR_MS + at * 1000, speed: at })));
      await vi.waitFor(async () => expect(await rows(probe)).toHaveLength(probed), WAIT);
    },
    async reconnect() {
      await proxy.set({ kind: 'refuse' });
      await untilState('degraded');
      await proxy.set({ kind: 'none' });
    },
  };
}

const isoAgo = (ms: number) => new Date(Date.now() - ms).toISOString();

describe.skipIf(program === null)('a retained message of Mosquitto', () => {
  test.each([0, 1, 2] as const)(
    'of QoS %i without a time of its own is stored as it is published, and never again',
    async (qos) => {
      const { core, publish, rows, machine, alerts, rejected, untilCaughtUp, reconnect } = await openPlant({
        MQTT_QOS: qos === 2 ? '2' : '1',
      });
      const press = await core.addMachine('Press 1');
      await untilCaughtUp();
      await publish(press, { temperature: 97 }, { retain: true, qos });
      await vi.waitFor(async () => expect(await rows(press)).toHaveLength(1), WAIT);
      await publish(press, { temperature: 60 });
      await vi.waitFor(async () => expect(await rows(press)).toHaveLength(2), WAIT);
      const before = { machine: await machine(press), alerts: await alerts(press) };
      expect(before.alerts).toMatchObject([{ metric: 'temperature' }]);

      await core.restart();
      await untilCaughtUp();
      await reconnect();
      await untilCaughtUp();
      expect((await rows(press)).map(({ temperature }) => temperature)).toEqual([97, 60]);
      expect({ machine: await machine(press), alerts: await alerts(press) }).toEqual(before);
      // 16 connections, twice.
      const { counts, rejected: shown } = await rejected();
      expect(counts).toEqual({ retained: 1 });
      expect(shown).toMatchObject([{ reason: 'retained', payload: '{"temperature":97}' }]);
    },
    60_000,
  );

  test('with a timestamp is stored once, under that timestamp', async () => {
    const { core, publish, rows, machine, alerts, rejected, untilCaughtUp, reconnect } = await openPlant();
    const press = await core.addMachine('Press 1');
    await untilCaughtUp();
    await publish(press, { timestamp: isoAgo(3 * HOUR_MS), temperature: 97 }, { retain: true });
    await publish(press, { timestamp: isoAgo(2 * HOUR_MS), temperature: 60 });
    await vi.waitFor(async () => expect(await rows(press)).toHaveLength(2), WAIT);
    const before = { machine: await machine(press), alerts: await alerts(press), rows: await rows(press) };

    await core.restart();
    await untilCaughtUp();
    await reconnect();
    await untilCaughtUp();
    expect({ machine: await machine(press), alerts: await alerts(press), rows: await rows(press) }).toEqual(before);
    expect((await rejected()).counts).toEqual({});
  }, 60_000);

  test('that was published before the first connection is processed reading by reading: those with a timestamp are stored', async () => {
    const { core, proxy, publish, rows, machine, rejected, untilCaughtUp } = await openPlant({}, true);
    const press = await core.addMachine('Press 1');
    const atMs = Date.now() - 3 * HOUR_MS;
    await publish(press, [{ timestamp: atMs, temperature: 61 }, { temperature: 62 }, { temperature: 63 }], {
      retain: true,
    });
    await proxy.set({ kind: 'none' });
    await untilCaughtUp();
    expect(await rows(press)).toMatchObject([{ timestamp: new Date(atMs).toISOString(), temperature: 61 }]);
    expect(await machine(press)).toMatchObject({ connection: 'stale', last_seen: new Date(atMs).toISOString() });
    expect((await rejected()).counts).toEqual({ retained: 2 });
  }, 60_000);

  test('that is not a reading is counted once, however often the broker sends it', async () => {
    const { core, publish, rejected, untilCaughtUp, reconnect } = await openPlant();
    const press = await core.addMachine('Press 1');
    await untilCaughtUp();
    await publish(press, 'offline', { retain: true });
    await vi.waitFor(async () => expect((await rejected()).counts).toEqual({ not_json: 1 }), WAIT);
    await reconnect();
    await untilCaughtUp();
    await reconnect();
    await untilCaughtUp();
    // Once when it was published, once when it was sent as a retained message.
    expect((await rejected()).counts).toEqual({ not_json: 2 });
  }, 60_000);

  test.each(['on', 'approve'])(
    'makes no machine of one that was deleted: AUTO_PROVISION=%s',
    async (mode) => {
      const { core, publish, rows, untilCaughtUp, reconnect } = await openPlant({ AUTO_PROVISION: mode });
      const press = await core.addMachine('Press 1');
      await untilCaughtUp();
      await publish(press, { timestamp: isoAgo(HOUR_MS), temperature: 60 }, { retain: true });
      await vi.waitFor(async () => expect(await rows(press)).toHaveLength(1), WAIT);
      const { status } = await core.as('Management', 'DELETE', `/data/machines/${press}`);
      expect(status).toBe(200);
      await reconnect();
      await untilCaughtUp();
      await core.restart();
      await untilCaughtUp();
      expect((await core.as('Management', 'GET', `/data/machines/${press}`)).status).toBe(404);
      expect((await core.as('Management', 'GET', '/ingest/unknown')).body).toMatchObject({ machines: [] });
    },
    60_000,
  );
});
