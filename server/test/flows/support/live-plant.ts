// The live gateway on a real port, with the real core and real clients.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientToServer, type Permission, ROLE_PERMISSIONS, type ServerToClient } from '@gonsters/contract';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import type { Database } from '../../../src/database/database.ts';
import { AppError } from '../../../src/errors.ts';
import type { EventBus } from '../../../src/events/event-bus.ts';
import { LocalEventBus } from '../../../src/events/local-event-bus.ts';
import { SocketGateway } from '../../../src/live/socket-gateway.ts';
import { silentLogger } from '../../../src/log.ts';
import { MachineNewest } from '../../../src/machines/machine-newest.ts';
import { ProcessMetrics } from '../../../src/process-metrics.ts';
import { BatchBuilder, EMPTY_BATCH, GOOD, type ReadingBatch } from '../../../src/readings/reading-batch.ts';
import type { ShownMetrics } from '../../../src/readings/shown-metrics.ts';
import type { Principal } from '../../../src/users/access-tokens.ts';
import type { SessionService } from '../../../src/users/session-service.ts';
import { ONLY_GAUGES } from '../../support/only-gauges.ts';
import { openDatabaseOfPlant } from '../../support/real-servers.ts';
import { startServices } from './start-services.ts';

export type Client = Socket<ServerToClient, ClientToServer>;

/** Access tokens without their cryptography, which `SessionService` has tests of its own for. */
class TokenBook {
  readonly #principals = new Map<string, Principal>();
  readonly #revoked = new Set<string>();
  readonly isRestricted = () => false;

  issue(more: { lifetimeMs?: number; permissions?: readonly Permission[] } = {}): { token: string; sessionId: string } {
    const token = randomUUID();
    const sessionId = randomUUID();
    this.#principals.set(token, {
      userId: randomUUID(),
      username: 'operator1',
      role: 'Operator',
      permissions: more.permissions ?? ROLE_PERMISSIONS.Operator,
      factoryId: null,
      sessionId,
      tokenId: randomUUID(),
      expiresAtMs: Date.now() + (more.lifetimeMs ?? 3_600_000),
    });
    return { token, sessionId };
  }

  revoke(sessionId: string): void {
    this.#revoked.add(sessionId);
  }

  async verify(token: string): Promise<Principal> {
    const principal = this.#principals.get(token);
    if (principal === undefined) throw new AppError('unauthenticated');
    if (principal.expiresAtMs <= Date.now()) throw new AppError('token_expired');
    if (this.#revoked.has(principal.sessionId)) throw new AppError('token_revoked');
    return principal;
  }
}

/** The dependencies of sessions. */
export interface Signing {
  database: Database;
  bus: EventBus;
  clock: Clock;
}

/** Everything is closed when the test ends. Without `sessions` a token is whatever `tokens` issued. */
export async function openPlant(
  options: {
    machines?: number;
    corsOrigins?: string[];
    /** What the live clients are told of metrics; without it, every metric is a gauge. */
    metrics?: ShownMetrics;
    sessions?: (deps: Signing) => Pick<SessionService, 'verify' | 'isRestricted'>;
  } = {},
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-live-'));
  const database = await openDatabaseOfPlant(dataDir);
  const bus = new LocalEventBus(silentLogger);
  const metrics = new ProcessMetrics();
  const clock = systemClock;
  const log = silentLogger;
  const services = await startServices({ database, bus, clock, metrics }, EMPTY_BATCH);
  const { settings, machines, alerts } = services;
  const catalogue = options.metrics ?? ONLY_GAUGES;
  // What stands for a machine follows from the same metrics.
  Object.assign(machines, { newest: new MachineNewest({ ...catalogue, headlineOf: () => [] }) });
  const tokens = new TokenBook();
  const config = { corsOrigins: options.corsOrigins ?? [] };
  const sessions = options.sessions?.({ database, bus, clock }) ?? tokens;
  const gateway = new SocketGateway({
    ...{ sessions, machines, alerts, settings, bus, clock, config, metrics, log },
    catalogue,
  });
  const http = createServer((_request, response) => response.writeHead(404).end());
  gateway.start(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  const inputs = Array.from({ length: options.machines ?? 3 }, (_, i) => ({
    name: `Press ${i}`,
    location: `Halle ${i % 2} · Süd`,
    sensor_type: 'press',
    status: 'active' as const,
  }));
  const machineIds = (await machines.create(inputs)).map((machine) => machine.machine_id);
  const clients: Client[] = [];

  onTestFinished(async () => {
    for (const client of clients) client.disconnect();
    await gateway.stop();
    await gateway.stop();
    http.close();
    http.closeAllConnections();
    await alerts.stop();
    machines.stop();
    await bus.stop();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  return {
    alerts,
    bus,
    gateway,
    machineIds,
    machines,
    metrics,
    settings,
    tokens,
    url,
    /** A client that connects, by default with a new token. */
    connect(more: Partial<ManagerOptions & SocketOptions> = {}): Client {
      const client: Client = io(url, {
        auth: { token: tokens.issue().token },
        forceNew: true,
        reconnection: false,
        transports: ['websocket'],
        ...more,
      });
      clients.push(client);
      return client;
    },
    /** Does what ingest does after readings are stored. */
    announce(readings: ReadingBatch): void {
      machines.observe(readings);
      alerts.evaluate(readings);
      bus.publish({ kind: 'readings', readings });
    },
  };
}
export type Plant = Awaited<ReturnType<typeof openPlant>>;

/** Rows of `[machine, time, values]`, by the number of their metric; NaN or an omitted value was not measured. */
export function readingsOf(...rows: readonly [string, number, readonly number[]][]): ReadingBatch {
  const builder = new BatchBuilder();
  for (const [machineId, timestampMs, values] of rows) {
    for (const [metric, value] of values.entries()) if (!Number.isNaN(value)) builder.addValue(metric, value, GOOD);
    builder.endReading(machineId, timestampMs);
  }
  return builder.finish();
}

type Body<E extends keyof ServerToClient> = Parameters<ServerToClient[E]>[0];

/** The next event of a name, or the next that matches. */
export function next<E extends keyof ServerToClient>(
  client: Client,
  name: E,
  fits: (body: Body<E>) => boolean = () => true,
): Promise<Body<E>> {
  return new Promise((resolve) => {
    const listener = (body: Body<E>) => {
      if (!fits(body)) return;
      client.off(name, listener as never);
      resolve(body);
    };
    client.on(name, listener as never);
  });
}

/** Every event of a name from now on. */
export function collect<E extends keyof ServerToClient>(client: Client, name: E): Body<E>[] {
  const bodies: Body<E>[] = [];
  client.on(name, ((body: Body<E>) => bodies.push(body)) as never);
  return bodies;
}

/** The code of the refusal. */
export function refusal(client: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    client.on('connect', () => reject(new Error('It was let in')));
    client.on('connect_error', (error) => resolve((error as { data?: { code: string } }).data?.code ?? error.message));
  });
}
