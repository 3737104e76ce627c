// The hand-over report of a shift, over the API of the real server.

import type { ShiftReport } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const soon = { timeout: 10_000, interval: 20 };
/** 13:30 in Jakarta, half an hour before the end of the morning shift. The machines are much older, by the clock of the database. */
let now = Date.parse('2090-01-02T06:30:00Z');
const SHIFT_FROM = '2090-01-01T23:00:00.000Z';
const FROM_MS = Date.parse(SHIFT_FROM);

let core: StartedCore;
let press: string;
beforeAll(async () => {
  core = await startCore({}, undefined, { clock: { nowMs: () => now } });
});
afterAll(() => core.remove());

const manage = async (method: string, path: string, body?: unknown) => {
  const reply = await core.as<Record<string, unknown>>('Management', method, path, { body });
  expect(reply.status, `${path} ${reply.text}`).toBeLessThan(300);
  return reply.body;
};
const report = async (query = '', role: 'Management' | 'Supervisor' | 'Operator' = 'Operator') => {
  const reply = await core.as<ShiftReport>(role, 'GET', `/shifts/report${query}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
};
const at = (minutes: number) => new Date(FROM_MS + minutes * MINUTE_MS).toISOString();
const ingest = async (id: string, readings: Record<string, unknown>[]) => {
  const batch = [{ machine_id: id, sensor_type: 'cnc', location: 'Hall A', readings }];
  const body = { gateway_id: 'gw', timestamp: new Date(now).toISOString(), batch };
  const reply = await core.as('Operator', 'POST', '/data/ingest', { body });
  expect(reply.status, reply.text).toBe(201);
};
const CALENDAR = {
  ...{ zone: 'Asia/Jakarta', pattern: '3x8', starts_on: '2090-01-02', crews: [], cycle: [], holidays: [] },
  shifts: [
    { name: 'Morning', from: '06:00', to: '14:00' },
    { name: 'Afternoon', from: '14:00', to: '22:00' },
    { name: 'Night', from: '22:00', to: '06:00' },
  ],
};

describe('without a shift calendar', () => {
  it('the report is of the last eight hours, and says that there is no shift', async () => {
    const empty = await report();
    expect(empty).toMatchObject({
      ...{
        shift: null,
        from: new Date(now - 8 * HOUR_MS).toISOString(),
        to: new Date(now).toISOString(),
        is_over: false,
      },
      figures: { alerts: 0, alerts_usual: null, critical: 0, acknowledge_median_seconds: null, running_share: null },
      ...{ locations: [], open: [], shelved: [], suppressed: [], changed: [], told: [], notes: [], sign_offs: [] },
      ...{ previous: new Date(now - 8 * HOUR_MS).toISOString(), next: null, truncated: [] },
    });
    const before = await report(`?at=${empty.previous}`);
    expect(before).toMatchObject({ is_over: true, to: empty.from, next: empty.to });
    expect((await core.as('Operator', 'GET', '/shifts/report?at=2091-01-01')).status).toBe(400);
    const signOff = { shift_from: SHIFT_FROM, role: 'outgoing' };
    expect((await core.as('Operator', 'POST', '/shifts/sign-offs', { body: signOff })).status).toBe(400);
  });
});

describe('the report of a shift', () => {
  beforeAll(async () => {
    await manage('PUT', '/notifications/calendar', CALENDAR);
    await manage('POST', '/metrics', { name: 'machine_state', kind: 'state', states: ['idle', 'running', 'stopped'] });
    await manage('POST', '/metrics', { name: 'part_count', kind: 'counter' });
    await manage('PUT', '/machine-types/cnc', {
      metrics: [{ name: 'machine_state' }, { name: 'part_count' }, { name: 'temperature' }],
      headline: ['temperature', 'part_count'],
      state: { metric: 'machine_state', running: ['running'] },
    });
    press = await core.addMachine('CNC 1', 'Hall A', 'cnc');
    const other = await core.addMachine('CNC 2', 'Hall A', 'cnc');
    await core.addMachine('Boiler', 'Utilities', 'boiler');
    // In the first hour one runs all the time, and the other half of it; in the second both are stopped; then nobody knows.
    const minutes = Array.from({ length: 60 }, (_, step) => 2 * step);
    const stateOf = (minute: number, until: number) => (minute < until ? 'running' : 'stopped');
    const readings = (until: number) =>
      minutes.map((minute) => ({
        ...{ timestamp: at(minute), machine_state: stateOf(minute, until), part_count: 100 + Math.min(minute, until) },
      }));
    await ingest(press, readings(60));
    await ingest(other, readings(30));
  });

  it('says how it ran', async () => {
    const { shift, from, to, is_over: isOver, locations, figures, previous, next } = await report();
    expect(shift).toEqual({ name: 'Morning', crew: null, from: SHIFT_FROM, to: '2090-01-02T07:00:00.000Z' });
    expect([from, to, isOver]).toEqual([SHIFT_FROM, new Date(now).toISOString(), false]);
    expect([previous, next]).toEqual(['2090-01-01T15:00:00.000Z', null]);
    expect(locations.map(({ location, machines, parts }) => [location, machines, parts])).toEqual([
      ['Hall A', 2, 60 + 30],
      ['Utilities', 1, null],
    ]);
    const [hall, utilities] = locations as [ShiftReport['locations'][number], ShiftReport['locations'][number]];
    // 90 minutes of 240 that are known, and of the hour for which the last values hold.
    expect(hall.running_share).toBeGreaterThan(0.25);
    expect(hall.running_share).toBeLessThanOrEqual(0.375);
    expect(figures.running_share).toBe(hall.running_share);
    expect(utilities).toMatchObject({ running_share: null, bands: [{ from, to, state: 'no_data', share: null }] });
    expect(hall.bands.map(({ state }) => state)).toEqual(['running', 'stopped', 'no_data']);
    expect(hall.bands[0]).toMatchObject({ from: SHIFT_FROM, to: at(60) });
    expect(hall.bands[0]?.share).toBeCloseTo(0.75, 5);
    for (const [place, band] of hall.bands.entries()) {
      if (place > 0) expect(band.from).toBe(hall.bands[place - 1]?.to);
    }
    expect(hall.bands.at(-1)?.to).toBe(to);
  });

  it('counts alerts, and lists what is open and shelved, who changed what, and the notes', async () => {
    await ingest(press, [{ timestamp: new Date(now).toISOString(), temperature: 120 }]);
    const { open, figures } = await vi.waitFor(async () => {
      const found = await report();
      expect(found.open).toHaveLength(1);
      expect(found.figures.alerts).toBe(1);
      return found;
    }, soon);
    expect(open[0]).toMatchObject({ machine_name: 'CNC 1', severity: 'critical' });
    expect(figures).toMatchObject({
      critical: 1,
      critical_open: 1,
      alerts_usual: 0,
      acknowledge_median_seconds: null,
    });
    const id = open[0]?.id as string;

    now += 90_000;
    await core.as('Operator', 'POST', `/alerts/${id}/acknowledge`, { body: { note: 'watched' } });
    await vi.waitFor(async () => {
      const after = (await report()).figures;
      expect(after).toMatchObject({ acknowledge_median_seconds: 90, acknowledge_longest_seconds: 90 });
    }, soon);
    const until = new Date(now + HOUR_MS).toISOString();
    await core.as('Supervisor', 'POST', `/alerts/${id}/shelve`, { body: { until, reason: 'sensor being replaced' } });
    await vi.waitFor(async () => expect((await report()).shelved).toHaveLength(1), soon);

    await core.as('Supervisor', 'PUT', `/data/machines/${press}/limits`, { body: { temperature: { high: 82.5 } } });
    await core.as('Operator', 'POST', '/shifts/notes', {
      body: { text: 'Coolant refilled\nflow sensor to be checked' },
    });
    const told = await report('', 'Supervisor');
    expect(told).toMatchObject({ open: [], shelved: [{ id, shelve_reason: 'sensor being replaced' }] });
    expect(told.notes).toMatchObject([{ by: 'operator1', text: 'Coolant refilled\nflow sensor to be checked' }]);
    const limits = ({ changed }: ShiftReport) => changed.find(({ action }) => action === 'limits.update');
    expect(limits(told)).toMatchObject({
      by: 'supervisor1',
      text: 'Limits of CNC 1 changed: limits temperature high 82.5',
    });
    expect(limits(await report())?.text).toBe('Limits of CNC 1 changed');
    expect(told.changed.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['calendar.update', 'machine.create']),
    );
  });

  it('is signed off once by each person in each role', async () => {
    const sign = (role: 'Operator' | 'Supervisor', body: Record<string, unknown>) =>
      core.as('Operator' === role ? 'Operator' : 'Supervisor', 'POST', '/shifts/sign-offs', { body });
    const outgoing = { shift_from: SHIFT_FROM, role: 'outgoing', note: 'quiet shift' };
    expect((await sign('Operator', outgoing)).status).toBe(201);
    expect(await sign('Operator', { ...outgoing, note: 'changed my mind' })).toMatchObject({ status: 409 });
    expect((await sign('Supervisor', { shift_from: SHIFT_FROM, role: 'incoming' })).status).toBe(201);
    expect((await sign('Operator', { ...outgoing, shift_from: at(1) })).status).toBe(400);
    // The next shift has not begun.
    expect((await sign('Operator', { ...outgoing, shift_from: at(8 * 60) })).status).toBe(400);
    const { sign_offs: signOffs } = await report();
    expect(signOffs).toMatchObject([
      { by: 'operator1', role: 'outgoing', note: 'quiet shift' },
      { by: 'supervisor1', role: 'incoming', note: null },
    ]);
    const audit = await core.as('Management', 'GET', '/audit?action=shift.sign_off');
    expect(audit.text).toContain(SHIFT_FROM);
  });

  it('stays readable when the next one has begun, as of its end', async () => {
    now = Date.parse('2090-01-02T07:20:00Z');
    // Back to normal twenty minutes after the shift: it was open at the end of the shift.
    await ingest(press, [{ timestamp: new Date(now).toISOString(), temperature: 60 }]);
    const token = (await core.signIn('operator1')).access_token;
    const of = async (query: string) => (await core.send<ShiftReport>('GET', `/shifts/report${query}`, { token })).body;
    const present = await of('');
    expect(present).toMatchObject({ shift: { name: 'Afternoon' }, previous: SHIFT_FROM, sign_offs: [], notes: [] });
    const before = await of(`?at=${SHIFT_FROM}`);
    expect(before).toMatchObject({
      ...{ shift: { name: 'Morning' }, is_over: true, next: '2090-01-02T07:00:00.000Z' },
      figures: { alerts: 1, critical: 1 },
    });
    expect([...before.open, ...before.shelved]).toHaveLength(1);
    expect(before.notes).toHaveLength(1);
    expect(before.sign_offs).toHaveLength(2);
  });

  it('compares with the same shift of the days before', async () => {
    now = Date.parse('2090-01-03T06:30:00Z');
    const token = (await core.signIn('operator1')).access_token;
    const { body } = await core.send<ShiftReport>('GET', '/shifts/report', { token });
    // One in the last 28 mornings, half an hour before their end.
    expect(body.figures.alerts_usual).toBeCloseTo(1 / 28, 10);
  });

  it('has nothing of another factory', async () => {
    now += MINUTE_MS;
    const { access_token: token } = await core.signIn('manager1');
    const send = (method: string, path: string, body?: unknown) =>
      core.send<ShiftReport & { machine_id: string }>(method, path, { token, body });
    const hidden = await send('POST', '/data/machine', {
      ...{ name: 'Hidden press', location: 'Hidden hall', sensor_type: 'cnc', factory_id: 'F2' },
    });
    await send('PUT', `/data/machines/${hidden.body.machine_id}/limits`, { temperature: { high: 70 } });
    const person = { username: 'visitor', email: 'v@plant.example', password: 'Correct-Horse-7', role: 'Supervisor' };
    await send('POST', '/auth/register', { ...person, factory_id: 'F1' });
    const visitor = (await core.signIn('visitor', person.password)).access_token;
    const seen = await core.send('GET', '/shifts/report', { token: visitor });
    expect(seen.status).toBe(200);
    expect(seen.text).not.toContain('Hidden');
    expect((await send('GET', '/shifts/report')).text).toContain('Hidden hall');
    await core.send('POST', '/shifts/notes', { token: visitor, body: { text: 'Only for F1' } });
    expect((await core.send('GET', '/shifts/report', { token: visitor })).text).toContain('Only for F1');
    expect((await send('GET', '/shifts/report')).text).toContain('Only for F1');
  });
});
