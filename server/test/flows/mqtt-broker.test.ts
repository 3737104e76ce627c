// Readings from an external broker: they are stored before they are acknowledged, and the broker keeps them while no server runs.

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { type MosquittoServer, startMosquitto } from '../support/start-mosquitto.ts';
import { type RunningServer, request, signIn } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { makeCertificate } from './support/make-certificate.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';

const program = findMosquitto();
const WAIT = { timeout: 20_000, interval: 100 };
const FIRST_MS = Date.now() - 3_600_000;

async function open(...settings: Parameters<typeof startMosquitto> extends [string, ...infer Rest] ? Rest : never) {
  const broker = await startMosquitto(program as string, ...settings);
  onTestFinished(() => broker.stop());
  return broker;
}

const startOn = (broker: MosquittoServer, dataDir: string, env: Record<string, string> = {}) =>
  startUntilFinished(dataDir, {
    MQTT_BROKER_HOST: broker.host,
    MQTT_BROKER_PORT: String(broker.port),
    MQTT_CLIENT_ID: 'node-1',
    ...env,
  });

const untilBroker = (server: RunningServer, state: 'up' | 'degraded') =>
  vi.waitFor(async () => {
    expect(await (await fetch(`${server.http}/health/ready`)).json()).toMatchObject({ parts: { broker: state } });
  }, WAIT);

async function publisher(broker: MosquittoServer, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://${broker.host}:${broker.port}`, { reconnectPeriod: 100, ...options });
  onTestFinished(() => client.endAsync(true));
  return client;
}

/** Mosquitto 2.0 loses messages of QoS 2 from a client that has more than this many in flight. */
const UNDER_WAY = 20;

/** Publishes the readings `from` to `to`, a second apart. Resolves when the broker has acknowledged them. */
async function publish(client: MqttClient, machineId: string, from: number, to: number, qos: 1 | 2 = 1): Promise<void> {
  for (let at = from; at < to; at += UNDER_WAY) {
    await Promise.all(
      Array.from({ length: Math.min(UNDER_WAY, to - at) }, (_, i) =>
        client.publishAsync(
          `factory/f/machine/${machineId}/telemetry`,
          JSON.stringify({ timestamp: FIRST_MS + (at + i) * 1000, speed: at + i }),
          { qos },
        ),
      ),
    );
  }
}

async function storedSpeeds(server: RunningServer, token: string, machineId: string): Promise<number[]> {
  const range = `start_time=${new Date(FIRST_MS).toISOString()}&order=asc&limit=100000`;
  const { body } = await request(server.http, token, 'GET', `/data/machine/${machineId}?${range}`);
  return (body.data as { speed: number }[]).map((reading) => reading.speed);
}

const untilStored = (server: RunningServer, token: string, machineId: string, count: number) =>
  vi.waitFor(async () => {
    expect(await storedSpeeds(server, token, machineId)).toEqual(Array.from({ length: count }, (_, i) => i));
  }, WAIT);

/** The token is still valid after a restart. */
const SAME_KEY = { JWT_SECRET_KEY: 'x'.repeat(32) };

describe.skipIf(program === null)('with Mosquitto', () => {
  test.each([1, 2] as const)(
    'every reading of QoS %i is stored once, also those sent while the server was away',
    async (qos) => {
      const broker = await open();
      const dataDir = await temporaryDirectory();
      const first = await startOn(broker, dataDir, { MQTT_QOS: String(qos) });
      const { machineId, token } = await addPress(first);
      await untilBroker(first, 'up');
      const client = await publisher(broker);
      await publish(client, machineId, 0, 500, qos);
      await untilStored(first, token, machineId, 500);
      expect(await first.end('SIGTERM')).toBe(0);
      await publish(client, machineId, 500, 900, qos);
      const second = await startOn(broker, dataDir, { MQTT_QOS: String(qos) });
      await untilStored(second, await signIn(second.http), machineId, 900);
    },
    60_000,
  );

  test('a kill under load loses nothing that the broker has accepted', async () => {
    const broker = await open();
    const dataDir = await temporaryDirectory();
    let server = await startOn(broker, dataDir, SAME_KEY);
    const { machineId, token } = await addPress(server);
    await untilBroker(server, 'up');
    const client = await publisher(broker);
    const PART = 400;
    for (let round = 0; round < 4; round++) {
      const sent = publish(client, machineId, round * PART, (round + 1) * PART);
      const half = round * PART + PART / 2;
      await vi.waitFor(
        async () => {
          expect((await storedSpeeds(server, token, machineId)).length).toBeGreaterThan(half);
        },
        { ...WAIT, interval: 5 },
      );
      await server.end('SIGKILL');
      await sent;
      server = await startOn(broker, dataDir, SAME_KEY);
    }
    await untilStored(server, await signIn(server.http), machineId, 4 * PART);
  }, 90_000);

  test('the server reconnects to a broker that is restarted, and the broker publishes the status of the server', async () => {
    const broker = await open();
    const server = await startOn(broker, await temporaryDirectory());
    const { machineId, token } = await addPress(server);
    await untilBroker(server, 'up');
    const client = await publisher(broker);
    const statuses: string[] = [];
    client.on('message', (_topic, payload) => {
      statuses.push((JSON.parse(payload.toString()) as { status: string }).status);
    });
    await client.subscribeAsync('factory/backend/status', { qos: 1 });
    await vi.waitFor(() => expect(statuses).toContain('online'), WAIT);
    await publish(client, machineId, 0, 50);
    await untilStored(server, token, machineId, 50);
    await broker.end();
    await untilBroker(server, 'degraded');
    await broker.start();
    // Mosquitto 2.0 loses shared subscriptions at a restart, until a subscriber is back.
    await untilBroker(server, 'up');
    await publish(client, machineId, 50, 100);
    await untilStored(server, token, machineId, 100);

    // The broker publishes the will of a server that did not disconnect cleanly.
    await server.end('SIGKILL');
    await vi.waitFor(() => expect(statuses.at(-1)).toBe('offline'), WAIT);
  }, 60_000);

  test('a payload that can never be stored is acknowledged and kept as rejected data, and later ones are stored', async () => {
    const broker = await open();
    const server = await startOn(broker, await temporaryDirectory());
    const { machineId, token } = await addPress(server);
    await untilBroker(server, 'up');
    const client = await publisher(broker);
    await client.publishAsync(`factory/f/machine/${machineId}/telemetry`, 'no JSON', { qos: 1 });
    await publish(client, machineId, 0, 20);
    await untilStored(server, token, machineId, 20);
    const { body } = await request(server.http, token, 'GET', '/ingest/rejected');
    expect(body.counts).toEqual({ not_json: 1 });
  }, 60_000);

  test('the server connects to a broker that is started later', async () => {
    const broker = await open();
    await broker.end();
    const server = await startOn(broker, await temporaryDirectory());
    const { machineId, token } = await addPress(server);
    await broker.start();
    // The session begins with the first connection; the broker keeps messages only from then on.
    await untilBroker(server, 'up');
    await publish(await publisher(broker), machineId, 0, 20);
    await untilStored(server, token, machineId, 20);
  }, 60_000);

  test('passwords and TLS', async () => {
    const { cert, key } = makeCertificate();
    const passwords = join(await temporaryDirectory(), 'passwords');
    await writeFile(passwords, 'backend:secret\n');
    await promisify(execFile)('mosquitto_passwd', ['-U', passwords]);
    const hashed = await readFile(passwords, 'utf8');
    const broker = await open(
      [
        'allow_anonymous false',
        'password_file {directory}/passwords',
        'certfile {directory}/cert.pem',
        'keyfile {directory}/key.pem',
      ],
      { passwords: hashed, 'cert.pem': cert, 'key.pem': key },
    );
    const authority = join(await temporaryDirectory(), 'ca.pem');
    await writeFile(authority, cert);
    const server = await startOn(broker, await temporaryDirectory(), {
      MQTT_BROKER_HOST: `mqtts://${broker.host}`,
      MQTT_USERNAME: 'backend',
      MQTT_PASSWORD: 'secret',
      NODE_EXTRA_CA_CERTS: authority,
    });
    const { machineId, token } = await addPress(server);
    await untilBroker(server, 'up');
    const client = await publisher(broker, { protocol: 'mqtts', ca: cert, username: 'backend', password: 'secret' });
    await publish(client, machineId, 0, 10);
    await untilStored(server, token, machineId, 10);
  }, 60_000);
});
