// The status of many machines at once, with an end.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

type Body = Record<string, unknown> & {
  machine: { status: string; status_until: string | null };
  entries: { action: string; target: string | null; username: string | null; details: Record<string, unknown> }[];
};
const START_MS = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;
const clock = { now: START_MS, nowMs: () => clock.now };
const ids: Record<string, string> = {};
let core: StartedCore;

const post = (body: unknown, role: Parameters<StartedCore['as']>[0] = 'Supervisor') =>
  core.as<Body>(role, 'POST', '/data/machines/status', { body });
const of = async (name: string) => (await core.as<Body>('Operator', 'GET', `/data/machines/${ids[name]}`)).body.machine;
const at = (hours: number) => new Date(START_MS + hours * HOUR).toISOString();

beforeAll(async () => {
  core = await startCore({ JWT_ACCESS_TOKEN_EXPIRES: '86400' }, undefined, { clock });
  for (const [name, location, sensor_type, factory_id] of [
    ['Press 1', 'Hall A', 'press', null],
    ['Press 2', 'hall a', 'press', null],
    ['Lathe', 'Hall A', 'lathe', null],
    ['Zeppelin', 'Hall A', 'press', 'F2'],
  ] as const) {
    const body = { name, location, sensor_type, factory_id };
    const made = await core.as<{ machine_id: string }>('Management', 'POST', '/data/machine', { body });
    ids[name] = made.body.machine_id;
  }
});
afterAll(() => core?.remove());

describe('the status of several machines', () => {
  it('is set for a location and a type, until a time, with an entry in the audit log', async () => {
    const shutdown = { status: 'maintenance', location: 'HALL A', sensor_type: 'press', until: at(2), reason: 'Oil' };
    expect((await post(shutdown)).body).toEqual({ status: 'success', changed: 3, unchanged: 0, faults: [] });
    expect((await post(shutdown)).body).toMatchObject({ changed: 0, unchanged: 3 });
    expect(await of('Press 2')).toMatchObject({ status: 'maintenance', status_until: at(2) });
    expect(await of('Lathe')).toMatchObject({ status: 'active', status_until: null });
    const { entries } = (await core.as<Body>('Management', 'GET', '/audit?action=machine.status')).body;
    expect(entries.at(-1)?.details).toEqual({
      ...{ status: 'maintenance', location: 'HALL A', sensor_type: 'press', until: at(2), reason: 'Oil' },
      ...{ changed: 3, unchanged: 0 },
    });
  });

  it('names machines that do not exist, and needs a selection, an end in the future, and the permission', async () => {
    const unknown = crypto.randomUUID();
    const reply = await post({ status: 'error', machine_ids: [ids.Lathe, unknown] });
    expect(reply.body).toMatchObject({ changed: 1, faults: [{ machine_id: unknown, error: expect.any(String) }] });
    expect((await post({ status: 'error' })).status).toBe(400);
    expect((await post({ status: 'error', location: 'Hall A', until: at(-1) })).body).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'until', error: 'Must be in the future' }],
    });
    expect((await post({ status: 'error', location: 'Hall A', until: at(9000) })).status).toBe(400);
    expect((await post({ status: 'error', location: 'Hall A' }, 'Operator')).status).toBe(403);
  });

  it('does not reach machines of another factory', async () => {
    const user = { username: 'northerner', email: 'n@plant.example', password: 'Correct-Horse-7', role: 'Supervisor' };
    await core.as('Management', 'POST', '/auth/register', { body: { ...user, factory_id: 'F1' } });
    const { access_token: token } = await core.signIn(user.username, user.password);
    const body = { status: 'inactive', machine_ids: [ids.Zeppelin] };
    const reply = await core.send<Body>('POST', '/data/machines/status', { token, body });
    expect(reply.body).toMatchObject({ changed: 0, faults: [{ machine_id: ids.Zeppelin }] });
  });

  it('ends by itself: each machine returns to the status before, also after a restart, unless a person decides otherwise', async () => {
    // A further one with an end keeps the status to return to; one without an end stays.
    await post({ status: 'inactive', machine_ids: [ids['Press 1']], until: at(3) });
    await core.as('Supervisor', 'PATCH', `/data/machines/${ids['Press 2']}`, { body: { status: 'maintenance' } });
    expect(await of('Press 2')).toMatchObject({ status: 'maintenance', status_until: null });
    clock.now = START_MS + 2 * HOUR;
    await vi.waitFor(
      async () => expect(await of('Zeppelin')).toMatchObject({ status: 'active', status_until: null }),
      8000,
    );
    expect(await of('Press 1')).toMatchObject({ status: 'inactive', status_until: at(3) });
    await core.stop();
    clock.now = START_MS + 4 * HOUR;
    await core.start();
    await vi.waitFor(
      async () => expect(await of('Press 1')).toMatchObject({ status: 'active', status_until: null }),
      8000,
    );
    expect(await of('Press 2')).toMatchObject({ status: 'maintenance', status_until: null });
    const { entries } = (await core.as<Body>('Management', 'GET', '/audit?action=machine.status_ended')).body;
    expect(entries).toMatchObject([
      { target: ids['Press 1'], username: null, details: { name: 'Press 1', status: 'active' } },
      { target: ids.Zeppelin, details: { name: 'Zeppelin', status: 'active' } },
    ]);
  });
});
