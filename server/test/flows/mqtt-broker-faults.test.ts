// Faults of the network between the server and an external broker: what the broker accepted is stored when the network is back.

import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { findMosquitto } from '../support/find-program.ts';
import { startMosquitto } from '../support/start-mosquitto.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const program = findMosquitto();
const WAIT = { timeout: 25_000, interval: 100 };
const FIRST_MS = Date.now() - 3_600_000;

interface Plant {
  proxy: FaultProxy;
  core: StartedCore;
  machineId: string;
  /** Publishes the readings `from` to `to`. Resolves when the broker has acknowledged them. */
  publish(from: number, to: number): Promise<unknown>;
  untilBroker(state: 'up' | 'degraded'): Promise<void>;
  /** Expects exactly the readings 0 to `count`, in order. */
  untilStored(count: number): Promise<void>;
}

/** Each test has a broker of its own, because a broker would distribute messages to the sessions of earlier tests. */
async function openPlant(fault: Fault = { kind: 'none' }): Promise<Plant> {
  const broker = await startMosquitto(program as string);
  onTestFinished(() => broker.stop());
  const proxy = await startFaultProxy(broker);
  onTestFinished(() => proxy.stop());
  await proxy.set(fault);
  const core = await startCore({
    MQTT_BROKER_HOST: proxy.host,
    MQTT_BROKER_PORT: String(proxy.port),
    MQTT_KEEPALIVE: '1',
  });
  onTestFinished(() => core.remove());
  const machineId = await core.addMachine('Press 1');
  const client: MqttClient = await connectAsync(`mqtt://${broker.host}:${broker.port}`);
  onTestFinished(() => client.endAsync(true));
  const range = `start_time=${new Date(FIRST_MS).toISOString()}&order=asc&limit=100000`;
  return {
    ...{ proxy, core, machineId },
    publish: (from, to) =>
      Promise.all(
        Array.from({ length: to - from }, (_, i) =>
          client.publishAsync(
            `factory/f/machine/${machineId}/telemetry`,
            JSON.stringify({ timestamp: FIRST_MS + (from + i) * 1000, speed: from + i }),
            { qos: 1 },
          ),
        ),
      ),
    untilBroker: (state) =>
      vi.waitFor(async () => {
        expect((await core.send('GET', '//health/ready')).body).toMatchObject({ parts: { broker: state } });
      }, WAIT),
    untilStored: (count) =>
      vi.waitFor(async () => {
        const { body } = await core.as('Operator', 'GET', `/data/machine/${machineId}?${range}`);
        const speeds = (body.data as { speed: number }[]).map((reading) => reading.speed);
        expect(speeds).toEqual(Array.from({ length: count }, (_, i) => i));
      }, WAIT),
  };
}

describe.skipIf(program === null)('between the server and Mosquitto', () => {
  test.each<[string, Fault]>([
    ['nobody listens', { kind: 'refuse' }],
    ['every connection is reset', { kind: 'reset' }],
    ['nothing goes through any more', { kind: 'silent' }],
  ])(
    'where %s, HTTP goes on; afterwards what came meanwhile is stored',
    async (_what, fault) => {
      const { proxy, core, machineId, publish, untilBroker, untilStored } = await openPlant();
      await untilBroker('up');
      await publish(0, 50);
      await untilStored(50);

      const sent = publish(50, 400);
      await proxy.set(fault);
      await sent;
      await untilBroker('degraded');
      await publish(400, 450);
      await core.ingest(machineId, [{ timestamp: new Date(FIRST_MS + 450_000).toISOString(), speed: 450 }]);

      await proxy.set({ kind: 'none' });
      await untilBroker('up');
      await publish(451, 500);
      await untilStored(500);
    },
    60_000,
  );

  test.each<[string, Fault]>([
    ['are slow', { kind: 'delay', ms: 20 }],
    ['are narrow', { kind: 'throttle', bytesPerSecond: 20_000 }],
  ])(
    'where connections %s, everything arrives all the same',
    async (_what, fault) => {
      const { proxy, publish, untilBroker, untilStored } = await openPlant();
      await untilBroker('up');
      await proxy.set(fault);
      await publish(0, 200);
      await untilStored(200);
    },
    60_000,
  );

  test('where connections are reset repeatedly, nothing is lost', async () => {
    const { proxy, publish, untilBroker, untilStored } = await openPlant();
    await untilBroker('up');
    await proxy.set({ kind: 'cut', afterBytes: 500 });
    await publish(0, 200);
    await vi.waitFor(() => expect(proxy.cuts).toBeGreaterThan(30), WAIT);
    await proxy.set({ kind: 'none' });
    await untilStored(200);
  }, 60_000);

  test('where the network is silent at the start, the server starts and subscribes later', async () => {
    const { proxy, publish, untilBroker, untilStored } = await openPlant({ kind: 'silent' });
    await untilBroker('degraded');
    await proxy.set({ kind: 'none' });
    await untilBroker('up');
    await publish(0, 20);
    await untilStored(20);
  }, 60_000);

  test('where the network is silent, a stop ends in time', async () => {
    const { proxy, core, untilBroker } = await openPlant();
    await untilBroker('up');
    await proxy.set({ kind: 'silent' });
    const started = performance.now();
    await core.stop();
    expect(performance.now() - started).toBeLessThan(8_000);
  }, 60_000);
});
