import type { Machine } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.remove());

const list = (query: string) =>
  core.as<{ count: number; machines: Machine[]; pagination: Record<string, unknown> }>(
    'Operator',
    'GET',
    `/data/machines?${query}`,
  );
const importRows = (body: unknown, type = 'application/json') =>
  core.as('Supervisor', 'POST', '/data/machines/import', { body, headers: { 'content-type': type } });

describe('a machine', () => {
  it('is added, changed and removed', async () => {
    const added = await core.as<{ machine_id: string; machine: Machine }>('Supervisor', 'POST', '/data/machine', {
      body: { name: '  Mill 1 ', location: 'Hall M', sensor_type: 'mill' },
    });
    expect(added).toMatchObject({
      status: 201,
      body: {
        status: 'success',
        message: expect.any(String),
        machine: { name: 'Mill 1', status: 'active', connection: 'never', latest: null, last_seen: null },
      },
    });
    const path = `/data/machines/${added.body.machine_id}`;
    const changed = await core.as('Supervisor', 'PATCH', path, { body: { status: 'maintenance' } });
    expect(changed.body).toMatchObject({ machine: { name: 'Mill 1', status: 'maintenance' } });
    expect((await core.as('Operator', 'GET', path)).body).toEqual(changed.body);
    expect((await core.as('Supervisor', 'PATCH', path, { body: {} })).status).toBe(400);
    expect((await core.as('Management', 'DELETE', path)).status).toBe(200);
    expect((await core.as('Operator', 'GET', path)).status).toBe(404);
    expect((await core.as('Management', 'DELETE', path)).status).toBe(404);
  });

  it('has a unique name', async () => {
    await core.addMachine('Unique');
    const again = await core.as('Supervisor', 'POST', '/data/machine', {
      body: { name: 'unique', location: 'Hall A', sensor_type: 'press' },
    });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'name_taken', errors: [{ field: 'name', value: 'unique' }] },
    });
  });

  it('is deleted with or without its readings', async () => {
    for (const readings of ['keep', 'delete'] as const) {
      const id = await core.addMachine(`Going ${readings}`);
      await core.ingest(id, [{ timestamp: '2026-01-15T10:30:00Z', temperature: 60 }]);
      expect((await core.as('Management', 'DELETE', `/data/machines/${id}?readings=${readings}`)).status).toBe(200);
      const [entry] = (
        await core.as<{ entries: { details: unknown }[] }>('Management', 'GET', '/audit?action=machine.delete&limit=1')
      ).body.entries;
      expect(entry?.details).toMatchObject({ readings });
    }
  });
});

describe('the fleet', () => {
  beforeAll(async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      name: `Fleet ${i}`,
      location: i % 2 === 0 ? 'North' : 'South',
      sensor_type: 'pump',
      status: i % 3 === 0 ? 'inactive' : 'active',
    }));
    expect((await importRows(rows)).status).toBe(201);
  });

  it('comes in pages of ten, the newest first', async () => {
    const { body } = await list('sensor_type=pump');
    expect(body.count).toBe(10);
    expect(body.pagination).toEqual({ total_records: 30, limit: 10, offset: 0, has_more: true });
    expect((await list('sensor_type=pump&limit=25&offset=25')).body.pagination).toMatchObject({ has_more: false });
  });

  it('is filtered and sorted; an empty filter has no effect', async () => {
    const { body } = await list('location=north&status=inactive&search=fleet&connection=&sort=-name&limit=1000');
    expect(body.machines.map((machine) => machine.name)).toEqual([
      'Fleet 24',
      'Fleet 18',
      'Fleet 12',
      'Fleet 6',
      'Fleet 0',
    ]);
    expect((await list('sort=size')).status).toBe(400);
    expect((await list('limit=1001')).status).toBe(400);
  });

  it('is counted', async () => {
    const { body } = await core.as('Operator', 'GET', '/data/machines/summary');
    expect(body).toMatchObject({
      by_status: { inactive: 10 },
      alerts: { critical: 0 },
      locations: expect.arrayContaining([{ name: 'South', count: 15 }]),
      sensor_types: expect.arrayContaining([{ name: 'pump', count: 30 }]),
    });
  });
});

describe('machines in alarm', () => {
  it('come first, are found by the filter, and are counted', async () => {
    const id = await core.addMachine('Overheated');
    await core.addMachine('Overlooked');
    await core.ingest(id, [{ timestamp: new Date().toISOString(), temperature: 85, pressure: 100 }]);
    // Among several nodes readings wait a moment for older ones before they are evaluated.
    await expect.poll(async () => (await list('alarm=warning&search=over')).body.count).toBe(1);
    const { body } = await list('sort=condition&search=over&limit=10');
    expect(body.machines.map((machine) => machine.name)).toEqual(['Overheated', 'Overlooked']);
    const last = await list('sort=-condition&search=over');
    expect(last.body.machines.map((machine) => machine.name)).toEqual(['Overlooked', 'Overheated']);
    expect((await list('alarm=warning&search=over')).body.machines.map((machine) => machine.name)).toEqual([
      'Overheated',
    ]);
    expect((await list('alarm=critical&search=over')).body.count).toBe(0);
    const exported = await core.as('Operator', 'GET', '/data/machines/export?alarm=any&search=over');
    expect(exported.text.trim().split('\r\n')).toHaveLength(2);
    const summary = await core.as('Operator', 'GET', '/data/machines/summary');
    expect(summary.body).toMatchObject({ by_condition: { warning: 1 }, alerts: { warning: 1 } });
  });
});

describe('an import', () => {
  it('accepts CSV as spreadsheets write it, and the CSV of an export', async () => {
    const csv = '\ufeffName;Location;Sensor_Type;Note\r\n"Bohr;er 1";Halle 4;drill;x\r\n"=SUM(A1)";Halle 4;drill;\r\n';
    const reply = await importRows(csv, 'text/csv');
    expect(reply).toMatchObject({ status: 201, body: { count: 2 } });
    const exported = await core.as('Operator', 'GET', '/data/machines/export?location=Halle%204&sort=name');
    expect(exported.text).toContain(",'=SUM(A1),Halle 4,drill,active,never,");
    for (const id of (reply.body.machine_ids as string[]).values()) {
      await core.as('Management', 'DELETE', `/data/machines/${id}`);
    }
    expect((await importRows(exported.text, 'text/csv')).status).toBe(201);
    const names = (await list('location=Halle%204&sort=name')).body.machines.map((machine) => machine.name);
    expect(names.sort()).toEqual(['=SUM(A1)', 'Bohr;er 1']);
    const json = await core.as<{ machines: Machine[] }>(
      'Operator',
      'GET',
      '/data/machines/export?format=json&search=bohr',
    );
    expect(json.body).toMatchObject({ count: 1, machines: [{ name: 'Bohr;er 1' }] });
  });

  it('takes the timeouts of machines from where the export writes them, empty for the inherited one', async () => {
    const timeoutOf = async (id: string) =>
      (await core.as<{ inactivity_timeout: object }>('Operator', 'GET', `/data/machines/${id}/metrics`)).body
        .inactivity_timeout;
    const csv =
      'name,location,sensor_type,inactivity_timeout\nSlow meter,Timeouts,meter,86400\nOther meter,Timeouts,meter,\n';
    const reply = await importRows(csv, 'text/csv');
    expect(reply).toMatchObject({ status: 201, body: { count: 2, ignored_columns: [] } });
    const [slow, other] = reply.body.machine_ids as [string, string];
    expect(await timeoutOf(slow)).toEqual({ value: 86_400, source: 'machine' });
    expect(await timeoutOf(other)).toMatchObject({ source: 'plant' });

    for (const format of ['csv', 'json']) {
      const exported = await core.as('Operator', 'GET', `/data/machines/export?location=Timeouts&format=${format}`);
      for (const id of [slow, other]) await core.as('Management', 'DELETE', `/data/machines/${id}`);
      const again = await importRows(exported.text, format === 'csv' ? 'text/csv' : 'application/json');
      expect(again.status).toBe(201);
      expect(again.body.ignored_columns).not.toContain('inactivity_timeout');
      expect(await timeoutOf(slow)).toEqual({ value: 86_400, source: 'machine' });
      expect(await timeoutOf(other)).toMatchObject({ source: 'plant' });
    }
    const row = { name: 'Odd meter', location: 'Timeouts', sensor_type: 'meter' };
    expect(await importRows([{ ...row, inactivity_timeout: 0 }])).toMatchObject({
      status: 400,
      body: { errors: [{ field: '[0].inactivity_timeout' }] },
    });
    const added = await core.as<{ machine: Machine }>('Supervisor', 'POST', '/data/machine', {
      body: { ...row, inactivity_timeout: 60 },
    });
    expect(added.body.machine).toMatchObject({ inactivity_timeout: 60 });
  });

  it('adds nothing if one row has a fault, and names each fault', async () => {
    const rows = [
      { name: 'Half 1', location: 'X', sensor_type: 'y' },
      { name: '', location: 'X', sensor_type: 'y' },
      { name: 'Half 3', location: 'X', sensor_type: 'y', status: 'odd' },
      'no machine',
    ];
    const reply = await importRows(rows);
    expect(reply.status).toBe(400);
    expect((reply.body.errors as { field: string }[]).map((fault) => fault.field)).toEqual([
      '[1].name',
      '[2].status',
      '[3]',
    ]);
    expect((await list('search=Half')).body.count).toBe(0);
  });

  it('names every name that is in use', async () => {
    await core.addMachine('Taken');
    const row = (name: string) => ({ name, location: 'X', sensor_type: 'y' });
    const reply = await importRows([row('Free'), row('taken'), row('free')]);
    expect(reply).toMatchObject({ status: 409, body: { errors: [{ field: '[1].name' }, { field: '[2].name' }] } });
    expect((await list('search=free')).body.count).toBe(0);
  });

  it.each([
    ['nothing', '[]', 'application/json'],
    ['no list', '{}', 'application/json'],
    ['no header', 'a,b\r\n1,2\r\n', 'text/csv'],
    ['an open quote', 'name,location,sensor_type\r\n"x,y,z', 'text/csv'],
    ['bytes of another encoding', Buffer.from('name,location,sensor_type\r\nB\xe4r,x,y\r\n', 'latin1'), 'text/csv'],
    ['a line without end', `name,location,sensor_type\r\n${'x'.repeat(20_000)}`, 'text/csv'],
  ])('of %s is refused', async (_what, body, type) => {
    const reply = await importRows(body, type);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: 'body' }] } });
  });

  it('accepts ten thousand machines and no more', async () => {
    const rows = Array.from({ length: 10_001 }, (_, i) => ({ name: `Mass ${i}`, location: 'Y', sensor_type: 'mass' }));
    expect((await importRows(rows)).status).toBe(400);
    expect(await importRows(rows.slice(1))).toMatchObject({ status: 201, body: { count: 10_000 } });
    const csv = (await core.as('Operator', 'GET', '/data/machines/export?sensor_type=mass')).text;
    expect(csv.split('\r\n')).toHaveLength(10_002);
  });
});
