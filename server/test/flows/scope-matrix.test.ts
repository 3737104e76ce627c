// Every route, as users of each role who belong to a factory. What is of another factory must not change a single reply, and is not
// found by its id. Routes enter by themselves: a GET is compared with and without the other factory, any other method must be listed.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ROLES, type Role } from '@gonsters/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Reply, type StartedCore, startCore } from './support/start-core.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 12, 0, 0);
const RANGE = 'start_time=2026-01-15T10:00:00Z&end_time=2026-01-15T12:00:00Z';
/** Everything of the other factory has this in its names. */
const MARK = 'zeppelin';

let core: StartedCore;
let operations: string[];
/** Of factory F1, of every factory, and of F2. */
const ids = { own: '', common: '', foreign: '' };
const keptOfForeign = { deleted: '', alert: '', gateway: '', stream: '', user: '' };
const keptOfOwn = { alert: '', gateway: '', stream: '', user: '' };
const tokens = new Map<string, string>();

type Sender = `${Role} of ${'F1' | 'all'}`;
const SENDERS = ROLES.map((role): Sender => `${role} of F1`);
const as = (sender: Sender, method: string, path: string, body?: unknown) =>
  core.send(method, path, { token: tokens.get(sender), body });
const manager = (method: string, path: string, body?: unknown) => as('Management of all', method, path, body);

async function addMachine(name: string, factory: string | null, more: object = {}): Promise<string> {
  const body = {
    name,
    location: `Hall of ${name}`,
    sensor_type: 'press',
    factory_id: factory,
    aliases: [`${name} alias`],
  };
  const reply = await manager('POST', '/data/machine', { ...body, ...more });
  expect(reply.status, reply.text).toBe(201);
  return reply.body.machine_id as string;
}

/** Readings of which the last ones are past the limit, and one that is refused, from a gateway of the factory. */
async function feed(machineId: string, secret: string): Promise<void> {
  const readings = Array.from({ length: 10 }, (_, i) => ({
    timestamp: new Date(NOW_MS - (10 - i) * 1000).toISOString(),
    temperature: i < 5 ? 60 : 95,
  }));
  const entry = { machine_id: machineId, sensor_type: 'press', location: 'Hall', readings };
  const batch = { gateway_id: 'gw', timestamp: new Date(NOW_MS).toISOString(), batch: [entry] };
  expect((await core.send('POST', '/data/ingest', { token: secret, body: batch })).status).toBe(201);
  await core.send('POST', '/data/ingest', { token: secret, body: { machine_id: machineId, temperature: 'hot' } });
  await vi.waitFor(async () => {
    const alerts = (await manager('GET', `/alerts?machine_id=${machineId}`)).body.alerts as unknown[];
    expect(alerts).toHaveLength(1);
  });
}

const alertOf = async (machineId: string) =>
  ((await manager('GET', `/alerts?machine_id=${machineId}`)).body.alerts as [{ id: string }])[0].id;
async function addGateway(name: string, rights: object): Promise<{ id: string; password: string }> {
  const reply = await manager('POST', '/gateways', { name, ...rights });
  expect(reply.status, reply.text).toBe(201);
  return { id: (reply.body.gateway as { id: string }).id, password: reply.body.password as string };
}
async function streamOf(gatewayId: string): Promise<string> {
  const streams = (await manager('GET', '/ingest/incoming')).body.streams as {
    id: string;
    gateway: { id: string } | null;
  }[];
  return streams.find(({ gateway }) => gateway?.id === gatewayId)?.id as string;
}
async function addUser(username: string, role: Role, factory: string | null): Promise<string> {
  const password = 'Correct-Horse-7';
  const body = { username, email: `${username}@plant.example`, password, role, factory_id: factory };
  const made = await manager('POST', '/auth/register', body);
  expect(made.status, made.text).toBe(201);
  return (await core.signIn(username, password)).access_token;
}

async function userIdOf(username: string): Promise<string> {
  const users = (await manager('GET', '/users')).body.users as { id: string; username: string }[];
  return users.find((user) => user.username === username)?.id as string;
}

/** What a path parameter stands for, and an example that F1 may see. */
function pathWith(operation: string, machineId: string, alertId: string, gatewayId: string, streamId: string): string {
  const path = (operation.split(' ')[1] as string).replace('/api/v1', '');
  const isOutside = !operation.includes('/api/v1');
  const id = /\/alerts\//.test(path) ? alertId : /\/gateways\//.test(path) ? gatewayId : machineId;
  const user = machineId === ids.foreign ? keptOfForeign.user : keptOfOwn.user;
  const filled = path
    .replace('/users/{id}', `/users/${user}`)
    .replace('/incoming/{id}', `/incoming/${streamId}`)
    .replace('{machine_id}', machineId)
    .replace('/metrics/{name}', '/metrics/temperature')
    .replace('{name}', 'press')
    .replace('{language}', 'en')
    .replace('{sensor_type}', 'press')
    .replace('{id}', id);
  return `${isOutside ? '/' : ''}${filled}${queryOf(operation)}`;
}

const queryOf = (operation: string): string => {
  if (operation.endsWith('/data/compare')) return `?machine_ids=${ids.own},${ids.common}&metric=temperature&${RANGE}`;
  if (/\/data\/machine\/\{machine_id\}/.test(operation)) return `?${RANGE}`;
  if (operation.endsWith(' /query')) return '?q=SHOW%20DATABASES';
  return operation.endsWith('/api-keys') ? '?all=true' : '';
};

beforeAll(async () => {
  const routes = new Set<string>();
  const listen = (message: unknown) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.add(`${each} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    });
  };
  subscribe('fastify.initialization', listen);
  core = await startCore({ JWT_ACCESS_TOKEN_EXPIRES: '86400' }, undefined, { clock: { nowMs: () => NOW_MS } });
  tokens.set('Management of all', await core.token('Management'));
  tokens.set('Supervisor of all', await core.token('Supervisor'));
  tokens.set('Operator of all', await core.token('Operator'));
  for (const role of ROLES) tokens.set(`${role} of F1`, await addUser(`${role.toLowerCase()}f1`, role, 'F1'));
  keptOfOwn.user = await userIdOf('operatorf1');
  unsubscribe('fastify.initialization', listen);
  operations = [...routes].filter((each) => !/^(HEAD|OPTIONS) | \/docs|\*/.test(each));
  expect(operations.length).toBeGreaterThan(90);
  ids.own = await addMachine('Anvil', 'F1');
  ids.common = await addMachine('Bellows', null);
  const gateway = await addGateway('Gate of F1', { scope: 'factory', factory_id: 'F1' });
  for (const id of [ids.own, ids.common]) await feed(id, gateway.password);
  keptOfOwn.alert = await alertOf(ids.own);
  keptOfOwn.gateway = gateway.id;
  keptOfOwn.stream = await streamOf(gateway.id);
  await addGateway('Gate of all', { scope: 'plant' });
});
afterAll(() => core.remove());

/** Reads that say nothing of machines, and differ by themselves. */
const NOT_COMPARED = new Set(['GET /metrics', 'GET /health/ready', 'GET /openapi.json', 'GET /ack/{token}']);
const gets = () => operations.filter((each) => each.startsWith('GET ') && !NOT_COMPARED.has(each));
const own = (operation: string) => pathWith(operation, ids.own, keptOfOwn.alert, keptOfOwn.gateway, keptOfOwn.stream);
const foreign = (operation: string) =>
  pathWith(operation, ids.foreign, keptOfForeign.alert, keptOfForeign.gateway, keptOfForeign.stream);
const HAS_ID = /\{(id|machine_id)\}/;

/**
 * Numbers of changes are given out to all alerts and entries, the disk is that of the server, and how many readings an alert has is
 * stored some time later.
 */
const comparable = ({ status, text }: Reply) =>
  `${status} ${text
    .replaceAll(/"(seq|id|hash|request_id|last_used|last_seen|last_login|reading_count)":("[^"]*"|\d+)/g, '"$1":0')
    .replace(/"kept":{[^}]*}/, '')
    .replaceAll(/,95,95,\d+,/g, ',95,95,n,')}`;

async function repliesOf(sender: Sender): Promise<Map<string, string>> {
  const replies = new Map<string, string>();
  for (const operation of gets()) replies.set(operation, comparable(await as(sender, 'GET', own(operation))));
  return replies;
}

describe('what is of another factory', () => {
  it('changes no reply to a user of the factory, and many to the others', async () => {
    const before = new Map<Sender, Map<string, string>>();
    const all = SENDERS.map((sender) => sender.replace('F1', 'all') as Sender);
    for (const sender of [...SENDERS, ...all]) before.set(sender, await repliesOf(sender));

    ids.foreign = await addMachine(`${MARK} press`, 'F2', { location: `${MARK} hall` });
    const gateway = await addGateway(`${MARK} gate`, { scope: 'factory', factory_id: 'F2' });
    await feed(ids.foreign, gateway.password);
    keptOfForeign.alert = await alertOf(ids.foreign);
    keptOfForeign.gateway = gateway.id;
    keptOfForeign.stream = await streamOf(gateway.id);
    await addGateway(`${MARK} bound`, { scope: 'machines', machine_ids: [ids.foreign] });
    keptOfForeign.deleted = await addMachine(`${MARK} scrapped`, 'F2');
    await feed(keptOfForeign.deleted, gateway.password);
    await manager('DELETE', `/data/machines/${keptOfForeign.deleted}?readings=keep`);
    const gone = await addMachine(`${MARK} gone`, 'F2');
    await feed(gone, gateway.password);
    await manager('DELETE', `/data/machines/${gone}?readings=delete`);
    await manager('POST', `/alerts/${keptOfForeign.alert}/acknowledge`, { note: MARK });
    await manager('PUT', `/data/machines/${ids.foreign}/limits`, { temperature: { high: 77 } });
    await addUser(`${MARK}1`, 'Operator', 'F2');
    keptOfForeign.user = await userIdOf(`${MARK}1`);

    const changed = new Set<string>();
    for (const sender of SENDERS) {
      for (const [operation, reply] of await repliesOf(sender)) {
        expect(reply, `${sender}: ${operation}`).toBe(before.get(sender)?.get(operation));
        expect(reply, `${sender}: ${operation}`).not.toMatch(
          new RegExp(`${MARK}|${ids.foreign}|${keptOfForeign.deleted}`),
        );
      }
    }
    for (const sender of all) {
      for (const [operation, reply] of await repliesOf(sender)) {
        if (reply !== before.get(sender)?.get(operation)) changed.add(operation.replace('GET /api/v1', ''));
      }
    }
    // So that the comparison is one: these replies do change for those who see every machine.
    expect([...changed]).toEqual(
      expect.arrayContaining([
        ...['/data/machines', '/data/machines/summary', '/data/machines/export', '/data/machines/deleted'],
        ...[
          '/data/latest',
          '/data/limits',
          '/alerts',
          '/alerts/stats',
          '/alerts/bad-actors',
          '/alerts/export',
          '/machine-types',
        ],
        ...['/metrics', '/gateways', '/users', '/audit', '/ingest/rejected', '/ingest/incoming'],
      ]),
    );
  });

  it('is not found by its id', async () => {
    // Duty schedules belong to no factory.
    const withId = gets().filter((operation) => HAS_ID.test(operation) && !/schedules/.test(operation));
    for (const operation of withId) {
      const mayExist = await manager('GET', foreign(operation));
      for (const sender of SENDERS) {
        const reply = await as(sender, 'GET', foreign(operation));
        const isOpen = (await as(sender, 'GET', own(operation))).status !== 403;
        expect(reply.status, `${sender}: ${operation} ${reply.text}`).toBe(isOpen ? 404 : 403);
        expect(reply.text).not.toMatch(MARK);
      }
      if (!/successor|profile\/export|replay|backtest/.test(operation)) expect(mayExist.status, operation).toBe(200);
    }
    expect(withId.length).toBeGreaterThan(8);
    const { deleted, alert } = keptOfForeign;
    for (const path of [
      `/data/machine/${deleted}?${RANGE}`,
      `/data/machine/${deleted}/export?${RANGE}`,
      `/data/compare?machine_ids=${ids.own},${ids.foreign}&metric=temperature&${RANGE}`,
      `/alerts/export?ids=${alert}`,
      `/metrics?machine_id=${ids.foreign}`,
    ]) {
      for (const sender of SENDERS) expect((await as(sender, 'GET', path)).status, `${sender}: ${path}`).toBe(404);
      expect((await manager('GET', path)).status, path).toBe(200);
    }
    // The newest alert is of the other factory; a page of one has the newest that the user sees.
    const first = (await as('Operator of F1', 'GET', '/alerts?limit=1')).body as {
      alerts: unknown[];
      next_cursor: string;
    };
    const rest = await as('Operator of F1', 'GET', `/alerts?limit=1&cursor=${first.next_cursor}`);
    expect([first.alerts, rest.body.alerts]).toEqual([expect.any(Array), expect.any(Array)]);
    expect([first.alerts.length, (rest.body.alerts as []).length, rest.body.next_cursor]).toEqual([1, 1, null]);
    for (const path of [
      `/data/machines?search=${MARK}`,
      `/alerts?machine_id=${ids.foreign}`,
      `/data/machines?location=${MARK}%20hall`,
    ]) {
      const { text } = await as('Operator of F1', 'GET', path);
      expect(text).not.toMatch(new RegExp(`${MARK}|"total_records":1`));
      expect((await manager('GET', path)).text).toMatch(MARK);
    }
  });
});

/** Of a write: a body that is valid for any machine, alert or gateway. `plant`: it is about no machine. */
const WRITES: Record<string, { body?: unknown; code?: number } | 'plant' | 'own session' | 'below'> = {
  // Whoever has the link of a message may acknowledge its alert.
  'POST /ack/{token}': 'plant',
  // Signed by Slack and by Meta.
  'POST /hooks/{channel_id}/slack': 'plant',
  'POST /hooks/{channel_id}/whatsapp': 'plant',
  'POST /auth/register': 'below',
  'POST /auth/login': 'own session',
  'POST /auth/refresh': 'own session',
  'POST /auth/logout': 'own session',
  'POST /auth/password': 'own session',
  'POST /auth/password-reset': 'own session',
  'POST /auth/oidc/session': 'own session',
  // Only for Management of every factory.
  'PUT /auth/oidc/rules': 'plant',
  'POST /auth/oidc/refused/{id}/link': 'plant',
  'POST /auth/second-factor': 'own session',
  'POST /auth/second-factor/options': 'own session',
  'PUT /auth/policy': 'below',
  'POST /users/me/second-factors/totp': 'own session',
  'POST /users/me/second-factors/totp/{id}/confirm': 'own session',
  'POST /users/me/second-factors/passkeys/options': 'own session',
  'POST /users/me/second-factors/passkeys': 'own session',
  'DELETE /users/me/second-factors/{id}': 'own session',
  'POST /users/me/second-factors/recovery-codes': 'own session',
  'DELETE /users/{id}/second-factors': 'below',
  'DELETE /users/me/sessions': 'own session',
  'DELETE /users/me/sessions/{session_id}': 'own session',
  'DELETE /users/{id}/sessions': 'below',
  'DELETE /users/{id}/sessions/{session_id}': 'below',
  'PATCH /users/{id}': 'below',
  'DELETE /users/{id}': 'below',
  'POST /users/{id}/password-link': 'below',
  'POST /api-keys': 'own session',
  'POST /api-keys/{id}/rotate': 'own session',
  'DELETE /api-keys/{id}': 'below',
  'POST /data/machine': 'below',
  'POST /data/machines/import': 'below',
  'PATCH /data/machines/{id}': { body: { location: 'Elsewhere' } },
  'PUT /data/machines/{id}/limits': { body: { temperature: { high: 90 } } },
  'PUT /data/machines/{id}/metrics': { body: { metrics: [], inactivity_timeout: 100 } },
  'PUT /data/machines/{id}/metrics/{name}/calibration': { body: { offsets: [] } },
  'POST /machines/{id}/successor': { body: { machine_id: '{common}' } },
  // Tested in `backtest.test.ts`.
  'POST /alerts/backtest': 'own session',
  'DELETE /alerts/backtest/{id}': 'own session',
  // Tested in `bad-actors.test.ts`.
  'POST /alerts/bad-actors/apply': 'below',
  'POST /alerts/bad-actors/{id}/undo': 'below',
  'POST /alerts/{id}/acknowledge': { body: { note: 'seen' } },
  'POST /alerts/{id}/shelve': { body: { until: '2026-01-15T13:00:00Z', reason: 'test' } },
  'POST /alerts/{id}/unshelve': {},
  'POST /gateways/{id}/replay': { body: {} },
  'POST /ingest/incoming/{id}/replay': {},
  'POST /ingest/unknown/{machine_id}/accept': { body: {}, code: 404 },
  'POST /ingest/unknown/{machine_id}/reject': { body: {}, code: 404 },
  'POST /gateways': 'below',
  'PATCH /gateways/{id}': { body: { timezone: 'Asia/Jakarta' } },
  'POST /gateways/{id}/token': { body: {} },
  'DELETE /gateways/{id}/token': {},
  'PUT /gateways/{id}/profile': { body: { profile: { rules: [{ topic: 'a/{machine}', values: [{ path: '@.t' }] }] } } },
  'POST /gateways/{id}/profile/preview': {
    body: {
      profile: { rules: [{ topic: 'a/{machine}', values: [{ path: '@.t' }] }] },
      messages: [{ topic: 'a/b', payload: '{"t":1}' }],
    },
  },
  'DELETE /gateways/{id}/profile': {},
  'POST /gateways/{id}/profile/undo': {},
  'DELETE /gateways/{id}': {},
  'DELETE /data/machines/{id}': {},
  'POST /data/ingest': 'below',
  'POST /write': 'below',
  'POST /v2/write': 'below',
  'POST /query': 'plant',
  'PUT /data/sensor-types/{sensor_type}/limits': 'plant',
  // Machines of other factories are tested with the status.
  'POST /data/machines/status': 'plant',
  // Those of machines are tested with conditions.
  'POST /conditions': 'plant',
  'PATCH /conditions/{id}': 'plant',
  'DELETE /conditions/{id}': 'plant',
  'POST /metrics': 'plant',
  'PATCH /metrics/{name}': 'plant',
  'DELETE /metrics/{name}': 'plant',
  'POST /metrics/{name}/accept': 'plant',
  'POST /metrics/merge': 'plant',
  'DELETE /metrics/{name}/merge': 'plant',
  'POST /machine-types/import': 'plant',
  'PUT /machine-types/{name}': 'plant',
  'DELETE /machine-types/{name}': 'plant',
  'POST /users/me/contacts': 'own session',
  'PUT /users/me/contacts/preferences': 'own session',
  'POST /users/me/contacts/{contact_id}/verify': 'own session',
  'POST /users/me/contacts/{contact_id}/send-code': 'own session',
  'POST /users/me/contacts/{contact_id}/test': 'own session',
  'DELETE /users/me/contacts/{contact_id}': 'own session',
  'POST /users/{id}/contacts': 'below',
  'PUT /users/{id}/contacts/preferences': 'below',
  'POST /users/{id}/contacts/{contact_id}/verify': 'below',
  'POST /users/{id}/contacts/{contact_id}/send-code': 'below',
  'POST /users/{id}/contacts/{contact_id}/test': 'below',
  'DELETE /users/{id}/contacts/{contact_id}': 'below',
  'PUT /notifications/templates/{language}': 'plant',
  'DELETE /notifications/templates/{language}': 'plant',
  'POST /notifications/templates/preview': 'below',
  'POST /notifications/channels/{id}/test': 'plant',
  'POST /notifications/channels': 'plant',
  'PATCH /notifications/channels/{id}': 'plant',
  'POST /notifications/channels/{id}/rotate': 'plant',
  'DELETE /notifications/channels/{id}': 'plant',
  'POST /notifications/routes': 'plant',
  'PUT /notifications/routes/order': 'plant',
  'PATCH /notifications/routes/{id}': 'plant',
  'DELETE /notifications/routes/{id}': 'plant',
  'POST /notifications/preview': 'below',
  'POST /notifications/drill': 'plant',
  'PUT /notifications/calendar': 'plant',
  'POST /shifts/notes': 'plant',
  'POST /shifts/sign-offs': 'plant',
  'POST /notifications/schedules': 'plant',
  'PATCH /notifications/schedules/{id}': 'plant',
  'DELETE /notifications/schedules/{id}': 'plant',
  'POST /notifications/schedules/{id}/overrides': 'plant',
  'DELETE /notifications/schedules/{id}/overrides/{override_id}': 'plant',
  'POST /notifications/schedules/{id}/calendar-link': 'plant',
  'DELETE /notifications/schedules/{id}/calendar-link': 'plant',
  'POST /config/update': 'plant',
  'POST /config/reset': 'plant',
  'POST /system/clock/confirm': 'plant',
  'POST /system/damage/acknowledge': 'plant',
};
const nameOf = (operation: string) => operation.replace(/ \/api(\/v1)?\//, ' /');

describe('a change', () => {
  it('is listed here, so that somebody has thought of it', () => {
    const writes = operations.filter((each) => !each.startsWith('GET ')).map(nameOf);
    expect(writes.filter((each) => WRITES[each] === undefined)).toEqual([]);
    expect(Object.keys(WRITES).filter((each) => !writes.includes(each))).toEqual([]);
  });

  it('of what is of another factory is refused as if it did not exist, and changes nothing', async () => {
    const shown = async () => {
      const paths = ['', '/limits', '/metrics'].map((part) => `/data/machines/${ids.foreign}${part}`);
      paths.push(`/alerts/${keptOfForeign.alert}`, '/gateways', '/data/latest');
      return Promise.all(paths.map(async (path) => (await manager('GET', path)).text));
    };
    const before = await shown();
    for (const [name, write] of Object.entries(WRITES)) {
      if (typeof write === 'string') continue;
      const operation = operations.find((each) => nameOf(each) === name) as string;
      const body = JSON.parse(JSON.stringify(write.body ?? null)?.replace('{common}', ids.common) ?? 'null');
      for (const sender of SENDERS) {
        const send = (path: string) => as(sender, name.split(' ')[0] as string, path, body ?? undefined);
        const reply = await send(foreign(operation));
        expect([403, 404], `${sender}: ${name} ${reply.text}`).toContain(reply.status);
        if (reply.status === 403) expect(reply.body.message).not.toMatch(/factory/);
        expect(reply.text).not.toMatch(MARK);
      }
      const managed = await as('Management of F1', name.split(' ')[0] as string, foreign(operation), body ?? undefined);
      expect(managed.status, `${name} ${managed.text}`).toBe(404);
    }
    expect(await shown()).toEqual(before);
    const successor = await as('Supervisor of F1', 'POST', `/machines/${ids.own}/successor`, {
      machine_id: ids.foreign,
    });
    expect(successor.status).toBe(404);
  });

  it('of what is of the factory, or of every one, is accepted', async () => {
    for (const [name, write] of Object.entries(WRITES)) {
      if (typeof write === 'string' || write.code === 404) continue;
      const operation = operations.find((each) => nameOf(each) === name) as string;
      const body = JSON.parse(JSON.stringify(write.body ?? null)?.replace('{common}', ids.common) ?? 'null');
      const reply = await as('Management of F1', name.split(' ')[0] as string, own(operation), body ?? undefined);
      expect(reply.status, `${name} ${reply.text}`).toBeLessThan(300);
    }
  });

  it('cannot give anything to another factory, nor take rights from it', async () => {
    const of = 'Management of F1' as const;
    const described = { name: 'Crucible', location: 'Hall', sensor_type: 'press' };
    const fault = { status: 400, body: { code: 'validation_failed' } };
    expect(await as(of, 'POST', '/data/machine', { ...described, factory_id: 'F2' })).toMatchObject(fault);
    expect(await as(of, 'POST', '/data/machines/import', [{ ...described, factory_id: 'F2' }])).toMatchObject(fault);
    expect(await as(of, 'PATCH', `/data/machines/${ids.common}`, { factory_id: 'F2' })).toMatchObject(fault);
    const made = await as(of, 'POST', '/data/machine', described);
    expect(made).toMatchObject({ status: 201, body: { machine: { factory_id: 'F1' } } });

    const person = { username: 'crucible', email: 'c@plant.example', password: 'Correct-Horse-7' };
    expect(await as(of, 'POST', '/auth/register', { ...person, factory_id: 'F2' })).toMatchObject(fault);
    expect(await as(of, 'POST', '/auth/register', { ...person, factory_id: null })).toMatchObject(fault);
    const user = (await as(of, 'POST', '/auth/register', person)).body.user as { id: string; factory_id: string };
    expect(user.factory_id).toBe('F1');
    expect(await as(of, 'PATCH', `/users/${user.id}`, { factory_id: null })).toMatchObject(fault);
    const users = (await manager('GET', '/users')).body.users as { id: string; username: string }[];
    const other = users.find(({ username }) => username === 'manager1')?.id;
    expect((await as(of, 'PATCH', `/users/${other}`, { is_active: false })).status).toBe(404);
    expect((await as(of, 'DELETE', `/users/${other}`)).status).toBe(404);
    expect((await as(of, 'POST', `/users/${other}/password-link`)).status).toBe(404);
    expect((await as(of, 'DELETE', `/users/${other}/second-factors`)).status).toBe(404);
    expect((await as(of, 'GET', `/users/${other}/sessions`)).status).toBe(404);
    expect((await as(of, 'DELETE', `/users/${other}/sessions`)).status).toBe(404);
    expect((await as(of, 'DELETE', `/users/${other}/sessions/${other}`)).status).toBe(404);
    const optional = { Operator: 'optional', Supervisor: 'optional', Management: 'optional' };
    expect((await as(of, 'PUT', '/auth/policy', { second_factor: optional })).status).toBe(403);
    const shown = { language: 'en', subject: '{{machine}}', body: '{{machine}}', alert_id: keptOfForeign.alert };
    expect((await as(of, 'POST', '/notifications/templates/preview', shown)).status).toBe(404);
    expect((await as(of, 'GET', `/users/${user.id}/contacts`)).status).toBe(200);
    expect((await as(of, 'GET', `/users/${other}/contacts`)).status).toBe(404);
    const contacts = `/users/${other}/contacts`;
    const contact = { channel_id: 'email', address: 'a@plant.example' };
    const preferences = { normal: [], critical: null, quiet_hours: null, language: null };
    expect((await as(of, 'POST', contacts, contact)).status).toBe(404);
    expect((await as(of, 'PUT', `${contacts}/preferences`, preferences)).status).toBe(404);
    for (const [method, part, body] of [
      ['POST', '/verify', { code: '000000' }],
      ['POST', '/send-code'],
      ['POST', '/test'],
      ['DELETE', ''],
    ] as const) {
      expect((await as(of, method, `${contacts}/${ids.own}${part}`, body)).status).toBe(404);
    }

    for (const rights of [
      { scope: 'plant' },
      { scope: 'factory', factory_id: 'F2' },
      { scope: 'machines', machine_ids: [ids.foreign] },
    ]) {
      expect(await as(of, 'POST', '/gateways', { name: 'Wide', ...rights })).toMatchObject({ status: 403 });
    }
    const plantWide = ((await manager('GET', '/gateways')).body.gateways as { id: string; scope: string }[]).find(
      ({ scope }) => scope === 'plant',
    );
    const profile = { rules: [{ topic: 'a/{machine}', values: [{ path: '@.t' }] }] };
    const messages = [{ topic: `a/${MARK} press`, payload: '{"t":1}' }];
    const preview = await as(of, 'POST', `/gateways/${plantWide?.id}/profile/preview`, { profile, messages });
    expect(preview.status).toBe(403);
    expect((await as(of, 'PATCH', `/gateways/${plantWide?.id}`, { rotate_password: true })).status).toBe(403);
    expect((await as(of, 'POST', `/gateways/${plantWide?.id}/token`)).status).toBe(403);
  });

  it('by a reading is refused for a machine of another factory, in every form', async () => {
    const latest = async () => (await manager('GET', `/data/machines/${ids.foreign}`)).text;
    const before = await latest();
    for (const sender of SENDERS) {
      const reading = { machine_id: ids.foreign, temperature: 70 };
      expect(await as(sender, 'POST', '/data/ingest', reading)).toMatchObject({ status: 400 });
      const entry = { machine_id: `${MARK} press`, sensor_type: 'press', location: 'Hall', readings: [{ speed: 1 }] };
      const batch = { gateway_id: 'g', timestamp: new Date(NOW_MS).toISOString(), batch: [entry] };
      expect(await as(sender, 'POST', '/data/ingest', batch)).toMatchObject({ status: 400 });
      for (const path of ['//write', '//api/v2/write']) {
        const line = await core.send('POST', path, {
          token: tokens.get(sender),
          body: `temp,machine=${ids.foreign} value=70`,
        });
        expect(line.status).toBe(400);
      }
    }
    expect(await latest()).toBe(before);
  });
});

it('an API key has the scope of its owner, and a user who gets another factory signs in again', async () => {
  const { secret } = (
    await as('Supervisor of F1', 'POST', '/api-keys', { name: 'Report', permissions: ['read:machines'] })
  ).body as { secret: string };
  const listed = async () => (await core.send('GET', '/data/machines', { token: secret })).text;
  expect(await listed()).not.toMatch(MARK);
  const users = (await manager('GET', '/users')).body.users as { id: string; username: string }[];
  const id = users.find(({ username }) => username === 'supervisorf1')?.id;
  expect((await manager('PATCH', `/users/${id}`, { factory_id: null })).status).toBe(200);
  expect((await as('Supervisor of F1', 'GET', '/data/machines')).status).toBe(401);
  expect(await listed()).toMatch(MARK);
});
