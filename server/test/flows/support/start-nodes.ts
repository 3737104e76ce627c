// Several whole servers in this process, on one PostgreSQL, one InfluxDB and one Redis.

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientToServer, ServerToClient } from '@gonsters/contract';
import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { createApp } from '../../../src/app/app.ts';
import { readConfig } from '../../../src/config.ts';
import { silentLogger } from '../../../src/log.ts';
import { findInfluxdb, findPostgres, findRedis } from '../../support/find-program.ts';
import { startInfluxdb } from '../../support/start-influxdb.ts';
import { startPostgres } from '../../support/start-postgres.ts';
import { request, signIn } from '../../support/start-process.ts';
import { startRedis } from '../../support/start-redis.ts';
import type { AppOverrides } from './start-core.ts';

/** Of every node of a plant. */
const SHARED_KEY = 'a key that every node of the plant has';

export type NodeEnv = Record<string, string>;

const programs = { postgres: findPostgres(), redis: findRedis(), influxdb: findInfluxdb() };
export const hasServers = programs.postgres !== null && programs.redis !== null && programs.influxdb !== null;

/** The servers that several plants of a test file share. */
export async function startServers() {
  const [postgres, redis, influxdb] = await Promise.all([
    startPostgres(programs.postgres as string),
    startRedis(programs.redis as string),
    startInfluxdb(programs.influxdb as string),
  ]);
  return {
    ...{ postgres, redis, influxdb },
    /** What the nodes of a new, empty plant are given. */
    makePlant: async (): Promise<NodeEnv> => ({
      DATABASE_URL: await postgres.createMigratedDatabase(),
      REDIS_URL: redis.url,
      ...influxdb.settings(`plant-${randomUUID()}`),
      JWT_SECRET_KEY: SHARED_KEY,
    }),
    stop: () => Promise.all([postgres.stop(), redis.stop(), influxdb.stop()]),
  };
}
export type Servers = Awaited<ReturnType<typeof startServers>>;

/** Stopped when the test ends. `overrides` are what a test puts in place of the real thing. */
export async function startNode(env: NodeEnv, overrides: AppOverrides = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-node-'));
  const config = readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: '0',
    MQTT_PORT: 'off',
    DATA_DIR: dataDir,
    ...env,
  });
  const app = createApp(config, { log: silentLogger, tell: () => {}, webRoot: dataDir, ...overrides });
  onTestFinished(async () => {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const ready = await app.start();
  return {
    ...ready,
    dataDir,
    stop: () => app.stop(),
    signIn: (username?: string) => signIn(ready.http, username),
    request: (token: string, method: string, path: string, body?: unknown) =>
      request(ready.http, token, method, path, body),
    /** One reading over HTTP; resolves when it is stored. */
    send: async (token: string, machineId: string, reading: object) => {
      const batch = [
        {
          machine_id: machineId,
          sensor_type: 'press',
          location: 'Hall A',
          readings: [{ timestamp: new Date().toISOString(), ...reading }],
        },
      ];
      const body = { gateway_id: 'gw', timestamp: new Date().toISOString(), batch };
      const reply = await request(ready.http, token, 'POST', '/data/ingest', body);
      if (reply.status !== 201) throw new Error(`Ingest answered ${reply.status} ${JSON.stringify(reply.body)}`);
    },
    isLeader: async () => /^gonsters_keeps_watch 1$/m.test(await (await fetch(`${ready.http}/metrics`)).text()),
    /** A live client; closed when the test ends. */
    connect: (token: string): Socket<ServerToClient, ClientToServer> => {
      const client: Socket<ServerToClient, ClientToServer> = io(ready.http, {
        auth: { token },
        forceNew: true,
        reconnection: false,
        transports: ['websocket'],
      });
      onTestFinished(() => void client.disconnect());
      return client;
    },
  };
}
export type PlantNode = Awaited<ReturnType<typeof startNode>>;

export async function makeMachine(node: PlantNode, token: string): Promise<string> {
  const machine = { name: `Press ${randomUUID()}`, location: 'Hall A', sensor_type: 'press' };
  const { status, body } = await node.request(token, 'POST', '/data/machine', machine);
  if (status !== 201) throw new Error(`The machine was not made: ${status} ${JSON.stringify(body)}`);
  return body.machine_id as string;
}
