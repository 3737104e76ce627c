// Versions of InfluxDB that are not installed: a real one behind a proxy that hides what they lack, and VictoriaMetrics.

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Logger } from '../../src/log.ts';
import type { RefusalReason } from '../../src/readings/refused-readings.ts';
import { findInfluxdb, findVictoriaMetrics } from '../support/find-program.ts';
import { type Fate, type FrontRequest, startInfluxdbFront } from '../support/influxdb-front.ts';
import type { InfluxdbServer } from '../support/start-influxdb.ts';
import { startVictoriaMetrics } from '../support/start-victoria-metrics.ts';
import { A, DAY, EVER, InfluxdbPlant, NOON, openInfluxdbPlant, unavailable, writesOf } from './influxdb-plant.ts';

const program = findInfluxdb();
const victoria = findVictoriaMetrics();

describe.skipIf(program === null)('readings in InfluxDB', () => {
  const plant = openInfluxdbPlant(program as string);
  const { open, append, raw, counts, runAllJobs } = plant;

  describe('with only what 2.x and 3.x offer', () => {
    /** Neither `/write` nor any statement except SELECT. */
    const asNewer = ({ url, body }: FrontRequest): Fate => {
      if (url.pathname === '/api/v2/write') {
        const { isVersion2 } = plant.server;
        return isVersion2 ? 'pass' : { path: `/write?db=${url.searchParams.get('bucket')}&precision=ns` };
      }
      if (url.pathname === '/write') return { status: 404, body: '404 page not found' };
      const statement = url.searchParams.get('q') ?? new URLSearchParams(body).get('q') ?? '';
      return statement.startsWith('SELECT')
        ? 'pass'
        : { status: 405, body: '{"code":"bad","message":"not supported"}' };
    };

    it('are written with bucket, organisation and token, and read the same way', async () => {
      const token = plant.server.access.token ?? 'secret';
      plant.front.decide = asNewer;
      plant.front.requests.length = 0;
      plant.store = await open({ token, org: 'plant' });
      await append([A, NOON, 1, 2, 3]);
      await runAllJobs();
      expect(await raw()).toEqual([[A, NOON, 1, 2, 3]]);
      expect(await counts('1h')).toEqual([1]);
      for (const { headers } of plant.front.requests) expect(headers.authorization).toBe(`Token ${token}`);
      const written = plant.front.requests.filter(({ url }) => url.pathname === '/api/v2/write');
      expect(written.length).toBeGreaterThan(1);
      expect(written.at(-1)?.url.search).toBe(`?bucket=${plant.bucket}&precision=ns&org=plant`);
    });

    it('that have expired are hidden if they cannot be deleted, and deleting a machine is refused', async () => {
      const warnings: unknown[] = [];
      const log = { error: () => {}, warn: (details: unknown) => warnings.push(details) } as unknown as Logger;
      plant.front.decide = asNewer;
      plant.store = await open({}, { log });
      await append([A, NOON, 1, 2, 3]);
      const shortly = { ...EVER, raw: 1 };
      for (let days = 3; days < 5; days++) await plant.store.runDueJobs(NOON + days * DAY, shortly);
      expect(warnings).toHaveLength(1);
      expect(await raw()).toEqual([]);
      expect(await counts('1d')).toEqual([1]);
      await expect(plant.store.deleteMachine(A)).rejects.toMatchObject({ code: 'conflict' });
      const asOther = (status: number, error: string) => (request: FrontRequest) =>
        request.body.includes('DELETE') ? { status, body: JSON.stringify({ results: [{ error }] }) } : asNewer(request);
      plant.front.decide = asOther(200, 'DELETE is not implemented');
      await expect(plant.store.deleteMachine(A)).rejects.toMatchObject({ code: 'conflict' });
      plant.front.decide = asOther(200, 'engine is closed');
      await expect(plant.store.deleteMachine(A)).rejects.toMatchObject(unavailable);
    });

    it('cannot be opened if there is no such bucket or access is refused', async () => {
      plant.front.decide = (request) =>
        request.url.pathname === '/api/v2/write'
          ? { status: 404, body: '{"code":"not found","message":"bucket \\"x\\" not found"}' }
          : asNewer(request);
      await expect(open()).rejects.toMatchObject({
        code: 'invalid_configuration',
        message: expect.stringContaining('bucket "x" not found'),
      });
      plant.front.decide = () => ({ status: 401, body: '{"error":"unauthorized"}' });
      await expect(open()).rejects.toMatchObject({ code: 'invalid_configuration' });
    });
  });

  const CONFLICT = "invalid column type for column 'speed'";
  it.each<[status: number, said: object, reason: RefusalReason, message: string]>([
    [400, { error: 'partial write: points beyond retention policy dropped=1' }, 'too_old', 'beyond retention policy'],
    [
      422,
      {
        message:
          'failure writing points to database: partial write: dropped 1 points outside retention policy of duration 72h ' +
          'dropped=1 for database: 8e62eb92851f076c for retention policy: autogen',
      },
      'too_old',
      'outside retention policy',
    ],
    [
      422,
      { message: 'partial write: field type conflict: input field "n" dropped=1' },
      'store_conflict',
      'type conflict',
    ],
    [
      400,
      { error: 'partial write of line protocol occurred', data: [{ line_number: 1, error_message: CONFLICT }] },
      'store_conflict',
      CONFLICT,
    ],
  ])(
    'are stored except for those that are refused for good, as each version reports them: %i %j',
    async (status, said, reason, message) => {
      plant.front.decide = (request) =>
        writesOf('sensor_readings,')(request) ? { status, body: JSON.stringify(said) } : 'pass';
      const refused = await append([A, NOON, 1, null, null]);
      expect(refused).toEqual([{ rows: [0], reason, message: expect.stringContaining(message) }]);
    },
  );
});

describe.skipIf(victoria === null)('VictoriaMetrics', () => {
  it('stores readings, also by the path of 2.x', async () => {
    const server = await startVictoriaMetrics(victoria as string);
    const plant = new InfluxdbPlant();
    plant.server = { access: { token: 'secret', org: null } } as InfluxdbServer;
    plant.front = await startInfluxdbFront(server.url);
    onTestFinished(async () => {
      await plant.front.stop();
      await server.stop();
    });
    plant.front.decide = ({ url }) => {
      if (url.pathname === '/write') return { status: 404, body: '404 page not found' };
      // It does not answer InfluxQL, so that earlier readings are unknown.
      return url.pathname === '/query' ? { status: 200, body: '{"results":[{"statement_id":0}]}' } : 'pass';
    };
    plant.bucket = 'plant';
    plant.nowMs = Date.now();
    plant.described = { [A]: { sensorType: 'Spindle', location: 'Hall A, gate 1' } };
    plant.store = await plant.open();
    await plant.append([A, plant.nowMs, 1.5, null, -2]);
    const exported = await vi.waitFor(
      async () => {
        await fetch(`${server.url}/internal/force_flush`);
        const answer = await fetch(`${server.url}/api/v1/export?match[]=sensor_readings_temperature`);
        return JSON.parse(await answer.text());
      },
      { timeout: 10_000 },
    );
    expect(exported).toEqual({
      metric: {
        __name__: 'sensor_readings_temperature',
        machine_id: A,
        sensor_type: 'Spindle',
        location: 'Hall A, gate 1',
      },
      values: [1.5],
      timestamps: [plant.nowMs],
    });
  });
});
