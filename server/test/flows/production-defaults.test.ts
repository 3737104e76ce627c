// A production server with default settings, started as a process: what a stranger, a gateway and each role are refused, step by step.
// The table that results is the one of docs/security.md. It uses the build.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROLES, type Role } from '@gonsters/contract';
import { SignJWT } from 'jose';
import mqtt from 'mqtt';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningServer, startProcess } from '../support/start-process.ts';

const PASSWORD = 'Sturdy-Gate-41';
const NIL = '00000000-0000-0000-0000-000000000000';
const PUBLIC_TO_ALL = 'every other operation of the API';
const TABLE = resolve(import.meta.dirname, '../../../docs/security.md');

let directory = '';
let server: RunningServer;
let http = '';
let broker = '';
const tokens = new Map<Role | 'chief' | 'gateway', string>();
const ids = { own: '', other: '', alert: NIL, user: '', chief: '' };
let gatewayName = '';
const seen: string[] = [];

interface Answer {
  status: number;
  body: Record<string, unknown>;
}
async function call(token: string | undefined, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path.startsWith('//') ? http + path.slice(1) : `${http}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : {} };
}
const said = ({ status, body }: Answer) => {
  const [fault] = (body.errors ?? []) as { code?: string }[];
  const code = body.code ?? fault?.code;
  return typeof code === 'string' ? `${status} \`${code}\`` : String(status);
};
const note = (who: string, what: string, answer: string) => seen.push(`| ${who} | ${what} | ${answer} |`);

const login = (username: string, password: string) => call(undefined, 'POST', '/auth/login', { username, password });
const batch = (machineId: string, reading: object) => ({
  ...{ gateway_id: 'gw', timestamp: new Date().toISOString() },
  batch: [{ machine_id: machineId, sensor_type: 'press', location: 'Hall', readings: [reading] }],
});
const at = '2026-01-15T10:30:00Z';

/** What a client of the live stream is told. */
async function socket(token: string | undefined, origin?: string): Promise<string> {
  const client = io(http, {
    ...{ auth: token === undefined ? {} : { token }, transports: ['websocket'], reconnection: false, forceNew: true },
    ...(origin === undefined ? {} : { extraHeaders: { origin } }),
  });
  try {
    return await new Promise<string>((done) => {
      client.on('connected', () => done('connected'));
      client.on('connect_error', () => done('refused'));
      client.on('disconnect', () => done('refused'));
    });
  } finally {
    client.disconnect();
  }
}
/** What the broker says to a client. */
async function connectMqtt(username: string, password: string): Promise<string> {
  const options = { username, password, reconnectPeriod: 0, connectTimeout: 10_000 };
  return mqtt.connectAsync(broker, options, false).then(
    async (client) => client.endAsync().then(() => 'connected'),
    (error: Error) => `refused: ${error.message}`,
  );
}
const documented = async () => {
  const { body } = await call(undefined, 'GET', '//openapi.json');
  return Object.entries(body.paths as Record<string, Record<string, { security?: unknown[] }>>).flatMap(
    ([path, methods]) => Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
  );
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gonsters-'));
  server = await startProcess(directory, {
    ...{ NODE_ENV: 'production', JWT_SECRET_KEY: 'k'.repeat(32), ADMIN_USERNAME: 'chief', ADMIN_PASSWORD: PASSWORD },
  });
  http = server.http.replace('0.0.0.0', '127.0.0.1');
  const chief = await login('chief', PASSWORD);
  tokens.set('chief', chief.body.access_token as string);
  ids.chief = (chief.body.user as { id: string }).id;
  const manage = async (method: string, path: string, body: unknown) => {
    const reply = await call(tokens.get('chief'), method, path, body);
    expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
    return reply.body;
  };
  for (const role of ROLES) {
    const username = role.toLowerCase();
    const account = { username, email: `${username}@plant.example`, password: PASSWORD, role, factory_id: 'F1' };
    const { user } = await manage('POST', '/auth/register', account);
    ids.user = (user as { id: string }).id;
    tokens.set(role, (await login(username, PASSWORD)).body.access_token as string);
  }
  for (const [which, factory_id] of [
    ['own', 'F1'],
    ['other', 'F2'],
  ] as const) {
    const machine = { name: `Press ${which}`, location: 'Hall', sensor_type: 'press', factory_id };
    ids[which] = (await manage('POST', '/data/machine', machine)).machine_id as string;
  }
  const made = await manage('POST', '/gateways', { name: 'Line 1', scope: 'machines', machine_ids: [ids.own] });
  gatewayName = (made.gateway as { username: string }).username;
  tokens.set('gateway', made.password as string);
  broker = `mqtt://127.0.0.1:${new URL(server.mqtt.replace(/^mqtt/, 'http')).port}`;
  await manage('POST', '/data/ingest', batch(ids.own, { timestamp: at, temperature: 99 }));
  await vi.waitFor(async () => {
    const { body } = await call(tokens.get('chief'), 'GET', `/alerts?machine_id=${ids.own}`);
    ids.alert = (body.alerts as { id: string }[])[0]?.id ?? NIL;
  });
});
afterAll(async () => {
  await server.end('SIGTERM');
  await rm(directory, { recursive: true, force: true });
});

test('a stranger', async () => {
  const step = async (what: string, ...request: [string, string, unknown?]) =>
    note('a stranger', what, said(await call(undefined, ...request)));
  const account = { username: 'stranger', email: 's@evil.example', password: PASSWORD };
  await step('register', 'POST', '/auth/register', account);
  await step('sign in with the sample account', 'POST', '/auth/login', {
    username: 'manager1',
    password: 'Password123!',
  });
  for (let i = 0; i < 5; i++) await login('chief', `Wrong-one-${i}`);
  note('a stranger', 'guess the password of an account, the sixth time', said(await login('chief', 'Wrong-one-6')));
  await step('renew a session with an invented token', 'POST', '/auth/refresh', { refresh_token: 'invented' });
  await step('set a password with an invented link', 'POST', '/auth/password-reset', {
    ...{ token: 'invented', new_password: PASSWORD },
  });
  await step('sign in with OpenID Connect, which is not set up', 'GET', '/auth/oidc/start');
  const claims = { sub: ids.chief, role: 'Management', type: 'access', sid: NIL, username: 'chief' };
  const forged = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('gonsters-backend-api')
    .setAudience('gonsters-dashboard')
    .setJti(NIL)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(Buffer.from('another secret of the same length.'));
  note(
    'a stranger',
    'use an access token that is signed with another key',
    said(await call(forged, 'GET', '/auth/me')),
  );
  const [, payload] = forged.split('.');
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  note('a stranger', 'use an access token without a signature', said(await call(none, 'GET', '/auth/me')));

  const isOpen =
    /^\/(health|ping|metrics)|\/auth\/(register|login|refresh|password-reset|methods|second-factor|oidc\/(start|callback|session))|duty\.ics$/;
  const others = (await documented()).filter(([, path]) => !isOpen.test(path));
  const answers = new Set<string>();
  for (const [method, path] of others) {
    const filled = `/${path.replace(/\{\w+\}/g, NIL)}`;
    answers.add(String((await call(undefined, method, filled, method === 'GET' ? undefined : {})).status));
  }
  expect(others.length).toBeGreaterThan(100);
  note('a stranger', PUBLIC_TO_ALL, [...answers].join(', '));
  await step('write line protocol', 'POST', '//write?db=x', 'm temperature=1');
  await step('query as a client of InfluxDB', 'GET', '//query?q=SHOW%20DATABASES');
  await step(
    'open the calendar of a duty schedule without its token',
    'GET',
    `/notifications/schedules/${NIL}/duty.ics`,
  );
  note('a stranger', 'open a live connection without a token', await socket(undefined));
  note('a stranger', 'open a live connection with a forged token', await socket(forged));
  note('a stranger', 'connect to the broker with a wrong password', await connectMqtt(gatewayName, 'wrong'));
  await step('read the documentation of the API', 'GET', '//docs/');
  await step('read the figures for Prometheus', 'GET', '//metrics');
  await step('read whether the server works', 'GET', '//health/ready');
});

test('a gateway', async () => {
  const token = tokens.get('gateway') as string;
  const step = async (what: string, ...request: [string, string, unknown?]) =>
    note('a gateway', what, said(await call(token, ...request)));
  await step(
    'send readings of its machine',
    'POST',
    '/data/ingest',
    batch(ids.own, { timestamp: at, temperature: 98 }),
  );
  await step('send readings of another machine', 'POST', '/data/ingest', batch(ids.other, { timestamp: at, speed: 1 }));
  await step('list the machines', 'GET', '/data/machines');
  await step('read readings', 'GET', '/data/latest');
  await step('read alerts', 'GET', '/alerts');
  await step('acknowledge an alert', 'POST', `/alerts/${ids.alert}/acknowledge`, { note: 'x' });
  await step('read the settings', 'GET', '/config');
  await step('read who is signed in', 'GET', '/auth/me');
  note('a gateway', 'sign in as a user', said(await login(gatewayName, token)));
  note('a gateway', 'open a live connection', await socket(token));
  const client = await mqtt.connectAsync(broker, { username: gatewayName, password: token, reconnectPeriod: 0 }, false);
  await client.publishAsync(`factory/F2/machine/${ids.other}/telemetry`, '{"speed":7}', { qos: 1 });
  const { body } = await call(tokens.get('chief'), 'GET', '/ingest/rejected?limit=1');
  const [{ reason } = { reason: 'stored' }] = body.rejected as { reason: string }[];
  note('a gateway', 'publish readings of another machine over MQTT', `acknowledged, rejected as \`${reason}\``);
  let heard = 0;
  client.on('message', () => {
    heard += 1;
  });
  await client.subscribeAsync('#', { qos: 1 });
  for (const speed of [8, 9]) {
    await client.publishAsync(`factory/F1/machine/${ids.own}/telemetry`, `{"speed":${speed}}`, { qos: 1 });
  }
  note('a gateway', 'subscribe to what is published', heard === 0 ? 'nothing is delivered' : 'delivered');
  await client.endAsync();
});

test('each role', async () => {
  const steps: readonly (readonly [Role, string, string, string, unknown?])[] = [
    ...ROLES.flatMap((role) => [
      [role, 'see a machine of another factory', 'GET', `/data/machines/${ids.other}`] as const,
      [
        role,
        'send readings of a machine of another factory',
        'POST',
        '/data/ingest',
        batch(ids.other, { speed: 1 }),
      ] as const,
    ]),
    [
      'Operator',
      'overwrite a stored value',
      'POST',
      '/data/ingest',
      batch(ids.own, { timestamp: at, temperature: 60 }),
    ],
    ['Operator', 'add a machine', 'POST', '/data/machine', { name: 'x', location: 'y', sensor_type: 'z' }],
    ['Operator', 'set limits', 'PUT', `/data/machines/${ids.own}/limits`, { temperature: { high: 500 } }],
    ['Operator', 'shelve an alert', 'POST', `/alerts/${ids.alert}/shelve`, { until: at, reason: 'x' }],
    ['Operator', 'see the routes of alerts', 'GET', '/notifications/routes'],
    ['Operator', 'list the users', 'GET', '/users'],
    ['Operator', 'become Management', 'PATCH', `/users/${ids.user}`, { role: 'Management' }],
    [
      'Operator',
      'register a Supervisor',
      'POST',
      '/auth/register',
      {
        ...{ username: 'second', email: 'x@plant.example', password: PASSWORD, role: 'Supervisor' },
      },
    ],
    ['Operator', 'read the audit log', 'GET', '/audit'],
    ['Operator', 'change a setting', 'POST', '/config/update', { settings: {} }],
    ['Supervisor', 'delete a machine', 'DELETE', `/data/machines/${ids.own}`],
    ['Supervisor', 'list the users', 'GET', '/users'],
    ['Supervisor', 'read the audit log', 'GET', '/audit'],
    ['Supervisor', 'read rejected data', 'GET', '/ingest/rejected'],
    ['Supervisor', 'add a gateway', 'POST', '/gateways', { name: 'Own', scope: 'plant' }],
    ['Supervisor', 'change a setting', 'POST', '/config/update', { settings: {} }],
    ['Supervisor', 'add a channel', 'POST', '/notifications/channels', {}],
    ['Supervisor', 'make a link for a lost password', 'POST', `/users/${ids.chief}/password-link`],
    ['Management', 'change a user of another factory', 'PATCH', `/users/${ids.chief}`, { role: 'Operator' }],
    [
      'Management',
      'add a user of every factory',
      'POST',
      '/auth/register',
      {
        ...{ username: 'third', email: 't@plant.example', password: PASSWORD, role: 'Management', factory_id: 'F2' },
      },
    ],
    [
      'Management',
      'add a user with a common password',
      'POST',
      '/auth/register',
      {
        ...{ username: 'fourth', email: 'f@plant.example', password: 'Password123!' },
      },
    ],
    ['Management', 'set which groups become Management', 'PUT', '/auth/oidc/rules', { rules: [] }],
    ['Management', 'delete the audit log', 'DELETE', '/audit'],
  ];
  for (const [role, what, method, path, body] of steps) {
    note(role, what, said(await call(tokens.get(role), method, path, body)));
  }
  note(
    'Operator',
    'open a live connection from the page of somebody else',
    await socket(tokens.get('Operator'), 'https://evil.example'),
  );
  const { refresh_token: refresh } = (await login('operator', PASSWORD)).body;
  note('Operator', 'use a refresh token as an access token', said(await call(String(refresh), 'GET', '/auth/me')));
});

test('the documents say the same', async () => {
  const text = await readFile(TABLE, 'utf8');
  expect(text.split('\n').filter((line) => line.startsWith('| '))).toEqual([
    '| who | tries to | answer |',
    '| --- | --- | --- |',
    ...seen,
  ]);
});
