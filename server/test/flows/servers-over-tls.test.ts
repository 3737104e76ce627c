// Connections over TLS to the servers that a node depends on. Only certificates of the configured authority are accepted.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { startMosquitto } from '../support/start-mosquitto.ts';
import type { RunningServer } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { makeCertificate } from './support/make-certificate.ts';
import { startUntilFinished } from './support/process-plant.ts';
import { hasServers, type Servers, startServers } from './support/start-nodes.ts';

const mosquittoProgram = findMosquitto();
const WAIT = { timeout: 20_000, interval: 100 };
const own = makeCertificate();
const foreign = makeCertificate();

/** Terminates TLS in front of a server without TLS, as stunnel does. @returns its port */
async function putTlsBefore(port: number): Promise<number> {
  const front = createServer(own, (client) => {
    const server = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  front.on('tlsClientError', () => {});
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => void front.close());
  return (front.address() as AddressInfo).port;
}

async function start(env: Record<string, string>, authority: { cert: string }): Promise<RunningServer> {
  const file = join(await temporaryDirectory(), 'authority.pem');
  await writeFile(file, authority.cert);
  return startUntilFinished(await temporaryDirectory(), { ...env, NODE_EXTRA_CA_CERTS: file });
}

const untilPart = (server: RunningServer, part: string, state: string) =>
  vi.waitFor(async () => {
    const { parts } = (await (await fetch(`${server.http}/health/ready`)).json()) as { parts: Record<string, string> };
    expect(parts[part]).toBe(state);
  }, WAIT);

describe.skipIf(!hasServers || mosquittoProgram === null)('over TLS', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  const kinds = [
    [
      'Redis',
      'bus',
      'degraded',
      'Redis cannot be reached',
      async () => ({
        REDIS_URL: `rediss://localhost:${await putTlsBefore(Number(new URL(servers.redis.url).port))}`,
        JWT_SECRET_KEY: 'x'.repeat(32),
      }),
    ],
    [
      'InfluxDB',
      'readings',
      'down',
      'InfluxDB',
      async () => ({
        ...servers.influxdb.settings('over-tls'),
        INFLUXDB_URL: `https://localhost:${await putTlsBefore(Number(new URL(servers.influxdb.url).port))}`,
      }),
    ],
    [
      'the broker',
      'broker',
      'degraded',
      'The MQTT broker cannot be reached',
      async () => {
        const settings = ['allow_anonymous true', 'certfile {directory}/cert.pem', 'keyfile {directory}/key.pem'];
        const files = { 'cert.pem': own.cert, 'key.pem': own.key };
        const broker = await startMosquitto(mosquittoProgram as string, settings, files);
        onTestFinished(() => broker.stop());
        return { MQTT_BROKER_HOST: 'mqtts://localhost', MQTT_BROKER_PORT: String(broker.port) };
      },
    ],
  ] as const;

  test.each(kinds)(
    '%s is accepted if its certificate is from the configured authority',
    async (_what, part, _state, _told, settings) => {
      await untilPart(await start(await settings(), own), part, 'up');
    },
    60_000,
  );

  test.each(kinds)(
    '%s with a certificate of another authority is refused, and the log says why',
    async (...kind) => {
      const [, part, state, told, settings] = kind;
      const server = await start(await settings(), foreign);
      await untilPart(server, part, state);
      await vi.waitFor(() => expect(server.log()).toContain(told), WAIT);
      expect(server.log()).toMatch(/self.signed certificate/);
    },
    60_000,
  );
});
