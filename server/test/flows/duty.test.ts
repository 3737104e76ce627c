// Shifts and duty schedules over the API of the real server.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readICalendar } from '../support/read-icalendar.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, 13:30 in Jakarta. */
const clock = { nowMs: () => now };
let now = Date.parse('2026-11-23T06:30:00Z');
const at = (hours: number) => new Date(now + hours * HOUR_MS).toISOString();

const CALENDAR = {
  zone: 'Asia/Jakarta',
  pattern: '3x8',
  starts_on: '2026-11-23',
  shifts: [
    { name: 'Morning', from: '06:00', to: '14:00' },
    { name: 'Afternoon', from: '14:00', to: '22:00' },
    { name: 'Night', from: '22:00', to: '06:00' },
  ],
  crews: ['A', 'B', 'C', 'D'],
  cycle: [],
  holidays: [{ date: '2026-12-25', name: 'Natal' }],
};

let core: StartedCore;
const people: Record<string, string> = {};

beforeAll(async () => {
  core = await startCore({ PUBLIC_URL: 'https://hall.example' }, undefined, { clock });
  const { users } = (await core.as<{ users: { id: string; username: string }[] }>('Management', 'GET', '/users')).body;
  for (const { id, username } of users) people[username] = id;
});
afterAll(() => core.remove());

interface Body {
  status: string;
  code: string;
  url: string;
  errors: { field: string }[];
  schedule: { id: string };
  duties: { name: string }[];
}
const manage = (method: string, path: string, body?: unknown) =>
  core.as<Body>('Management', method, `/notifications${path}`, { body });
async function addSchedule(name: string, change: Record<string, unknown> = {}): Promise<string> {
  const reply = await manage('POST', '/schedules', {
    ...{ name, rotation: 'week', starts_on: '2026-11-23', hand_over: '06:00', zone: 'Asia/Jakarta' },
    members: [people.operator1, people.supervisor1],
    ...change,
  });
  expect(reply.status, reply.text).toBe(201);
  return reply.body.schedule.id;
}

describe('the shift calendar', () => {
  it('has no shifts until somebody sets it, and then says when the present one ends', async () => {
    const before = await core.as('Operator', 'GET', '/notifications/calendar');
    expect(before.body).toMatchObject({ calendar: { pattern: 'none', shifts: [] }, now: null });
    expect((await manage('PUT', '/calendar', CALENDAR)).body).toEqual({
      status: 'success',
      calendar: CALENDAR,
      now: { name: 'Morning', crew: 'A', from: '2026-11-22T23:00:00.000Z', to: '2026-11-23T07:00:00.000Z' },
    });
    const shifts = await core.as('Operator', 'GET', `/notifications/calendar/shifts?from=${at(0)}&to=${at(12)}`);
    expect(shifts.body.shifts).toMatchObject([
      { name: 'Morning', crew: 'A', is_holiday: false },
      { name: 'Afternoon', crew: 'B', to: '2026-11-23T15:00:00.000Z' },
      { name: 'Night', crew: 'C', from: '2026-11-23T15:00:00.000Z' },
    ]);
    const audit = await core.as('Management', 'GET', '/audit?action=calendar.update');
    expect(audit.text).toContain('"pattern":"3x8"');
    await core.restart();
    expect((await core.as('Operator', 'GET', '/notifications/calendar')).body.calendar).toEqual(CALENDAR);
  });

  it('is refused with each fault, and to those who may not set it', async () => {
    const reply = await manage('PUT', '/calendar', {
      ...CALENDAR,
      crews: ['A', 'A'],
      shifts: CALENDAR.shifts.slice(1),
    });
    expect(reply).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(reply.body.errors).toEqual([
      { field: 'crews', error: 'crews must not have a name twice' },
      { field: 'shifts', error: 'shifts must be 3 for the pattern 3x8' },
      { field: 'crews', error: 'crews must be 0, 3 or 4 for the pattern 3x8' },
    ]);
    const wrong = await manage('PUT', '/calendar', { ...CALENDAR, zone: 'Mars/Olympus', starts_on: '2026-02-30' });
    expect(wrong.body.errors.map(({ field }) => field)).toEqual(['zone', 'starts_on']);
    expect((await core.as('Supervisor', 'PUT', '/notifications/calendar', { body: CALENDAR })).status).toBe(403);
    const long = await core.as('Operator', 'GET', `/notifications/calendar/shifts?from=2020-01-01&to=2026-01-01`);
    expect(long).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});

describe('a duty schedule', () => {
  it('says who is on duty, hands over, and shows its gaps', async () => {
    const id = await addSchedule('Maintenance', { members: [people.operator1, null] });
    const { schedules } = (await core.as<{ schedules: unknown[] }>('Operator', 'GET', '/notifications/schedules')).body;
    expect(schedules).toMatchObject([
      {
        ...{ id, name: 'Maintenance', weekday: 1, hours: null, on_holidays: null, overrides: [] },
        now: { user_id: people.operator1, name: 'operator1', until: '2026-11-29T23:00:00.000Z' },
        gaps: [{ from: '2026-11-29T23:00:00.000Z', to: '2026-12-06T23:00:00.000Z' }],
      },
    ]);
    const duties = await core.as(
      'Operator',
      'GET',
      `/notifications/schedules/${id}/duties?from=${at(0)}&to=${at(200)}`,
    );
    expect(duties.body.duties).toEqual([
      { from: at(0), to: '2026-11-29T23:00:00.000Z', user_id: people.operator1, name: 'operator1', is_override: false },
      { from: '2026-11-29T23:00:00.000Z', to: at(200), user_id: null, name: null, is_override: false },
    ]);
    expect(
      (
        await manage('POST', '/schedules', {
          name: 'MAINTENANCE',
          rotation: 'day',
          starts_on: '2026-01-01',
          members: [null],
        })
      ).status,
    ).toBe(409);
    const renamed = await core.as('Supervisor', 'PATCH', `/notifications/schedules/${id}`, {
      body: { name: 'Repair', members: [people.operator1] },
    });
    expect(renamed.body.schedule).toMatchObject({ name: 'Repair', rotation: 'week', gaps: [] });
    expect((await core.as('Supervisor', 'DELETE', `/notifications/schedules/${id}`)).status).toBe(200);
    expect((await manage('GET', `/schedules/${id}`)).status).toBe(404);
    const audit = await core.as('Management', 'GET', '/audit');
    for (const action of ['create', 'update', 'delete']) expect(audit.text).toContain(`"schedule.${action}"`);
  });

  it('rotates by the shifts of the calendar, which cannot be taken from it', async () => {
    const id = await addSchedule('Shift leader', {
      rotation: 'shift',
      members: [people.operator1, people.supervisor1, people.manager1],
    });
    const duties = await manage('GET', `/schedules/${id}/duties?from=${at(0)}&to=${at(24)}`);
    expect(duties.body.duties.map(({ name }) => name)).toEqual(['operator1', 'supervisor1', 'manager1', 'operator1']);
    const none = { ...CALENDAR, pattern: 'none', shifts: [], crews: [] };
    expect(await manage('PUT', '/calendar', none)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await manage('DELETE', `/schedules/${id}`);
  });

  it('is refused with people who do not exist', async () => {
    const stranger = '00000000-0000-4000-8000-000000000000';
    const body = { name: 'X', rotation: 'day', starts_on: '2026-01-01', members: [people.operator1, stranger] };
    const reply = await manage('POST', '/schedules', body);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: 'members.1', value: stranger }] } });
    expect((await manage('POST', '/schedules', { ...body, members: [] })).status).toBe(400);
    expect((await core.as('Operator', 'POST', '/notifications/schedules', { body })).status).toBe(403);
  });
});

describe('an override', () => {
  const override = (role: 'Operator' | 'Supervisor', id: string, body: unknown) =>
    core.as<{ id: string }>(role, 'POST', `/notifications/schedules/${id}/overrides`, { body });

  it('lets a person hand over the own duty, and nobody else’s', async () => {
    const id = await addSchedule('Swap');
    const swap = { user_id: people.manager1, from: at(24), to: at(48), reason: 'wedding' };
    const made = await override('Operator', id, swap);
    expect(made.status, made.text).toBe(201);
    const duties = await manage('GET', `/schedules/${id}/duties?from=${at(0)}&to=${at(72)}`);
    expect(duties.body.duties).toMatchObject([
      { name: 'operator1', to: at(24) },
      { name: 'manager1', is_override: true, from: at(24), to: at(48) },
      { name: 'operator1', from: at(48) },
    ]);
    const others = { ...swap, from: at(7 * 24), to: at(8 * 24) };
    expect(await override('Operator', id, others)).toMatchObject({ status: 403 });
    // Also not if only a part of it is somebody else's: the day that was handed over is not one's own any more.
    expect(await override('Operator', id, { ...swap, from: at(23), to: at(25) })).toMatchObject({ status: 403 });
    expect((await override('Supervisor', id, others)).status).toBe(201);

    const own = await core.as('Operator', 'GET', '/users/me/duty');
    expect(own.body.duties).toEqual([
      { schedule_id: id, schedule: 'Swap', from: at(0), to: at(24) },
      { schedule_id: id, schedule: 'Swap', from: at(48), to: '2026-11-29T23:00:00.000Z' },
      { schedule_id: id, schedule: 'Swap', from: '2026-12-06T23:00:00.000Z', to: at(14 * 24) },
    ]);
    const path = `/notifications/schedules/${id}/overrides/${made.body.id}`;
    expect((await core.as('Operator', 'DELETE', path)).status).toBe(200);
    expect((await core.as('Operator', 'DELETE', path)).status).toBe(404);
    await manage('DELETE', `/schedules/${id}`);
  });

  it('is refused for a time that is over, or that is none', async () => {
    const id = await addSchedule('Many', { members: [null] });
    const swap = { user_id: people.manager1, from: at(-48), to: at(-24) };
    expect((await override('Supervisor', id, swap)).status).toBe(400);
    expect((await override('Supervisor', id, { ...swap, to: at(-72) })).status).toBe(400);
    await manage('DELETE', `/schedules/${id}`);
  });
});

describe('the calendar link', () => {
  it('returns the duties without signing in until it is revoked', async () => {
    const id = await addSchedule('Paint; hall D');
    const made = await manage('POST', `/schedules/${id}/calendar-link`);
    const url = new URL(made.body.url);
    expect(url.origin).toBe('https://hall.example');
    const read = async () => core.send('GET', `/${url.pathname}${url.search}`);
    const reply = await read();
    expect(reply.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const { name, events } = readICalendar(reply.text);
    expect(name).toBe('Paint; hall D');
    expect(events.slice(0, 2)).toMatchObject([
      { summary: 'Paint; hall D: operator1', fromMs: Date.parse('2026-11-22T23:00:00Z') },
      { summary: 'Paint; hall D: supervisor1', fromMs: Date.parse('2026-11-29T23:00:00Z') },
    ]);
    expect(events.at(-1)?.fromMs).toBeGreaterThan(now + 80 * DAY_MS);
    expect(events.at(-1)?.toMs).toBeLessThanOrEqual(now + 90 * DAY_MS);
    for (const secret of ['@', people.operator1, 'members', 'email'])
      expect(reply.text.replaceAll('@gonsters', '')).not.toContain(secret);

    now += 10 * MINUTE_MS;
    const later = readICalendar((await read()).text).events;
    expect(later.map(({ uid }) => uid).slice(0, 10)).toEqual(events.map(({ uid }) => uid).slice(0, 10));
    expect(later[0]).toEqual(events[0]);

    const other = await core.send('GET', `/${url.pathname}?token=${'a'.repeat(43)}`);
    expect(other.status).toBe(404);
    const again = new URL((await manage('POST', `/schedules/${id}/calendar-link`)).body.url);
    expect((await read()).status).toBe(404);
    url.search = again.search;
    expect((await read()).status).toBe(200);
    expect((await manage('GET', `/schedules/${id}`)).body.schedule).toMatchObject({ has_calendar_link: true });
    expect((await manage('DELETE', `/schedules/${id}/calendar-link`)).status).toBe(200);
    expect((await read()).status).toBe(404);
    await manage('DELETE', `/schedules/${id}`);
  });
});
