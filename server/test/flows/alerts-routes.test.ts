import { type Permission, ROLE_PERMISSIONS, type Role } from '@gonsters/contract';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAppError } from '../../src/errors.ts';
import type { Access, HttpApp } from '../../src/http/http-app.ts';
import { alertCommandRoutes } from '../../src/http/routes/alert-commands.ts';
import { alertRoutes } from '../../src/http/routes/alerts.ts';
import { limitRoutes } from '../../src/http/routes/limits.ts';
import { AlertPlant, START_MS } from './support/alert-plant.ts';

const HOT = { temperature: 81 };
const HOUR = 3_600_000;

/** Only the routes, with the role taken from a header. */
async function serve(plant: AlertPlant) {
  const audited: { action: string; target?: string | null; details?: unknown }[] = [];
  const app: HttpApp = fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('principal', null);
  app.decorateRequest('audit', async (record) => {
    audited.push(record);
  });
  const accessOf = new Map<string, Access | undefined>();
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) accessOf.set(`${method} ${route.url}`, route.config?.access);
  });
  app.addHook('onRequest', async (request, reply) => {
    const role = (request.headers['x-role'] ?? 'Supervisor') as Role;
    const permissions = ROLE_PERMISSIONS[role];
    const username = role.toLowerCase();
    const ids = { userId: '1', sessionId: '', tokenId: '' };
    request.principal = { ...ids, username, role, factoryId: null, permissions, expiresAtMs: 0 };
    const needed = request.routeOptions.config.access as Permission;
    if (!permissions.includes(needed)) await reply.code(403).send({ code: 'forbidden' });
  });
  app.setErrorHandler((error, _, reply) => {
    const statusOf: Record<string, number> = { not_found: 404, invalid_state: 409 };
    const status = statusOf[isAppError(error) ? error.code : ''] ?? 400;
    return reply.code(status).send(isAppError(error) ? { code: error.code, errors: error.faults } : { code: 'bad' });
  });
  await alertRoutes(app, {
    alerts: plant.alerts,
    machines: plant.machines,
    clock: plant.clock,
    catalogue: plant.reader,
    duty: { service: noShifts },
  });
  await alertCommandRoutes(app, plant);
  await limitRoutes(app, plant);
  await app.ready();
  return { app, audited, accessOf };
}

const noShifts = {
  calendar: {
    zone: 'UTC',
    pattern: 'none' as const,
    starts_on: '2026-01-01',
    shifts: [],
    crews: [],
    cycle: [],
    holidays: [],
  },
  shiftsBetween: () => [],
};

describe('the routes of alerts', () => {
  let plant: AlertPlant;
  let press: string;
  let lathe: string;
  let served: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => {
    plant = await AlertPlant.open();
    press = await plant.machine();
    lathe = await plant.machine('Lathe 1', 'Hall B', 'lathe');
    served = await serve(plant);
    plant.commit([press, 0, HOT], [lathe, 1000, { temperature: 95 }], [lathe, 2000, { temperature: 60 }]);
    await plant.alerts.whenIdle();
  });
  afterEach(async () => {
    await served.app.close();
    await plant.close();
  });
  const get = async (url: string) => (await served.app.inject(url)).json();
  const post = (url: string, body?: object, role: Role = 'Supervisor') =>
    served.app.inject({ method: 'POST', url, headers: { 'x-role': role }, ...(body ? { payload: body } : {}) });
  const names = async (query: string) =>
    (await get(`/alerts?${query}`)).alerts.map((alert: { machine_name: string }) => alert.machine_name);

  it('list alerts newest first, page by page', async () => {
    const first = await get('/alerts?limit=1');
    expect(first).toMatchObject({
      status: 'success',
      alerts: [
        {
          machine_id: lathe,
          metric: 'temperature',
          severity: 'critical',
          state: 'cleared_unacked',
          raised_at: '2026-01-15T10:00:01.000Z',
          cleared_at: '2026-01-15T10:00:02.000Z',
          limit_kind: 'high_high',
          acknowledged_at: null,
        },
      ],
    });
    const second = await get(`/alerts?limit=1&cursor=${first.next_cursor}`);
    expect(second).toMatchObject({ alerts: [{ machine_id: press }], next_cursor: null });
    expect(await get(`/alerts/${second.alerts[0].id}`)).toEqual({ status: 'success', alert: second.alerts[0] });
    expect(await get(`/alerts/${second.alerts[0].id.toUpperCase()}`)).toMatchObject({ alert: second.alerts[0] });
  });

  it('filter by state, severity, machine, metric and time', async () => {
    expect(await names('state=active')).toEqual(['Press 4']);
    expect(await names('state=active_unacked')).toEqual(['Press 4']);
    expect(await names('state=unacknowledged')).toEqual(['Lathe 1', 'Press 4']);
    expect(await names('state=shelved')).toEqual([]);
    expect(await names('state=open')).toEqual(['Lathe 1', 'Press 4']);
    expect(await names('severity=critical')).toEqual(['Lathe 1']);
    expect(await names(`machine_id=${press}`)).toEqual(['Press 4']);
    expect(await names(`machine_id=${press.toUpperCase()}`)).toEqual(['Press 4']);
    expect(await names('metric=connection')).toEqual([]);
    expect(await names('from=2026-01-15T10:00:01Z')).toEqual(['Lathe 1']);
    expect(await names('to=2026-01-15T10:00:01Z')).toEqual(['Press 4']);
    await plant.catalogue.define('vibration_rms', { label: 'Vibration', limits: { high: 4.5 } });
    plant.commit([press, 3000, { vibration_rms: 9 }]);
    await plant.alerts.whenIdle();
    expect((await get('/alerts?metric=vibration_rms')).alerts).toMatchObject([
      {
        ...{ machine_name: 'Press 4', metric: 'vibration_rms', condition: 'level', value: 9, threshold: 4.5 },
        message: 'Press 4: Vibration 9.00 mm/s above high limit 4.50 mm/s',
      },
    ]);
    expect((await served.app.inject('/alerts/export?metric=vibration_rms')).statusCode).toBe(200);
    expect((await served.app.inject('/alerts/export?metric=odd')).statusCode).toBe(400);
  });

  it('list every raise of an alert with its start, end, peak and limit', async () => {
    plant.commit(
      [lathe, 3000, { temperature: 84 }],
      [lathe, 4000, { temperature: 60 }],
      [lathe, 5000, { temperature: 82 }],
    );
    await plant.alerts.whenIdle();
    const [alert] = (await get(`/alerts?machine_id=${lathe}`)).alerts;
    expect(alert).toMatchObject({ raises: 3, raised_at: '2026-01-15T10:00:05.000Z', peak: 95, severity: 'warning' });
    const url = `/alerts/${alert.id}/raises`;
    const { status, raises, next_cursor } = await get(url);
    expect([status, next_cursor]).toEqual(['success', null]);
    expect(raises).toEqual([
      {
        number: 3,
        raised_at: '2026-01-15T10:00:05.000Z',
        cleared_at: null,
        severity: 'warning',
        limit_kind: 'high',
        threshold: 80,
        value: 82,
        peak: 82,
        reading_count: 1,
        escalation: null,
      },
      expect.objectContaining({ number: 2, peak: 84, cleared_at: '2026-01-15T10:00:04.000Z' }),
      expect.objectContaining({ number: 1, severity: 'critical', limit_kind: 'high_high', threshold: 88, peak: 95 }),
    ]);
    const first = await get(`${url}?limit=2`);
    expect(first.raises).toEqual(raises.slice(0, 2));
    expect(await get(`${url}?limit=2&cursor=${first.next_cursor}`)).toMatchObject({
      raises: [raises[2]],
      next_cursor: null,
    });
    expect((await get(`${url}?from=2026-01-15T10:00:03Z&to=2026-01-15T10:00:05Z`)).raises).toEqual([raises[1]]);
    expect((await get(`/alerts?to=2026-01-15T10:00:02Z&machine_id=${lathe}`)).alerts).toEqual([alert]);
    expect((await served.app.inject(`/alerts/${crypto.randomUUID()}/raises`)).statusCode).toBe(404);
    for (const wrong of ['limit=0', 'cursor=odd', 'from=x', 'from=2026-01-02&to=2026-01-01']) {
      expect((await served.app.inject(`${url}?${wrong}`)).statusCode).toBe(400);
    }
  });

  it('show the escalation of an alert', async () => {
    plant.commit([press, 3000, { temperature: 90 }]);
    await plant.alerts.whenIdle();
    const [alert] = (await get(`/alerts?machine_id=${press}`)).alerts;
    expect((await get(`/alerts/${alert.id}/raises`)).raises).toMatchObject([
      {
        severity: 'warning',
        threshold: 80,
        value: 81,
        peak: 90,
        escalation: {
          at: '2026-01-15T10:00:03.000Z',
          severity: 'critical',
          limit_kind: 'high_high',
          threshold: 88,
          value: 90,
        },
      },
    ]);
  });

  it('name the machine by its current name, in lists, in single alerts and in the export', async () => {
    await plant.machines.update(lathe, { name: 'Lathe 9', location: 'Hall Q' });
    const [alert] = (await get(`/alerts?machine_id=${lathe}`)).alerts;
    expect(alert).toMatchObject({ machine_name: 'Lathe 9', location: 'Hall Q', condition: 'level' });
    expect(alert.message).toBe('Lathe 9: Temperature 95.0 °C above high-high limit 88.0 °C');
    expect((await get(`/alerts/${alert.id}`)).alert).toMatchObject({ machine_name: 'Lathe 9', location: 'Hall Q' });
    plant.nowMs = START_MS + HOUR;
    expect((await served.app.inject('/alerts/export')).body).toContain('Lathe 9,Hall Q,temperature');
  });

  it.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'state=odd',
    'severity=odd',
    'machine_id=1',
    'metric=odd',
    'from=yesterday',
    'cursor=odd',
    'from=2026-01-02&to=2026-01-01',
  ])('refuse %s', async (query) => {
    expect((await served.app.inject(`/alerts?${query}`)).statusCode).toBe(400);
  });

  it('acknowledge with or without a note, any number of times, and write to the audit log', async () => {
    const [alert] = (await get('/alerts?state=active')).alerts;
    const reply = await post(`/alerts/${alert.id}/acknowledge`, { note: 'on my way' }, 'Operator');
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({
      status: 'success',
      alert: { state: 'active_acked', acknowledged_by: 'operator', acknowledge_note: 'on my way' },
    });
    expect((await post(`/alerts/${alert.id}/acknowledge`)).json()).toEqual(reply.json());
    expect(served.audited[0]).toEqual({
      action: 'alert.acknowledge',
      target: alert.id,
      details: {
        ...{ machine_name: 'Press 4', location: alert.location, metric: 'temperature', limit_kind: 'high' },
        ...{ severity: 'warning', note: 'on my way' },
      },
    });
    expect((await post(`/alerts/${crypto.randomUUID()}/acknowledge`, {})).statusCode).toBe(404);
  });

  it('shelve for a Supervisor and up, and unshelve', async () => {
    const [alert] = (await get('/alerts?state=active')).alerts;
    const until = new Date(START_MS + HOUR).toISOString();
    const body = { until, reason: 'sensor is being swapped' };
    expect((await post(`/alerts/${alert.id}/shelve`, body, 'Operator')).statusCode).toBe(403);
    expect((await post(`/alerts/${alert.id}/shelve`, { until })).statusCode).toBe(400);
    const tooLong = await post(`/alerts/${alert.id}/shelve`, { until: '2026-01-17T10:00:00Z', reason: 'x' });
    expect([tooLong.statusCode, tooLong.json()]).toMatchObject([400, { errors: [{ field: 'until' }] }]);
    expect((await post(`/alerts/${alert.id}/shelve`, body)).json().alert).toMatchObject({
      shelved_until: until,
      shelved_by: 'supervisor',
      shelve_reason: 'sensor is being swapped',
    });
    expect(await names('state=shelved')).toEqual(['Press 4']);
    expect((await post(`/alerts/${alert.id}/unshelve`)).json().alert).toMatchObject({ shelved_until: null });
    expect(served.audited.map(({ action }) => action)).toEqual(['alert.shelve', 'alert.unshelve']);
    expect(served.audited.map(({ details }) => details)).toMatchObject([
      { machine_name: 'Press 4', metric: 'temperature', limit_kind: 'high', until, reason: body.reason },
      { machine_name: 'Press 4', metric: 'temperature', limit_kind: 'high' },
    ]);
  });

  it('give KPIs without a verdict for a new plant', async () => {
    plant.nowMs = START_MS + HOUR;
    const stats = await get('/alerts/stats');
    expect(stats).toMatchObject({ status: 'success', total: 2, to: new Date(plant.nowMs).toISOString() });
    expect(stats.kpis.every((kpi: { verdict: unknown }) => kpi.verdict === null)).toBe(true);
  });

  it('export CSV that a spreadsheet does not execute', async () => {
    const nasty = await plant.machine('=cmd|"/c calc"!A1', '@Hall, "C"');
    plant.commit([nasty, 3000, { temperature: -10 }]);
    await plant.alerts.whenIdle();
    plant.nowMs = START_MS + HOUR;
    const reply = await served.app.inject('/alerts/export?format=csv');
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8');
    const lines = reply.body.split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^id,raised_at,cleared_at,machine_id,machine_name,location,/);
    expect(lines[3]).toContain(`"'=cmd|""/c calc""!A1","'@Hall, ""C""",temperature,low,`);
    expect(lines[3]).toContain(',50,-10,-10,1,');
    const filtered = await served.app.inject('/alerts/export?severity=critical');
    expect(filtered.body.trim().split('\r\n')).toHaveLength(2);
    expect((await served.app.inject('/alerts/export?format=xlsx')).statusCode).toBe(400);
  });

  it('export only the alerts whose ids are given, whenever they were raised', async () => {
    const [alert] = (await get('/alerts?state=active')).alerts;
    plant.nowMs = START_MS + 40 * 24 * HOUR;
    const exported = (ids: string) => served.app.inject(`/alerts/export?ids=${ids}`);
    const lines = (await exported(alert.id)).body.trim().split('\r\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual(['id', alert.id]);
    expect((await exported(crypto.randomUUID())).statusCode).toBe(404);
    expect((await exported('1')).statusCode).toBe(400);
    expect((await exported(Array(201).fill(alert.id).join(','))).statusCode).toBe(400);
  });

  it('show and replace limits, which count from the next reading on', async () => {
    const url = `/data/machines/${lathe}/limits`;
    expect(await get(url)).toEqual({
      status: 'success',
      machine_id: lathe,
      limits: {},
      sensor_type_limits: {},
      plant_limits: { temperature: { low: 50, high: 80 }, pressure: { high: 150 } },
      effective: {
        temperature: { low_low: null, low: 50, high: 80, high_high: 88 },
        pressure: { low_low: null, low: null, high: 150, high_high: 165 },
        speed: { low_low: null, low: null, high: null, high_high: null },
      },
    });
    const put = (to: string, payload: object) => served.app.inject({ method: 'PUT', url: to, payload });
    await put('/data/sensor-types/lathe/limits', { temperature: { high: 100 }, speed: { high: 900 } });
    const own = await put(url, { temperature: { high: 120, high_high: 130 } });
    expect(own.json()).toMatchObject({
      limits: { temperature: { high: 120, high_high: 130 } },
      sensor_type_limits: { speed: { high: 900 } },
      effective: { temperature: { low: 50, high: 120, high_high: 130 }, speed: { high: 900, high_high: 990 } },
    });
    const fleet = await get('/data/limits');
    expect(fleet.plant_wide).toMatchObject({ temperature: { high: 80 }, speed: { high: null } });
    expect(fleet.others).toEqual([{ effective: own.json().effective, machine_ids: [lathe] }]);
    expect(await get('/data/sensor-types/lathe/limits')).toMatchObject({
      limits: { temperature: { high: 100 } },
      plant_limits: { temperature: { high: 80 } },
    });
    plant.commit([lathe, 5000, { temperature: 119, speed: 901 }]);
    expect((await plant.stored()).at(-1)).toMatchObject({ metric: 'speed', threshold: 900 });
    expect((await put(url, { temperature: { high: 10, low: 20 } })).statusCode).toBe(400);
    expect((await put(url, { volume: { high: 10 } })).statusCode).toBe(400);
    const implausible = await put(url, { speed: { high: -100_001, high_high: 5 } });
    expect([implausible.statusCode, implausible.json().errors]).toEqual([
      400,
      [{ field: 'speed.high', error: 'high must be at least -100000', value: -100_001 }],
    ]);
    expect((await put(`/data/machines/${crypto.randomUUID()}/limits`, {})).statusCode).toBe(404);
    expect((await served.app.inject(`/data/machines/${crypto.randomUUID()}/limits`)).statusCode).toBe(404);
  });

  it('take limits of any metric of the catalogue, and list them beside those that every plant has', async () => {
    await plant.catalogue.define('vibration_rms', { limits: { high: 4.5 }, min: 0 });
    const put = (to: string, payload: object) => served.app.inject({ method: 'PUT', url: to, payload });
    const ofType = await put('/data/sensor-types/lathe/limits', { vibration_rms: { high: 7 } });
    expect(ofType.json()).toMatchObject({
      limits: { vibration_rms: { high: 7 } },
      plant_limits: { temperature: { low: 50, high: 80 }, vibration_rms: { high: 4.5 } },
    });
    const url = `/data/machines/${lathe}/limits`;
    const own = (await put(url, { vibration_rms: { low: 0.5 }, speed: { high: 900 } })).json();
    expect(own).toMatchObject({
      limits: { vibration_rms: { low: 0.5 }, speed: { high: 900 } },
      sensor_type_limits: { vibration_rms: { high: 7 } },
    });
    expect(Object.keys(own.effective)).toEqual(['temperature', 'pressure', 'speed', 'vibration_rms']);
    expect(own.effective.vibration_rms).toEqual({ low_low: null, low: 0.5, high: 7, high_high: null });
    const fleet = await get('/data/limits');
    expect(fleet.plant_wide.vibration_rms).toEqual({ low_low: null, low: null, high: 4.5, high_high: null });
    expect(fleet.others).toEqual([{ effective: own.effective, machine_ids: [lathe] }]);
    const refused = await put(url, { volume: { high: 1 }, vibration_rms: { low_low: -1 } });
    expect([refused.statusCode, refused.json().errors]).toEqual([
      400,
      [
        { field: 'volume', error: 'volume is not a metric of the catalogue' },
        { field: 'vibration_rms.low_low', error: 'low_low must be at least 0', value: -1 },
      ],
    ]);
  });

  it('require the permissions of the table', () => {
    expect(Object.fromEntries([...served.accessOf].filter(([route]) => !route.startsWith('HEAD')))).toEqual({
      'GET /alerts': 'read:alerts',
      'GET /alerts/stats': 'read:alerts',
      'GET /alerts/export': 'read:alerts',
      'GET /alerts/:id': 'read:alerts',
      'GET /alerts/:id/raises': 'read:alerts',
      'POST /alerts/:id/acknowledge': 'ack:alerts',
      'POST /alerts/:id/shelve': 'shelve:alerts',
      'POST /alerts/:id/unshelve': 'shelve:alerts',
      'GET /data/limits': 'read:machines',
      'GET /data/machines/:id/limits': 'read:machines',
      'PUT /data/machines/:id/limits': 'write:machines',
      'GET /data/sensor-types/:sensor_type/limits': 'read:machines',
      'PUT /data/sensor-types/:sensor_type/limits': 'write:machines',
    });
  });
});

it('changes since a number are complete, or it is said that they are not', async () => {
  const plant = await AlertPlant.open();
  const press = await plant.machine();
  plant.commit([press, 0, HOT], [press, 1000, { temperature: 60, pressure: 151 }]);
  await plant.alerts.whenIdle();
  expect(await plant.alerts.changedSince(0, 10)).toMatchObject({ complete: true, alerts: [{ seq: 2 }, { seq: 3 }] });
  expect(await plant.alerts.changedSince(2, 10)).toMatchObject({ complete: true, alerts: [{ metric: 'pressure' }] });
  expect(await plant.alerts.changedSince(0, 1)).toMatchObject({ complete: false, alerts: [{ seq: 2 }] });
  expect(await plant.alerts.changedSince(99, 10)).toEqual({ complete: false, alerts: [] });
  await plant.close();
});
