// Two servers behind nginx, configured as in the production containers: after one is killed, users and devices continue.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import { describe, expect, it } from 'vitest';
import { findInfluxdb, findMosquitto, findNginx, findPostgres, findRedis } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { startInfluxdb } from '../support/start-influxdb.ts';
import { startMosquitto } from '../support/start-mosquitto.ts';
import { startPostgres } from '../support/start-postgres.ts';
import { request, signIn, startProcess } from '../support/start-process.ts';
import { startRedis } from '../support/start-redis.ts';
import { makeCertificate } from './support/make-certificate.ts';

const SETTINGS = resolve(import.meta.dirname, '../../../docker/nginx/nginx.conf');
const programs = {
  postgres: findPostgres(),
  redis: findRedis(),
  influxdb: findInfluxdb(),
  mosquitto: findMosquitto(),
  nginx: findNginx(),
};
const READINGS = 40;
const STEP_MS = 1_000;

describe.skipIf(Object.values(programs).includes(null))('two servers behind nginx', () => {
  it('lose no reading and no session when one is killed', async () => {
    const stops: (() => Promise<unknown>)[] = [];
    const running = <T>(part: T, stop: (part: T) => Promise<unknown>): T => {
      stops.push(() => stop(part));
      return part;
    };
    try {
      const directory = running(await mkdtemp(join(tmpdir(), 'gonsters-two-servers-')), (each) =>
        rm(each, { recursive: true, force: true }),
      );
      const postgres = running(await startPostgres(programs.postgres ?? ''), (each) => each.stop());
      const redis = running(await startRedis(programs.redis ?? ''), (each) => each.stop());
      const influxdb = running(await startInfluxdb(programs.influxdb ?? ''), (each) => each.stop());
      const broker = running(await startMosquitto(programs.mosquitto ?? ''), (each) => each.stop());
      const env = {
        DATABASE_URL: await postgres.createMigratedDatabase(),
        REDIS_URL: redis.url,
        ...influxdb.settings('gonsters'),
        MQTT_BROKER_HOST: broker.host,
        MQTT_BROKER_PORT: String(broker.port),
        JWT_SECRET_KEY: 'the same for every server of the plant',
        TRUST_PROXY: '127.0.0.1',
      };
      const startServer = async (name: string) =>
        running(await startProcess(join(directory, name), env), (each) => each.end('SIGKILL'));
      const servers = [await startServer('server-1'), await startServer('server-2')] as const;
      const url = await startProxy(
        directory,
        servers.map(({ http }) => new URL(http).host),
        running,
      );

      const token = await signIn(servers[0].http);
      const made = await request(servers[0].http, token, 'POST', '/data/machine', {
        ...{ name: 'Press 1', location: 'Hall A', sensor_type: 'press' },
      });
      const machineId = made.body.machine_id as string;
      const heard = new Set<number>();
      let greetings = 0;
      const client = running(
        io(url, {
          auth: { token },
          transports: ['websocket'],
          rejectUnauthorized: false,
          reconnectionDelay: 100,
          reconnectionDelayMax: 200,
        }),
        async (each) => each.disconnect(),
      );
      client.on('connected', () => {
        greetings++;
        client.emit('subscribe_all');
      });
      client.on('sensor_data', ({ temperature }: { temperature: number }) => heard.add(temperature));
      const device = running(await connectAsync(`mqtt://${broker.host}:${broker.port}`), (each) => each.endAsync(true));
      const startMs = Date.now() - 3_600_000;
      const publish = async (from: number, to: number) => {
        for (let i = from; i < to; i++) {
          const reading = { timestamp: new Date(startMs + i * STEP_MS).toISOString(), temperature: i };
          await device.publishAsync(`factory/plant/machine/${machineId}/telemetry`, JSON.stringify(reading), {
            qos: 1,
          });
        }
      };
      await expect.poll(() => greetings).toBe(1);
      await publish(0, READINGS / 2);
      // From both servers, over one connection.
      await expect.poll(() => heard.size, { timeout: 10_000 }).toBe(READINGS / 2);

      // The server of the live connection: nginx sends the same address to the same server.
      const [holder, other] = await withConnection(servers);
      await holder.end('SIGKILL');
      await expect.poll(() => greetings, { timeout: 10_000 }).toBe(2);
      expect(await statusOf(`${url}/api/v1/data/machines`, token)).toBe(200);
      await publish(READINGS / 2, READINGS);

      // Messages that the broker assigned to the killed server wait at the broker until it is back.
      await startServer(holder === servers[0] ? 'server-1' : 'server-2');
      const stored = async () => {
        const path = `/data/machine/${machineId}?start_time=2026-01-01&limit=1`;
        const { body } = await request(other.http, token, 'GET', path);
        return (body.pagination as { total_records: number }).total_records;
      };
      await expect.poll(stored, { timeout: 20_000, interval: 200 }).toBe(READINGS);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  }, 90_000);
});

async function startProxy(
  directory: string,
  hosts: string[],
  running: <T>(part: T, stop: (part: T) => Promise<unknown>) => T,
): Promise<string> {
  const { cert, key } = makeCertificate();
  await writeFile(join(directory, 'cert.pem'), cert);
  await writeFile(join(directory, 'key.pem'), key);
  const port = await freePort();
  const settings = (await readFile(SETTINGS, 'utf8'))
    .replaceAll('/tmp/', `${directory}/`)
    .replace(/ssl_certificate .*;/, `ssl_certificate ${directory}/cert.pem;`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${directory}/key.pem;`)
    .replace('listen 8443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('listen 8080', `listen 127.0.0.1:${await freePort()}`)
    .replace('server-1:5000', hosts[0] as string)
    .replace('server-2:5000', hosts[1] as string);
  const file = join(directory, 'nginx.conf');
  await writeFile(file, settings);
  // Started as root, it would otherwise change to a user that cannot write here.
  const how = process.getuid?.() === 0 ? 'daemon off; user root;' : 'daemon off;';
  running(spawn(programs.nginx ?? '', ['-p', directory, '-c', file, '-g', how], { stdio: 'ignore' }), async (proxy) => {
    const ended = once(proxy, 'exit');
    proxy.kill('SIGTERM');
    await ended;
  });
  const url = `https://localhost:${port}`;
  await expect.poll(() => statusOf(`${url}/health`, ''), { timeout: 10_000 }).toBe(200);
  return url;
}

function statusOf(url: string, token: string): Promise<number> {
  return new Promise((resolved) => {
    const headers = { authorization: `Bearer ${token}` };
    httpsRequest(url, { headers, rejectUnauthorized: false }, (reply) => {
      reply.resume();
      resolved(reply.statusCode ?? 0);
    })
      .once('error', () => resolved(0))
      .end();
  });
}

/** The servers, first the one with the only live connection. */
async function withConnection<T extends { http: string }>([a, b]: readonly [T, T]): Promise<[T, T]> {
  const metrics = await (await fetch(`${a.http}/metrics`)).text();
  return /^gonsters_live_connections 1$/m.test(metrics) ? [a, b] : [b, a];
}
