// Back-tests over HTTP: results, jobs, whose they are, and what a user with a factory may ask.

import type { BacktestReply, BacktestResult } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const FROM_MS = Date.now() - 2 * 3_600_000;
const at = (seconds: number) => new Date(FROM_MS + seconds * 1000).toISOString();
const range = { from: at(0), to: at(1200) };

let core: StartedCore;
let press: string;

/** Three short spikes of 8 s to 81, then 400 s at 85 with one peak; and at the end a dip of 10 s in it. */
function valueAt(second: number): number {
  if (second % 100 < 8 && second < 300) return 81;
  if (second >= 600 && second < 1000) return second >= 800 && second < 810 ? 79.5 : 85;
  return 65;
}

beforeAll(async () => {
  core = await startCore();
  press = await core.addMachine('Press 4');
  const body = { temperature: { low: null, high: 80, high_high: 100 } };
  expect((await core.as('Supervisor', 'PUT', `/data/machines/${press}/limits`, { body })).status).toBe(200);
  const readings = Array.from({ length: 1200 }, (_, i) => ({ timestamp: at(i), temperature: valueAt(i) }));
  await core.ingest(press, readings);
});
afterAll(() => core.remove());

const backtest = (body: object, role: 'Operator' | 'Supervisor' = 'Operator') =>
  core.as<BacktestReply>(role, 'POST', '/alerts/backtest', { body: { metric: 'temperature', ...range, ...body } });
async function resultOf(body: object): Promise<BacktestResult> {
  const reply = await backtest({ machine_ids: [press], ...body });
  expect(reply.status, reply.text).toBe(200);
  return reply.body.result as BacktestResult;
}

describe('a back-test', () => {
  it('of what is in force raises the same twice', async () => {
    const { now, would, readings, raises, excursions, machines } = await resultOf({});
    expect(now).toEqual({ raises: 4, seconds_in_alarm: 8 * 3 + 400, chattering: 0, worst_10_minutes: 3 });
    expect(would).toEqual(now);
    expect([readings, machines, raises.length]).toEqual([1200, 1, 4]);
    expect(
      raises.every(
        ({ change, found_after_seconds, reason }) => [change, found_after_seconds, reason].join() === 'kept,0,',
      ),
    );
    // Only the one that lasted for more than 5 minutes; the spikes did not.
    expect(excursions).toEqual({ true: 1, found: 1, latest_seconds: 0, allowed_seconds: 300 });
  });

  it('with an on-delay loses short raises, and finds the others later', async () => {
    const { would, raises, excursions } = await resultOf({ on_delay_seconds: 20 });
    expect(would.raises).toBe(1);
    expect(raises.map(({ change, reason_code }) => [change, reason_code])).toEqual([
      ...Array(3).fill(['gone', 'shorter_than_on_delay']),
      ['kept', null],
    ]);
    expect(raises[0]).toMatchObject({ raised_at: at(0), cleared_at: at(8), peak: 81, reason: 'Shorter than 20 s' });
    expect(raises[3]).toMatchObject({ found_after_seconds: 20, would_raise_at: at(620), severity: 'warning' });
    expect(excursions).toMatchObject({ true: 1, found: 1, latest_seconds: 20 });
  });

  it('with another limit says what is below it, and with a lower one what is new', async () => {
    const higher = await resultOf({ limits: { high: 82.5 } });
    // The dip clears it, because it is further below the limit.
    expect(higher.would.raises).toBe(2);
    expect(higher.raises[0]).toMatchObject({ kept: false, reason: 'Below the new high limit' });
    const none = await resultOf({ limits: { high: null, high_high: null } });
    expect(none.would.raises).toBe(0);
    expect(none.excursions).toMatchObject({ true: 1, found: 0, latest_seconds: null });
    expect(none.raises[0]).toMatchObject({ reason: 'There would be no such limit' });
    const lower = await resultOf({ limits: { high: 60 } });
    expect(lower.raises.some(({ change }) => change === 'kept')).toBe(true);
  });

  it('with a smaller deadband raises again after a dip', async () => {
    const { would, raises } = await resultOf({ deadband: 0.2 });
    expect(would.raises).toBe(5);
    expect(raises.at(-1)).toMatchObject({ change: 'new', raised_at: at(810) });
    const wider = await resultOf({ deadband_percent: 30 });
    expect(wider.would.raises).toBe(1);
    expect(wider.raises[1]).toMatchObject({ change: 'gone', reason_code: 'inside_deadband' });
    expect(wider.raises[0]).toMatchObject({ instead_of: 4, reason: '1 raise instead of 4' });
  });

  it('of a type covers its machines', async () => {
    const reply = await backtest({ sensor_type: 'press' });
    expect(reply.body.result).toMatchObject({ machines: 1, now: { raises: 4 } });
  });

  it('refuses what it cannot answer, with every fault', async () => {
    const faults = async (body: object) => {
      const reply = await backtest(body);
      expect(reply.status, reply.text).toBe(400);
      return (reply.body as unknown as { errors: { field: string }[] }).errors.map(({ field }) => field);
    };
    expect(await faults({})).toEqual(['machine_ids']);
    expect(await faults({ machine_ids: [press], from: range.to })).toEqual(['from']);
    expect(await faults({ machine_ids: [press], metric: 'unheard_of' })).toEqual(['metric']);
    expect(await faults({ machine_ids: [press], deadband: 1, deadband_percent: 1 })).toEqual(['deadband']);
    expect(await faults({ machine_ids: [press], limits: { high: 120 } })).toEqual(['limits.high_high']);
    expect(await faults({ machine_ids: [press], from: '2020-01-01T00:00:00Z' })).toEqual(['from']);
    expect(await faults({ sensor_type: 'none such' })).toEqual(['sensor_type']);
    expect((await backtest({ machine_ids: ['11111111-1111-4111-8111-111111111111'] })).status).toBe(404);
  });

  it('of another kind of condition shows what it would raise, beside none now', async () => {
    const condition = { kind: 'rate_of_change', units_per_minute: 50, window_seconds: 10, direction: 'rise' };
    const { now, would, raises, excursions } = await resultOf({ condition });
    expect([now.raises, would.raises, excursions.true]).toEqual([0, 3, 0]);
    expect(raises[0]).toMatchObject({
      change: 'new',
      limit_kind: 'stale',
      severity: 'warning',
      found_after_seconds: null,
    });
    const stuck = await resultOf({ condition: { kind: 'stuck', duration_seconds: 150 } });
    // From 308 s to 600 s, in both halves of the plateau, and at the end.
    expect(stuck.would.raises).toBe(4);
    const reply = await backtest({ machine_ids: [press], condition: { kind: 'no_count', duration_seconds: 5 } });
    expect([reply.status, (reply.body as unknown as { errors: { field: string }[] }).errors[0]?.field]).toEqual([
      400,
      'metric',
    ]);
    const both = await backtest({ machine_ids: [press], condition, limits: { high: 90 } });
    expect(both.status).toBe(400);
  });

  it('is kept for its user alone, until it is forgotten', async () => {
    const { job } = (await backtest({ machine_ids: [press] })).body;
    expect(job).toMatchObject({ state: 'done', progress: 1, error: null });
    const path = `/alerts/backtest/${job.id}`;
    expect((await core.as<BacktestReply>('Operator', 'GET', path)).body.result).toMatchObject({ readings: 1200 });
    expect((await core.as('Supervisor', 'GET', path)).status).toBe(404);
    expect((await core.as('Supervisor', 'DELETE', path)).status).toBe(404);
    expect((await core.as('Operator', 'DELETE', path)).status).toBe(200);
    expect((await core.as('Operator', 'GET', path)).status).toBe(404);
  });

  it('does not tell a user of a factory about machines of another one', async () => {
    const made = await core.as('Management', 'POST', '/auth/register', {
      body: {
        username: 'far',
        email: 'far@plant.example',
        password: 'Correct-Horse-7',
        role: 'Operator',
        factory_id: 'F2',
      },
    });
    expect(made.status, made.text).toBe(201);
    const moved = await core.as('Management', 'PATCH', `/data/machines/${press}`, { body: { factory_id: 'F1' } });
    expect(moved.status, moved.text).toBe(200);
    const { access_token: token } = await core.signIn('far', 'Correct-Horse-7');
    const ask = (body: object) =>
      core.send('POST', '/alerts/backtest', { token, body: { metric: 'temperature', ...range, ...body } });
    expect((await ask({ machine_ids: [press] })).status).toBe(404);
    expect((await ask({ sensor_type: 'press' })).status).toBe(400);
  });
});
