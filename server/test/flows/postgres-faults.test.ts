// Faults of PostgreSQL: what users and gateways notice while it is down, cuts connections, does not answer or is slow.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { findPostgres } from '../support/find-program.ts';
import { queryPostgres as query } from '../support/query-postgres.ts';
import { type PostgresServer, startPostgres } from '../support/start-postgres.ts';
import { request, signIn } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { type LivePress, openLivePress } from './support/live-press.ts';
import { makeCertificate } from './support/make-certificate.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';
import { type Reply, type StartedCore, startCore } from './support/start-core.ts';

const programs = findPostgres();
const tls = makeCertificate();
/** It is told within two seconds where the computer has nothing else to do. */
const SOON = { timeout: 10_000, interval: 50 };
const WAIT = { timeout: 20_000, interval: 100 };
/** Shorter than in the plant, so that the tests are. */
const SHORT = 'statement_timeout=800&query_timeout=1000';
let postgres: PostgresServer;

async function openProxy(): Promise<{ proxy: FaultProxy; url: string; directUrl: string }> {
  const proxy = await startFaultProxy({ port: postgres.port });
  onTestFinished(() => proxy.stop());
  const directUrl = await postgres.createMigratedDatabase();
  return { proxy, directUrl, url: `${directUrl.replace(`:${postgres.port}/`, `:${proxy.port}/`)}?${SHORT}` };
}

interface Plant extends LivePress {
  core: StartedCore;
  addMachine(name: string): Promise<Reply>;
}

async function openPlant(url: string): Promise<Plant> {
  const core = await startCore({ DATABASE_URL: url, MQTT_PORT: '0' });
  onTestFinished(() => core.remove());
  return {
    core,
    ...(await openLivePress(core)),
    addMachine: (name) =>
      core.as('Supervisor', 'POST', '/data/machine', { body: { name, location: 'Hall A', sensor_type: 'press' } }),
  };
}

describe.skipIf(programs === null)('PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres(programs as string, tls);
  });
  afterAll(() => postgres.stop());

  test('a read-only database is reported, and so is its recovery', async () => {
    const url = await postgres.createMigratedDatabase();
    const { core } = await openPlant(url);
    const isReady = () => core.send('GET', '//health/ready');
    const readOnly = async (value: 'on' | 'off') => {
      // Of a session that may write whatever the setting says.
      const writing = `${url}?options=-c%20default_transaction_read_only%3Doff`;
      await query(writing, `alter system set default_transaction_read_only = ${value}`);
      await query(writing, 'select pg_reload_conf()');
    };
    onTestFinished(() => readOnly('off'));
    await vi.waitFor(async () => expect(await isReady()).toMatchObject({ body: { parts: { database: 'up' } } }), SOON);
    await readOnly('on');
    await vi.waitFor(async () => {
      expect(await isReady()).toMatchObject({
        status: 200,
        body: {
          status: 'degraded',
          parts: { database: 'degraded', readings: 'up' },
          reasons: { database: 'The database stores nothing: cannot execute UPDATE in a read-only transaction.' },
        },
      });
    }, SOON);
    expect((await core.send('GET', '//metrics')).text).toContain('gonsters_part_up{part="database"} 0.5');
    await readOnly('off');
    await vi.waitFor(async () => expect(await isReady()).toMatchObject({ body: { parts: { database: 'up' } } }), SOON);
  });

  test.each<[string, Fault]>([
    ['is gone', { kind: 'refuse' }],
    ['resets every connection', { kind: 'reset' }],
    ['breaks off in the middle of its answers', { kind: 'cut', afterBytes: 20 }],
    ['does not answer any more', { kind: 'silent' }],
  ])(
    'while it %s readings are stored, acknowledged and live; other writes are refused, and alerts are stored afterwards',
    async (_what, fault) => {
      const { proxy, url, directUrl } = await openProxy();
      const plant = await openPlant(url);
      await plant.publish(60);
      await proxy.set(fault);

      // More at once than there are connections: none of them hangs.
      const replies = await Promise.all(Array.from({ length: 15 }, (_, i) => plant.addMachine(`Press ${i + 2}`)));
      expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 503));
      expect(replies.map((reply) => reply.headers.get('retry-after'))).toEqual(replies.map(() => '5'));
      await expect(plant.core.signIn('manager1')).rejects.toThrow('503');

      // An alert that is raised, goes and is raised again, all of it while the database is away.
      for (const temperature of [99, 60, 98]) await plant.publish(temperature);
      await vi.waitFor(() => expect(plant.seen).toEqual([60, 99, 60, 98]), WAIT);
      expect(plant.alerts).toEqual([]);
      expect(await plant.core.send('GET', '//health/ready')).toMatchObject({
        status: 200,
        body: { status: 'degraded', parts: { database: 'down', readings: 'up', ingest: 'up' } },
      });

      await proxy.set({ kind: 'none' });
      await vi.waitFor(() => expect(plant.alerts.length).toBeGreaterThanOrEqual(3), WAIT);
      await vi.waitFor(async () => expect((await plant.addMachine('Press 1b')).status).toBe(201), WAIT);
      await plant.core.signIn('manager1');
      // In order, and each once: stored, announced, and in the outbox.
      expect(plant.alerts.map((alert) => alert.state)).toEqual(['active_unacked', 'cleared_unacked', 'active_unacked']);
      const seqs = plant.alerts.map((alert) => alert.seq);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      expect(await query(directUrl, 'select state from alerts')).toEqual([{ state: 'active_unacked' }]);
      const told = await query(directUrl, 'select kind from notifications order by kind');
      expect(told.map((row) => row.kind)).toEqual(['alert.cleared', 'alert.raised', 'alert.raised']);
      await plant.publish(61);
      await vi.waitFor(() => expect(plant.seen.at(-1)).toBe(61), WAIT);
    },
    60_000,
  );

  test('when it is slow only writes to it are slow, not readings', async () => {
    const { proxy, url } = await openProxy();
    const plant = await openPlant(url);
    await proxy.set({ kind: 'delay', ms: 60 });
    const started = performance.now();
    const added = plant.addMachine('Press 2').then(() => performance.now() - started);
    for (let i = 0; i < 10; i++) await plant.publish(60 + i / 10);
    const tenReadingsMs = performance.now() - started;
    expect(await added).toBeGreaterThan(tenReadingsMs);
    expect(plant.seen).toHaveLength(10);
  }, 60_000);

  test('a stop ends in time and regularly although it does not answer', async () => {
    const { proxy, url } = await openProxy();
    // The times of the plant: nothing ends by itself before the stop.
    const server = await startUntilFinished(await temporaryDirectory(), { DATABASE_URL: url.replace(SHORT, '') });
    const { machineId, token } = await addPress(server);
    const gateway = await connectAsync(server.mqtt);
    onTestFinished(() => gateway.endAsync(true));
    await proxy.set({ kind: 'silent' });
    // A request and a change of an alert that wait for it.
    const another = { name: 'Press 2', location: 'Hall A', sensor_type: 'press' };
    const refused = request(server.http, token, 'POST', '/data/machine', another).then(
      (reply) => reply.status,
      () => 'closed',
    );
    await gateway.publishAsync(`factory/f/machine/${machineId}/telemetry`, '{"temperature":99}', { qos: 1 });
    const started = performance.now();
    expect(await server.end('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect([503, 'closed']).toContain(await refused);
  }, 60_000);

  test('with TLS its certificate is verified by the certificate authority of the environment', async () => {
    const authority = join(await temporaryDirectory(), 'authority.pem');
    await writeFile(authority, tls.cert);
    const url = `${(await postgres.createMigratedDatabase()).replace('127.0.0.1', 'localhost')}?sslmode=verify-full`;
    const env = { DATABASE_URL: url, NODE_EXTRA_CA_CERTS: authority };
    const server = await startUntilFinished(await temporaryDirectory(), env);
    await signIn(server.http);
  }, 60_000);
});
