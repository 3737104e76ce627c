// Names of machines, users, gateways and API keys: what looks the same or cannot be seen is refused, and what was there before stays.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { silentLogger } from '../../src/log.ts';
import { nameKey } from '../../src/name-key.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ AUTO_PROVISION: 'on' });
});
afterAll(() => core.remove());

interface Refusal {
  code: string;
  errors?: { field: string; error: string }[];
}
const machine = (name: string, more: object = {}) => ({ name, location: 'Hall A', sensor_type: 'press', ...more });
const add = (body: object) =>
  core.as<Refusal & { machine_id: string }>('Supervisor', 'POST', '/data/machine', { body });
const register = (username: string) =>
  core.as<Refusal>('Management', 'POST', '/auth/register', {
    body: { username, email: `${randomUUID()}@plant.example`, password: 'Sturdy-Gate-41', role: 'Operator' },
  });

it('refuses a machine whose name looks like another one, and takes names in every script', async () => {
  expect((await add(machine('CNC-01'))).status).toBe(201);
  for (const name of ['СNС-01', 'CNC-Ol', 'CNC–0I']) {
    const { status, body } = await add(machine(name));
    expect([name, status, body.code]).toEqual([name, 409, 'name_taken']);
    expect(body.errors).toMatchObject([
      { field: 'name', error: 'name must not look the same as the name of another machine' },
    ]);
  }
  for (const name of ['เครื่องจักรที่ ๑', 'آلة التعبئة ٣', 'می\u200cخواهم', 'मशीन क्र. १', '机器一号', 'Prüfstand Łódź']) {
    expect([name, (await add(machine(name))).status]).toEqual([name, 201]);
  }
});

it.each(['\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u3164'])(
  'refuses the character %j in the names of machines, users, gateways and API keys',
  async (hidden) => {
    const name = `Pre${hidden}ss 77`;
    const refusals = [
      await add(machine(name)),
      await add(machine('Press 78', { location: name })),
      await register(`anna${hidden}b`),
      await core.as<Refusal>('Management', 'POST', '/gateways', { body: { name, scope: 'plant' } }),
      await core.as<Refusal>('Management', 'POST', '/api-keys', {
        body: { name, permissions: ['read:sensor_data'] },
      }),
    ];
    for (const { status, body, text } of refusals) {
      expect([text, status, body.code]).toEqual([text, 400, 'validation_failed']);
      expect(text).toMatch(/invisible character U\+|letters, digits/);
    }
  },
);

it('refuses a user whose name looks like another one', async () => {
  for (const name of ['rnanager1', 'mаnager1', 'managerI']) {
    const { status, body } = await register(name);
    expect([name, status, body.code]).toEqual([name, 409, 'name_taken']);
  }
  for (const name of ['สมชาย', 'नेहा', 'سارة']) expect([name, (await register(name)).status]).toEqual([name, 201]);
});

it('creates the machine of a device whose id looks like a name, under a name of its own', async () => {
  const batch = [{ machine_id: 'СNС-01', sensor_type: 'press', location: 'Hall A' }];
  const readings = [{ timestamp: new Date().toISOString(), temperature: 61 }];
  const body = {
    gateway_id: 'gw',
    timestamp: new Date().toISOString(),
    batch: batch.map((each) => ({ ...each, readings })),
  };
  const reply = await core.as('Operator', 'POST', '/data/ingest', { body });
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  const { body: found } = await core.as<{ machines: { name: string; aliases: string[] }[] }>(
    'Operator',
    'GET',
    `/data/machines?search=${encodeURIComponent('СNС-01')}`,
  );
  expect(found.machines).toMatchObject([{ name: expect.stringMatching(/^Machine /), aliases: ['СNС-01'] }]);
});

it('keeps names from before that look the same or have hidden characters, and tells Management once', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  await core.stop();
  const database = await openDatabase(
    readConfig({ NODE_ENV: 'test', DATA_DIR: core.dataDir, ...core.env }),
    silentLogger,
  );
  for (const [id, name] of [
    [first, 'Mill 1'],
    [second, 'Mill\u200b l'],
  ] as const) {
    const row = { id, name, name_key: nameKey(name), location: 'Hall\u200b B', sensor_type: 'mill' };
    await database.db
      .insertInto('machine_metadata')
      .values({ ...row, status: 'active', factory_id: null, status_until: null, status_before: null })
      .execute();
  }
  await database.close();
  for (let start = 0; start < 2; start++) await core.restart();

  const told = await core.as<{ entries: { target: string; details: object }[] }>(
    'Management',
    'GET',
    '/audit?action=machine.look_alike',
  );
  expect(told.body.entries.map(({ target, details }) => [target, details]).sort()).toEqual(
    [
      [first, { name: 'Mill 1', others: 1 }],
      [second, { name: 'Mill\u200b l', others: 1 }],
    ].sort(),
  );
  const change = (id: string, body: object) =>
    core.as<Refusal>('Supervisor', 'PATCH', `/data/machines/${id}`, { body });
  expect((await change(second, { name: 'Mill\u200b l', location: 'Hall\u200b B', status: 'inactive' })).status).toBe(
    200,
  );
  expect(await change(second, { name: 'Mill\u200b 1' })).toMatchObject({ status: 400 });
  expect(await change(second, { name: 'Mill I' })).toMatchObject({ status: 409, body: { code: 'name_taken' } });
  expect((await change(second, { name: 'Mill 2' })).status).toBe(200);
});
