// The conditions that ring most, over HTTP: figures, suggestions, and what one call applies and another undoes.

import type { BadActor, BadActors } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const FROM_MS = Date.UTC(2026, 0, 15, 10);
const MINUTES = 30;
let nowMs = FROM_MS;
let core: StartedCore;
let press: string;
let lathe: string;

/** Every 5 minutes a minute of swinging around the limit of 80 with a period of 4 s. */
const swinging = (second: number) => (second % 300 < 60 ? (second % 4 < 2 ? 81 : 78) : 60);
const calm = (second: number) => (second >= 600 && second < 1200 ? 85 : 60);

beforeAll(async () => {
  core = await startCore({}, undefined, { clock: { nowMs: () => nowMs } });
  press = await core.addMachine('Press 4');
  lathe = await core.addMachine('Lathe 1');
  for (const [name, value] of [['alert_deadband_percent', '1']] as const) {
    const body = { setting_name: name, setting_value: value };
    expect((await core.as('Management', 'POST', '/config/update', { body })).status).toBe(200);
  }
  for (const id of [press, lathe]) {
    const body = { temperature: { high: 80, high_high: 100 } };
    expect((await core.as('Supervisor', 'PUT', `/data/machines/${id}/limits`, { body })).status).toBe(200);
  }
  for (let minute = 0; minute < MINUTES; minute++) {
    nowMs = FROM_MS + (minute + 1) * 60_000;
    const readings = (valueAt: (second: number) => number) =>
      Array.from({ length: 60 }, (_, i) => {
        const second = minute * 60 + i;
        return { timestamp: new Date(FROM_MS + second * 1000).toISOString(), temperature: valueAt(second) };
      });
    const batch = [
      { machine_id: press, sensor_type: 'press', location: 'Hall A', readings: readings(swinging) },
      { machine_id: lathe, sensor_type: 'press', location: 'Hall A', readings: readings(calm) },
    ];
    const body = { gateway_id: 'gw', timestamp: new Date(nowMs).toISOString(), batch };
    expect((await core.as('Operator', 'POST', '/data/ingest', { body })).status).toBe(201);
  }
});
afterAll(() => core.remove());

async function report(token?: string): Promise<BadActors> {
  let body = {} as BadActors;
  await vi.waitFor(async () => {
    const reply = await core.send<BadActors>('GET', '/alerts/bad-actors', {
      token: token ?? (await core.token('Operator')),
    });
    expect(reply.status, reply.text).toBe(200);
    body = reply.body;
    expect(body).toMatchObject({ total: 91, computing: null });
  });
  return body;
}
const worst = async () => (await report()).actors[0] as BadActor;
const limits = async () => (await core.as('Operator', 'GET', `/data/machines/${press}/limits`)).body.effective;
async function levels() {
  const { body } = await core.as<{ conditions: { kind: string }[] }>(
    'Operator',
    'GET',
    `/conditions?machine_id=${press}`,
  );
  return body.conditions.filter(({ kind }) => kind === 'level');
}
const apply = (changes: object, over: object = {}) =>
  core.as<{ id: string }>('Supervisor', 'POST', '/alerts/bad-actors/apply', {
    body: { machine_id: press, metric: 'temperature', limit_kind: 'high', changes, ...over },
  });
const undo = (id: string) => core.as('Supervisor', 'POST', `/alerts/bad-actors/${id}/undo`);

describe('bad actors', () => {
  it('are those that rang most, with their figures and a suggestion or the reason why not', async () => {
    const { actors, from, to } = await report();
    expect([Date.parse(to) - Date.parse(from), actors.length]).toEqual([30 * 86_400_000, 2]);
    expect(actors[0]).toMatchObject({
      machine_id: press,
      machine_name: 'Press 4',
      location: 'Hall A',
      metric: 'temperature',
      condition: 'level',
      limit_kind: 'high',
      count: 90,
      share: 90 / 91,
      mean_active_seconds: 2,
      applied: null,
      reason: null,
      suggestion: { changes: { off_delay_seconds: 5 }, before: 90, after: 6, latest_seconds: 0, readings: 1800 },
    });
    // 84 of 89 raises follow 4 s after the one before; the five others after 244 s.
    expect(actors[0]?.chatter_index).toBeCloseTo((84 / 4 + 5 / 244) / 89, 6);
    expect(actors[1]).toMatchObject({
      machine_id: lathe,
      count: 1,
      suggestion: null,
      reason: expect.stringMatching('once only'),
    });
  });

  it('are not shown of machines of another factory, and not changed', async () => {
    const body = {
      username: 'far',
      email: 'far@plant.example',
      password: 'Correct-Horse-7',
      role: 'Supervisor',
      factory_id: 'F2',
    };
    expect((await core.as('Management', 'POST', '/auth/register', { body })).status).toBe(201);
    await core.as('Management', 'PATCH', `/data/machines/${press}`, { body: { factory_id: 'F1' } });
    const { access_token: token } = await core.signIn('far', 'Correct-Horse-7');
    const seen = await core.send<BadActors>('GET', '/alerts/bad-actors', { token });
    expect([seen.body.total, seen.body.actors.map(({ machine_id }) => machine_id)]).toEqual([1, [lathe]]);
    const input = { machine_id: press, metric: 'temperature', limit_kind: 'high', changes: { limit: 82 } };
    expect((await core.send('POST', '/alerts/bad-actors/apply', { token, body: input })).status).toBe(404);
    const { id } = (await apply({ off_delay_seconds: 5 })).body;
    expect((await core.send('POST', `/alerts/bad-actors/${id}/undo`, { token })).status).toBe(404);
    expect((await undo(id)).status).toBe(200);
  });
});

describe('a suggestion', () => {
  it('is applied with one call and undone with another, and both are audited', async () => {
    const { suggestion } = await worst();
    const applied = await apply(suggestion?.changes as object);
    expect(applied.status, applied.text).toBe(200);
    expect(await levels()).toMatchObject([{ off_delay_seconds: 5, on_delay_seconds: null, deadband: null }]);
    expect((await worst()).applied).toMatchObject({
      id: applied.body.id,
      by: 'supervisor1',
      changes: { off_delay_seconds: 5 },
    });
    expect((await undo(applied.body.id)).status).toBe(200);
    expect(await levels()).toEqual([]);
    expect((await worst()).applied).toBeNull();
    expect((await undo(applied.body.id)).status).toBe(409);
    const { entries } = (
      await core.as<{ entries: { action: string; outcome: string; details: object }[] }>(
        'Management',
        'GET',
        '/audit?limit=20',
      )
    ).body;
    const of = (name: string) => entries.find(({ action, outcome }) => action === name && outcome === 'success');
    const details = { name: 'Press 4', changes: { off_delay_seconds: 5 }, former: { level: null } };
    expect(of('limits.improve')).toMatchObject({ details });
    expect(of('limits.undo')).toMatchObject({ details });
  });

  it('about a limit leaves the critical one where it is', async () => {
    await core.as('Supervisor', 'PUT', `/data/machines/${press}/limits`, { body: { temperature: { high: 80 } } });
    expect(await limits()).toMatchObject({ temperature: { high: 80, high_high: 88 } });
    const { id } = (await apply({ limit: 82.5, on_delay_seconds: 20 })).body;
    expect(await limits()).toMatchObject({ temperature: { high: 82.5, high_high: 88 } });
    expect(await levels()).toMatchObject([{ on_delay_seconds: 20 }]);
    expect((await undo(id)).status).toBe(200);
    const own = (await core.as('Operator', 'GET', `/data/machines/${press}/limits`)).body.limits;
    expect([own, await levels()]).toEqual([{ temperature: { high: 80 } }, []]);
  });

  it('keeps what else is in the condition of the machine', async () => {
    const made = await core.as<{ condition: { id: string } }>('Supervisor', 'POST', '/conditions', {
      body: {
        kind: 'level',
        scope: { level: 'machine', machine_id: press },
        metric: 'temperature',
        on_delay_seconds: 3,
        cause: 'Fan',
      },
    });
    expect(made.status, made.text).toBe(201);
    const { id } = (await apply({ on_delay_seconds: 20, deadband: 2 })).body;
    expect(await levels()).toMatchObject([{ on_delay_seconds: 20, deadband: 2, cause: 'Fan' }]);
    expect((await undo(id)).status).toBe(200);
    expect(await levels()).toMatchObject([{ on_delay_seconds: 3, deadband: null, cause: 'Fan' }]);
    await core.as('Supervisor', 'DELETE', `/conditions/${made.body.condition.id}`);
  });

  it('is not undone where somebody has changed the limit since', async () => {
    const { id } = (await apply({ limit: 82 })).body;
    await core.as('Supervisor', 'PUT', `/data/machines/${press}/limits`, { body: { temperature: { high: 81 } } });
    const reply = await undo(id);
    expect([reply.status, reply.body.message]).toEqual([409, expect.stringMatching('changed since')]);
  });

  it('that makes no sense is refused, and changes nothing', async () => {
    const before = await limits();
    expect((await apply({})).status).toBe(400);
    expect((await apply({ limit: 500 })).status).toBe(400);
    expect((await apply({ limit: 1 }, { metric: 'unheard_of' })).status).toBe(400);
    expect((await apply({ limit: 1 }, { machine_id: '11111111-1111-4111-8111-111111111111' })).status).toBe(404);
    expect((await core.as('Operator', 'POST', '/alerts/bad-actors/apply', { body: {} })).status).toBe(403);
    expect((await undo('11111111-1111-4111-8111-111111111111')).status).toBe(404);
    expect([await limits(), await levels()]).toEqual([before, []]);
  });
});
