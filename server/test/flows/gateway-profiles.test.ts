// Profiles of gateways: payloads that nothing recognises, over MQTT, HTTP and line protocol.

import type {
  IncomingReply,
  IncomingStreamReply,
  PreviewReply,
  ProfileReply,
  ProfileVersions,
} from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0' });
});
afterAll(() => core.remove());

interface Gateway {
  id: string;
  username: string;
  password: string;
  token: string;
}
async function addGateway(name: string, more: Record<string, unknown> = {}): Promise<Gateway> {
  const made = await core.as<{ gateway: { id: string; username: string }; password: string }>(
    ...([
      'Management',
      'POST',
      '/gateways',
      { body: { name, scope: more.machine_ids ? 'machines' : 'plant', ...more } },
    ] as const),
  );
  const { id, username } = made.body.gateway;
  const { secret } = (await core.as<{ secret: string }>('Management', 'POST', `/gateways/${id}/token`)).body;
  return { id, username, password: made.body.password, token: secret };
}
async function addMachine(name: string, aliases: string[] = []): Promise<string> {
  const body = { name, location: 'Hall 1', sensor_type: 'press', aliases };
  return (await core.as<{ machine_id: string }>('Management', 'POST', '/data/machine', { body })).body.machine_id;
}
const put = (gatewayId: string, rules: unknown[], more: Record<string, unknown> = {}) =>
  core.as<ProfileReply & { message?: string; errors?: { field: string }[] }>(
    ...(['Supervisor', 'PUT', `/gateways/${gatewayId}/profile`, { body: { profile: { rules }, ...more } }] as const),
  );
async function publish(topic: string, payload: unknown, gateway?: Gateway) {
  const credentials = gateway && { username: gateway.username, password: gateway.password };
  const client = await connectAsync(core.mqtt as string, credentials ?? {});
  await client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 });
  await client.endAsync();
}
async function rows(machineId: string) {
  const path = `/data/machine/${machineId}?start_time=1990-01-02&order=asc&limit=1000&fields=all`;
  const { data } = (await core.as<{ data: Record<string, unknown>[] }>('Operator', 'GET', path)).body;
  return data.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
}
const rejected = async () =>
  (await core.as<{ counts: Record<string, number> }>('Management', 'GET', '/ingest/rejected')).body.counts;

const EVERY_MEMBER = { path: '@.*', decimal_text: 'either' };

test('a gateway that quotes its numbers is taken on the topic of readings once its profile says so', async () => {
  const gateway = await addGateway('Quoting');
  const id = await addMachine('Press 4');
  const topic = `factory/plant-1/machine/${id}/telemetry`;
  await publish(topic, { temperature: '64.2', pressure: '118.4' }, gateway);
  expect(await rows(id)).toEqual([]);
  expect(await rejected()).toMatchObject({ not_a_number: 2 });

  const rule = {
    topic: 'factory/{factory}/machine/{machine}/telemetry',
    machine: { part: 'machine' },
    time: { path: '@.timestamp' },
    values: [EVERY_MEMBER],
  };
  expect((await put(gateway.id, [rule])).body).toMatchObject({ version: 1, profile: { rules: [rule] } });
  const timestamp = '2026-01-15T10:29:00.000Z';
  await publish(topic, { timestamp, temperature: '64.2', pressure: '118,4', sensor_type: 'press' }, gateway);
  expect(await rows(id)).toMatchObject([{ timestamp, temperature: 64.2, pressure: 118.4 }]);
  // The rules of a gateway are also those of clients that do not sign in.
  await publish(topic, { timestamp: '2026-01-15T10:30:00Z', temperature: '65.0' });
  expect(await rows(id)).toHaveLength(2);
});

test('names, units, states, sentinels, day-first times and the zone of the gateway', async () => {
  const gateway = await addGateway('Line 5', { timezone: 'Asia/Jakarta' });
  const id = await addMachine('Extruder 5', ['EX-5']);
  const rules = [
    {
      topic: 'line5/+/out',
      records: "$.daten[?@.art=='messwert']",
      machine: { path: '$.kopf.anlage' },
      time: { path: '$.kopf.zeit' },
      time_format: 'day_first',
      others: 'ignore',
      values: [
        {
          path: '@.wert',
          name: { path: '@.kennung' },
          renames: { T1: 'temperature', P1: 'pressure', B1: 'betrieb' },
          unit: { path: '@.einheit' },
          quality: { path: '@.guete' },
          decimal_text: 'comma',
          states: { 1: 'running', 0: 'stopped' },
          sentinels: [3276.7],
        },
      ],
    },
  ];
  await put(gateway.id, rules);
  const entry = (kennung: string, wert: unknown, more = {}) => ({ art: 'messwert', kennung, wert, ...more });
  const payload = {
    kopf: { anlage: 'EX-5', zeit: '15.01.2026 17:29:00' },
    daten: [
      entry('T1', '158,0', { einheit: '°F' }),
      entry('P1', '3276,7'),
      entry('B1', '1'),
      entry('schwingung', '2,5', { guete: 'UNCERTAIN' }),
      { art: 'diagnose', kennung: 'T2', wert: '1' },
    ],
  };
  await publish('line5/a/out', payload, gateway);
  const [row, ...more] = await rows(id);
  expect(more).toEqual([]);
  expect(row).toMatchObject({
    timestamp: '2026-01-15T10:29:00.000Z',
    betrieb: 'running',
    schwingung: 2.5,
    quality: { pressure: 'bad', schwingung: 'uncertain' },
  });
  expect(row?.temperature).toBeCloseTo(70, 9);
  // A topic that no rule matches is taken as without a profile.
  await publish('line5/EX-5', { temperature: 71 }, gateway);
  expect(await rows(id)).toHaveLength(2);
});

test('over HTTP the topic is the path of the route, also for line protocol', async () => {
  const gateway = await addGateway('Posting');
  const id = await addMachine('Kiln 6', ['KILN-6']);
  await put(gateway.id, [
    {
      topic: '/api/v1/data/ingest',
      machine: { path: '$.who' },
      values: [{ path: '$.t', metric: 'temperature', scale: 0.1 }],
    },
    {
      topic: '/write',
      machine: { path: '@.tags.anlage' },
      values: [{ path: '@.fields.*', renames: { temp: 'temperature' } }],
      others: 'ignore',
    },
  ]);
  const send = (path: string, body: string) =>
    core.send('POST', path, {
      body,
      headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' },
    });
  expect((await send('/data/ingest', '{"who":"KILN-6","t":705,"flow":3}')).status).toBe(201);
  expect(await rows(id)).toMatchObject([{ temperature: 70.5, flow: 3 }]);
  expect((await send('//write', 'ofen,anlage=KILN-6 temp=71 1768473000000000000')).status).toBe(204);
  expect((await send('//write', 'ofen,halle=2 temp=71 1768473000000000000')).text).toContain('line[1].machine_id');
  expect(await rows(id)).toMatchObject([{ temperature: 71, timestamp: '2026-01-15T10:30:00.000Z' }, {}]);
});

test('other forms are recognised over HTTP without a profile, and what is named by nothing is refused as before', async () => {
  const id = await addMachine('Mixer 7', ['MIX-7']);
  const gateway = await addGateway('Only one', { machine_ids: [id] });
  const post = (body: unknown, query = '') =>
    core.as<{ errors?: unknown[] }>('Operator', 'POST', `/data/ingest${query}`, { body });
  const at = (second: number) => `2026-01-15T10:29:0${second}.000Z`;
  expect((await post({ deviceId: 'MIX-7', ts: at(1), values: { motor: { current: 4 } } })).status).toBe(201);
  expect((await post([{ name: 'temperature', value: 61, timestamp: at(2) }], '?machine=MIX-7')).status).toBe(201);
  const own = await core.send('POST', '/data/ingest', {
    body: JSON.stringify({ time: at(3), temperature: 62 }),
    headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' },
  });
  expect(own.status).toBe(201);
  expect(await rows(id)).toMatchObject([{ motor_current: 4 }, { temperature: 61 }, { temperature: 62 }]);
  const unnamed = await post({ time: at(4), temperature: 62 });
  expect(unnamed).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'machine_id', error: 'Must be the id of a machine' }] },
  });
});

test('every change is a version, which can be undone, exported and put into another gateway', async () => {
  const gateway = await addGateway('Versions');
  const path = `/gateways/${gateway.id}/profile`;
  const as = <T = ProfileReply>(method: string, more = '') => core.as<T>('Supervisor', method, path + more);
  expect((await as('GET')).body).toMatchObject({ version: 0, profile: null });
  await put(gateway.id, [{ topic: 'a/{machine}' }], { expected_version: 0 });
  expect(await put(gateway.id, [{ topic: 'b' }], { expected_version: 0 })).toMatchObject({ status: 409 });
  await put(gateway.id, [{ topic: 'b' }], { expected_version: 1 });
  expect((await as('DELETE')).body).toMatchObject({ version: 3, profile: null });
  expect((await as('POST', '/undo')).body.profile).toMatchObject({ version: 4, rules: [{ topic: 'b' }] });
  expect((await as('POST', '/undo')).body.profile).toMatchObject({ version: 5, rules: [{ topic: 'a/{machine}' }] });
  const draft = (await as<Record<string, unknown>>('GET', '/export')).body;
  expect((await as('POST', '/undo')).body).toMatchObject({ version: 6, profile: null });
  expect(await as('POST', '/undo')).toMatchObject({ status: 409 });
  const { versions } = (await as<ProfileVersions>('GET', '/versions')).body;
  expect(versions.map(({ version, rules, restores }) => [version, rules, restores])).toEqual([
    ...[
      [6, 0, 0],
      [5, 1, 1],
      [4, 1, 2],
    ],
    ...[
      [3, 0, null],
      [2, 1, null],
      [1, 1, null],
    ],
  ]);
  const other = await addGateway('Versions, too');
  const imported = await core.as<ProfileReply>('Supervisor', 'PUT', `/gateways/${other.id}/profile`, {
    body: { profile: draft },
  });
  expect(imported.body.profile).toMatchObject({ version: 1, ...draft });
  const faulty = await put(other.id, [{ topic: 'a/#/b', values: [{ path: '$..x' }] }]);
  expect(faulty.body.errors?.map(({ field }) => field)).toEqual([
    'profile.rules[0].topic',
    'profile.rules[0].values[0].path',
  ]);
  const audited = await core.as<{ entries: { action: string; target: string }[] }>(
    'Management',
    'GET',
    '/audit?limit=200',
  );
  const actions = audited.body.entries.filter(({ target }) => target === gateway.id).map(({ action }) => action);
  expect(actions.filter((action) => action === 'gateway_profile.undo')).toHaveLength(4);
});

test('a preview says what would be stored and each fault, and stores nothing', async () => {
  const gateway = await addGateway('Previewed', { timezone: 'Asia/Jakarta' });
  const id = await addMachine('Saw 8', ['SAW-8']);
  const profile = {
    rules: [
      {
        topic: 'saw/{machine}',
        machine: { part: 'machine' },
        time: { path: '$.at' },
        values: [
          { path: '$.t', metric: 'temperature', decimal_text: 'comma', unit: { constant: '°F' } },
          { path: '$.mode', metric: 'saw_mode', states: { 1: 'cutting' } },
          { path: '$.new', metric: 'saw_blade_wear', sentinels: [-1] },
        ],
      },
    ],
  };
  const preview = (body: Record<string, unknown>) =>
    core.as<PreviewReply>('Supervisor', 'POST', `/gateways/${gateway.id}/profile/preview`, {
      body: { profile, ...body },
    });
  const messages = [
    { topic: 'saw/SAW-8', payload: '{"at":"2026-01-15T17:29:00","t":"158,0","mode":1,"new":-1}' },
    { topic: 'saw/SAW-9', payload: '{"t":"158,0"}' },
    { topic: 'saw/SAW-8', payload: '{"t":"hot"}' },
    { topic: 'other/SAW-8', payload: '{"temperature":70}' },
    { topic: 'saw/SAW-8', payload: '{' },
  ];
  const { body } = await preview({ messages });
  expect(body.results.map(({ outcome }) => outcome)).toEqual(['stored', 'refused', 'refused', 'stored', 'refused']);
  const value = (metric: string, of: unknown, unit: string | null, quality = 'good') => ({
    metric,
    value: of,
    unit,
    quality,
  });
  expect(body.results[0]?.readings).toMatchObject([
    {
      ...{ machine_id: id, machine: 'Saw 8', timestamp: '2026-01-15T10:29:00.000Z' },
      values: [
        { ...value('temperature', 0, '°C'), value: expect.closeTo(70, 9) },
        value('saw_mode', 'cutting', null),
        value('saw_blade_wear', -1, null, 'bad'),
      ],
    },
  ]);
  expect(body.results[1]?.faults).toMatchObject([{ reason: 'unknown_machine', value: 'SAW-9' }]);
  expect(body.results[2]?.faults).toMatchObject([{ reason: 'not_a_number', field: 'temperature', value: 'hot' }]);
  const named = await preview({ messages, aliases: [{ alias: 'saw-9', machine_id: id }] });
  expect(named.body.results[1]).toMatchObject({ outcome: 'stored', readings: [{ machine_id: id, machine: 'Saw 8' }] });
  expect(body.summary).toMatchObject({ stored: 2, partly: 0, refused: 3, ignored: 0 });
  expect(body.summary.faults.map(({ reason, count }) => [reason, count])).toContainEqual(['not_json', 1]);
  expect(await rows(id)).toEqual([]);
  const names = (await core.as<{ metrics: { name: string }[] }>('Operator', 'GET', '/metrics?search=saw')).body.metrics;
  expect(names).toEqual([]);

  await publish('saw/SAW-8', { t: '158,0' }, gateway);
  const { streams } = (await core.as<IncomingReply>('Supervisor', 'GET', '/ingest/incoming')).body;
  const stream = streams.find((each) => each.gateway?.id === gateway.id);
  const { proposal } = (await core.as<IncomingStreamReply>('Supervisor', 'GET', `/ingest/incoming/${stream?.id}`)).body;
  expect(proposal?.rules).toMatchObject([
    { topic: 'saw/{machine}', values: [{ path: '@.t', decimal_text: 'comma', metric: 't' }] },
  ]);
  expect(stream?.outcome).toMatchObject({ refused: 1 });
  expect((await preview({ stream_id: stream?.id })).body).toMatchObject({
    results: [{ topic: 'saw/SAW-8', outcome: 'stored', readings: [{ machine_id: id }] }],
    summary: { stored: 1 },
  });
});

test('readings that are not further behind than the stated interval are live for alerts', async () => {
  const gateway = await addGateway('Hourly');
  const values = [{ path: '@.t', metric: 'temperature' }];
  const rule = { machine: { part: 'machine' }, time: { path: '@.at' }, values };
  await put(gateway.id, [
    { ...rule, topic: 'hourly/{machine}', send_interval_seconds: 3600 },
    { ...rule, topic: 'often/{machine}' },
  ]);
  const at = new Date(Date.now() - 30 * 60_000).toISOString();
  const states = async (topic: string, name: string) => {
    const id = await addMachine(name);
    await publish(`${topic}/${name}`, { at, t: 95 }, gateway);
    return vi.waitFor(async () => {
      const path = `/alerts?machine_id=${id}&limit=10`;
      const { alerts } = (await core.as<{ alerts: { state: string; metric: string }[] }>('Operator', 'GET', path)).body;
      const found = alerts.filter(({ metric }) => metric === 'temperature').map(({ state }) => state);
      expect(found).toHaveLength(1);
      return found;
    });
  };
  expect(await states('hourly', 'Well 9')).toEqual(['active_unacked']);
  expect(await states('often', 'Well 10')).toEqual(['closed']);
});
