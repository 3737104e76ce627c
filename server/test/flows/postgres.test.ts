// The whole program on PostgreSQL: data survive restarts, and the server continues while the database is down.

import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findPostgres } from '../support/find-program.ts';
import { type PostgresServer, startPostgres } from '../support/start-postgres.ts';
import { request, signIn } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startUntilFinished } from './support/process-plant.ts';

const programs = findPostgres();
let postgres: PostgresServer;

const start = (dataDir: string, url: string) =>
  startUntilFinished(dataDir, { DATABASE_URL: url, MQTT_ALLOW_ANONYMOUS: 'true' });

const PRESS = { name: 'Press 1', location: 'Hall A', sensor_type: 'press' };

describe.skipIf(programs === null)('with PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres(programs as string);
  });
  afterAll(() => postgres.stop());

  test('machines, users and settings survive a restart, and the data directory has no database', async () => {
    const [dataDir, url] = [await temporaryDirectory(), await postgres.createMigratedDatabase()];
    const first = await start(dataDir, url);
    const token = await signIn(first.http);
    const { body } = await request(first.http, token, 'POST', '/data/machine', PRESS);
    const setting = { setting_name: 'max_temperature_threshold', setting_value: '70' };
    expect((await request(first.http, token, 'POST', '/config/update', setting)).status).toBe(200);
    expect(await first.end('SIGTERM')).toBe(0);

    // Another machine, another data directory: what PostgreSQL holds is all the same.
    const second = await start(await temporaryDirectory(), url);
    const again = await signIn(second.http);
    const machine = await request(second.http, again, 'GET', `/data/machines/${body.machine_id}`);
    expect(machine.body).toMatchObject({ machine: { name: 'Press 1', location: 'Hall A' } });
    const config = await request(second.http, again, 'GET', '/config');
    expect(config.body).toMatchObject({ config: { max_temperature_threshold: '70' } });
    expect((await request(second.http, again, 'POST', '/data/machine', PRESS)).status).toBe(409);
  });

  test('while the database is down readings are accepted, other writes are refused, and alerts are stored afterwards', async () => {
    const [dataDir, url] = [await temporaryDirectory(), await postgres.createMigratedDatabase()];
    const server = await start(dataDir, url);
    const token = await signIn(server.http);
    const { body } = await request(server.http, token, 'POST', '/data/machine', PRESS);
    const gateway = await connectAsync(server.mqtt);
    onTestFinished(() => gateway.endAsync());
    const publish = (temperature: number) =>
      gateway.publishAsync(`factory/f/machine/${body.machine_id}/telemetry`, JSON.stringify({ temperature }), {
        qos: 1,
      });
    await publish(60);

    await postgres.kill();
    const refused = await fetch(`${server.http}/api/v1/data/machine`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...PRESS, name: 'Press 2' }),
    });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    await publish(99);
    const latest = await request(server.http, token, 'GET', `/data/machines/${body.machine_id}`);
    expect(latest.body).toMatchObject({ machine: { latest: { temperature: 99 } } });

    await postgres.start();
    await vi.waitFor(
      async () => {
        const { body: page } = await request(server.http, token, 'GET', '/alerts?state=active');
        expect(page).toMatchObject({ alerts: [{ machine_id: body.machine_id, severity: 'critical', value: 99 }] });
      },
      { timeout: 20_000, interval: 200 },
    );
    expect((await request(server.http, token, 'POST', '/data/machine', { ...PRESS, name: 'Press 2' })).status).toBe(
      201,
    );
  });

  test('the start fails with the reason, without the password, if the database cannot be reached', async () => {
    const url = 'postgres://gonsters:very-secret@127.0.0.1:1/none';
    await expect(start(await temporaryDirectory(), url)).rejects.toThrow(/database cannot be reached/i);
    await expect(start(await temporaryDirectory(), url)).rejects.not.toThrow(/very-secret/);
  });
});
