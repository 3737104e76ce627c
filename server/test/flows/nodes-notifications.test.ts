// What is set on one node is in force on the others: duty, contact points, conditions; and a back-test is known on each of them.

import type { BacktestReply, ContactReply, DutyScheduleReply, DutySchedulesReply } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startMailServer } from '../support/mail-server.ts';
import {
  hasServers,
  makeMachine,
  type PlantNode,
  type Servers,
  startNode,
  startServers,
} from './support/start-nodes.ts';

/** A change is in force on the other nodes within a second. */
const WITHIN = { timeout: 1000, interval: 20 };
const soon = { timeout: 15_000, interval: 50 };

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('agree on who is on duty, whom a contact point tells, which conditions count, and on back-tests', async () => {
    const mails = await startMailServer();
    const env = {
      ...(await servers.makePlant()),
      ...{ SMTP_URL: mails.url, SMTP_FROM: 'alarms@plant.example', PUBLIC_URL: 'https://hall.example' },
      SECRETS_KEY: 'a-key-for-tests-of-forty-characters-long',
    };
    const leader = await startNode(env);
    await vi.waitFor(async () => expect(await leader.isLeader()).toBe(true), soon);
    const other = await startNode(env);
    const token = await leader.signIn();
    const operator = await leader.signIn('operator1');
    const ask = async <T>(node: PlantNode, method: string, path: string, body?: unknown, as = token) => {
      const reply = await node.request(as, method, path, body);
      expect(reply.status, `${method} ${path} ${JSON.stringify(reply.body)}`).toBeLessThan(300);
      return reply.body as T;
    };
    const { people } = await ask<{ people: { id: string; name: string }[] }>(other, 'GET', '/notifications/people');
    const idOf = (name: string) => people.find((person) => person.name === name)?.id ?? '';

    // A schedule of the other node, and its change.
    const plan = { name: 'Nights', rotation: 'day', starts_on: '2020-01-01', zone: 'UTC', members: [null] };
    const { schedule } = await ask<DutyScheduleReply>(other, 'POST', '/notifications/schedules', plan);
    const onDuty = async (node: PlantNode) =>
      (await ask<DutySchedulesReply>(node, 'GET', '/notifications/schedules')).schedules[0]?.now?.name ?? null;
    const path = `/notifications/schedules/${schedule.id}`;
    await ask(other, 'PATCH', path, { members: [idOf('operator1')] });
    await vi.waitFor(async () => expect(await onDuty(leader)).toBe('operator1'), WITHIN);

    // A contact point that is verified on the other node.
    const body = { channel_id: 'email', address: 'budi@plant.example' };
    const { contact } = await ask<ContactReply>(other, 'POST', '/users/me/contacts', body, operator);
    const code = /^\d{6}/.exec(mails.mails[0]?.subject ?? '')?.[0];
    await ask(other, 'POST', `/users/me/contacts/${contact.id}/verify`, { code }, operator);
    const steps = [{ wait_seconds: 0, tell: [{ kind: 'duty', schedule_id: schedule.id }] }];
    const route = { name: 'Nights', match: {}, chain: { steps, stop_on_clear: false } };
    await ask(other, 'POST', '/notifications/routes', route);

    // A condition of the other node is evaluated on the leader, and whoever is on duty is told by it.
    const machine = await makeMachine(other, token);
    await vi.waitFor(async () => ask(leader, 'GET', `/data/machines/${machine}/limits`), WITHIN);
    await ask(other, 'POST', '/conditions', {
      ...{ kind: 'rate_of_change', metric: 'pressure', scope: { level: 'machine', machine_id: machine } },
      ...{ units_per_minute: 1, window_seconds: 60, severity: 'critical' },
    });
    await vi.waitFor(async () => {
      const { conditions } = await ask<{ conditions: object[] }>(leader, 'GET', '/conditions');
      expect(conditions).toMatchObject([{ kind: 'rate_of_change', metric: 'pressure' }]);
    }, WITHIN);
    const nowMs = Date.now();
    for (let seconds = 90; seconds >= 0; seconds -= 10) {
      const timestamp = new Date(nowMs - seconds * 1000).toISOString();
      await other.send(token, machine, { timestamp, pressure: seconds === 0 ? 40 : 10 });
    }
    await vi.waitFor(async () => {
      const { alerts } = await ask<{ alerts: object[] }>(leader, 'GET', `/alerts?machine_id=${machine}`);
      expect(alerts).toMatchObject([{ condition: 'rate_of_change', state: 'active_unacked' }]);
    }, soon);
    await vi.waitFor(() => {
      const told = mails.mails.filter(({ subject }) => subject.startsWith('CRITICAL'));
      expect(told).toMatchObject([{ to: 'budi@plant.example' }]);
    }, soon);

    // A back-test that runs on the other node while the store does not answer: the leader shows and cancels it.
    const question = {
      ...{ metric: 'pressure', machine_ids: [machine], limits: { high: 12 } },
      ...{ from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date().toISOString() },
    };
    const done = await ask<BacktestReply>(other, 'POST', '/alerts/backtest', question);
    const view = (node: PlantNode, id: string, as = token) => node.request(as, 'GET', `/alerts/backtest/${id}`);
    await vi.waitFor(async () => {
      expect((await view(leader, done.job.id)).body).toMatchObject({
        job: { state: 'done', progress: 1 },
        result: { raises: expect.any(Array) },
      });
    }, soon);
    expect((await view(leader, done.job.id, operator)).status).toBe(404);
    servers.influxdb.freeze();
    onTestFinished(() => servers.influxdb.thaw());
    const running = await ask<BacktestReply>(other, 'POST', '/alerts/backtest', question);
    expect((await view(leader, running.job.id)).body).toMatchObject({ job: { state: 'running', error: null } });
    expect((await leader.request(token, 'DELETE', `/alerts/backtest/${running.job.id}`)).status).toBe(200);
    for (const node of [leader, other]) expect((await view(node, running.job.id)).status).toBe(404);
    servers.influxdb.thaw();
    expect((await leader.request(token, 'DELETE', `/alerts/backtest/${done.job.id}`)).status).toBe(200);
    expect((await view(other, done.job.id)).status).toBe(404);
  }, 90_000);
});
