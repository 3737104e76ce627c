import { type Permission, ROLE_PERMISSIONS, ROLES, type Role } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const NIL = '00000000-0000-0000-0000-000000000000';

/** The specification's table, route by route; every route must stand here. */
const ACCESS: Record<string, 'public' | 'signed-in' | Permission> = {
  'GET /health': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'public',
  'POST /api/v1/auth/register': 'public',
  'POST /api/v1/auth/login': 'public',
  'POST /api/v1/auth/refresh': 'public',
  'POST /api/v1/auth/logout': 'signed-in',
  'GET /api/v1/auth/me': 'signed-in',
  'POST /api/v1/auth/password': 'signed-in',
  'POST /api/v1/auth/password-reset': 'public',
  'GET /api/v1/auth/methods': 'public',
  'GET /api/v1/auth/oidc/start': 'public',
  'GET /api/v1/auth/oidc/callback': 'public',
  'POST /api/v1/auth/oidc/session': 'public',
  'GET /api/v1/auth/oidc/rules': 'write:users',
  'PUT /api/v1/auth/oidc/rules': 'write:users',
  'POST /api/v1/auth/oidc/refused/{id}/link': 'write:users',
  'POST /api/v1/auth/second-factor': 'public',
  'POST /api/v1/auth/second-factor/options': 'public',
  'GET /api/v1/auth/policy': 'signed-in',
  'PUT /api/v1/auth/policy': 'write:users',
  'GET /api/v1/users/me/second-factors': 'signed-in',
  'POST /api/v1/users/me/second-factors/totp': 'signed-in',
  'POST /api/v1/users/me/second-factors/totp/{id}/confirm': 'signed-in',
  'POST /api/v1/users/me/second-factors/passkeys/options': 'signed-in',
  'POST /api/v1/users/me/second-factors/passkeys': 'signed-in',
  'DELETE /api/v1/users/me/second-factors/{id}': 'signed-in',
  'POST /api/v1/users/me/second-factors/recovery-codes': 'signed-in',
  'DELETE /api/v1/users/{id}/second-factors': 'write:users',
  'GET /api/v1/users/me/sessions': 'signed-in',
  'DELETE /api/v1/users/me/sessions': 'signed-in',
  'DELETE /api/v1/users/me/sessions/{session_id}': 'signed-in',
  'GET /api/v1/users/{id}/sessions': 'read:users',
  'DELETE /api/v1/users/{id}/sessions': 'write:users',
  'DELETE /api/v1/users/{id}/sessions/{session_id}': 'write:users',
  'GET /api/v1/users': 'read:users',
  'PATCH /api/v1/users/{id}': 'write:users',
  'DELETE /api/v1/users/{id}': 'delete:users',
  'POST /api/v1/users/{id}/password-link': 'write:users',
  'GET /api/v1/api-keys': 'signed-in',
  'POST /api/v1/api-keys': 'signed-in',
  'POST /api/v1/api-keys/{id}/rotate': 'signed-in',
  'DELETE /api/v1/api-keys/{id}': 'signed-in',
  'POST /api/v1/data/machine': 'write:machines',
  'GET /api/v1/data/machines': 'read:machines',
  'GET /api/v1/data/machines/summary': 'read:machines',
  'GET /api/v1/data/machines/export': 'read:machines',
  'GET /api/v1/data/machines/deleted': 'read:machines',
  'POST /api/v1/machines/{id}/successor': 'write:machines',
  'GET /api/v1/machines/{id}/successor': 'read:machines',
  'POST /api/v1/data/machines/import': 'write:machines',
  'GET /api/v1/data/machines/{id}': 'read:machines',
  'PATCH /api/v1/data/machines/{id}': 'write:machines',
  'DELETE /api/v1/data/machines/{id}': 'delete:machines',
  'GET /api/v1/data/limits': 'read:machines',
  'GET /api/v1/data/machines/{id}/limits': 'read:machines',
  'PUT /api/v1/data/machines/{id}/limits': 'write:machines',
  'GET /api/v1/data/sensor-types/{sensor_type}/limits': 'read:machines',
  'PUT /api/v1/data/sensor-types/{sensor_type}/limits': 'write:machines',
  'POST /api/v1/data/machines/status': 'write:machines',
  'GET /api/v1/conditions': 'read:machines',
  'POST /api/v1/conditions': 'write:machines',
  'PATCH /api/v1/conditions/{id}': 'write:machines',
  'DELETE /api/v1/conditions/{id}': 'write:machines',
  'GET /api/v1/data/machines/{id}/conditions': 'read:machines',
  'GET /api/v1/metrics': 'read:machines',
  'POST /api/v1/metrics': 'write:config',
  'GET /api/v1/metrics/{name}': 'read:machines',
  'PATCH /api/v1/metrics/{name}': 'write:machines',
  'DELETE /api/v1/metrics/{name}': 'write:config',
  'POST /api/v1/metrics/{name}/accept': 'write:machines',
  'POST /api/v1/metrics/merge': 'write:config',
  'DELETE /api/v1/metrics/{name}/merge': 'write:config',
  'GET /api/v1/machine-types': 'read:machines',
  'GET /api/v1/machine-types/templates': 'read:machines',
  'GET /api/v1/machine-types/export': 'read:machines',
  'POST /api/v1/machine-types/import': 'write:config',
  'GET /api/v1/machine-types/{name}': 'read:machines',
  'PUT /api/v1/machine-types/{name}': 'write:machines',
  'DELETE /api/v1/machine-types/{name}': 'write:config',
  'GET /api/v1/data/machines/{id}/metrics': 'read:machines',
  'PUT /api/v1/data/machines/{id}/metrics': 'write:machines',
  'GET /api/v1/data/machines/{id}/metrics/{name}/calibration': 'read:machines',
  'PUT /api/v1/data/machines/{id}/metrics/{name}/calibration': 'write:machines',
  'POST /api/v1/data/ingest': 'write:sensor_data',
  'GET /api/v1/ingest/rejected': 'read:audit',
  'GET /api/v1/ingest/incoming': 'read:sensor_data',
  'GET /api/v1/ingest/incoming/{id}': 'read:sensor_data',
  'GET /api/v1/ingest/incoming/{id}/replay': 'read:sensor_data',
  'POST /api/v1/ingest/incoming/{id}/replay': 'write:machines',
  'GET /api/v1/gateways/{id}/replay': 'read:sensor_data',
  'POST /api/v1/gateways/{id}/replay': 'write:machines',
  'GET /api/v1/ingest/unknown': 'read:audit',
  'POST /api/v1/ingest/unknown/{machine_id}/accept': 'write:config',
  'POST /api/v1/ingest/unknown/{machine_id}/reject': 'write:config',
  'GET /api/v1/data/machine/{machine_id}': 'read:sensor_data',
  'GET /api/v1/data/machine/{machine_id}/export': 'read:sensor_data',
  'GET /api/v1/data/latest': 'read:sensor_data',
  'GET /api/v1/data/compare': 'read:sensor_data',
  'GET /api/v1/alerts': 'read:alerts',
  'GET /api/v1/alerts/stats': 'read:alerts',
  'POST /api/v1/alerts/backtest': 'read:alerts',
  'GET /api/v1/alerts/bad-actors': 'read:alerts',
  'POST /api/v1/alerts/bad-actors/apply': 'write:machines',
  'POST /api/v1/alerts/bad-actors/{id}/undo': 'write:machines',
  'GET /api/v1/alerts/backtest/{id}': 'read:alerts',
  'DELETE /api/v1/alerts/backtest/{id}': 'read:alerts',
  'GET /api/v1/alerts/export': 'read:alerts',
  'GET /api/v1/alerts/{id}': 'read:alerts',
  'GET /api/v1/alerts/{id}/raises': 'read:alerts',
  'GET /api/v1/alerts/{id}/notifications': 'read:alerts',
  'GET /api/v1/users/me/contacts': 'signed-in',
  'POST /api/v1/users/me/contacts': 'signed-in',
  'PUT /api/v1/users/me/contacts/preferences': 'signed-in',
  'POST /api/v1/users/me/contacts/{contact_id}/verify': 'signed-in',
  'POST /api/v1/users/me/contacts/{contact_id}/send-code': 'signed-in',
  'POST /api/v1/users/me/contacts/{contact_id}/test': 'signed-in',
  'DELETE /api/v1/users/me/contacts/{contact_id}': 'signed-in',
  'GET /api/v1/users/{id}/contacts': 'read:users',
  'POST /api/v1/users/{id}/contacts': 'write:users',
  'PUT /api/v1/users/{id}/contacts/preferences': 'write:users',
  'POST /api/v1/users/{id}/contacts/{contact_id}/verify': 'write:users',
  'POST /api/v1/users/{id}/contacts/{contact_id}/send-code': 'write:users',
  'POST /api/v1/users/{id}/contacts/{contact_id}/test': 'write:users',
  'DELETE /api/v1/users/{id}/contacts/{contact_id}': 'write:users',
  'GET /api/v1/notifications/templates/{language}': 'write:config',
  'PUT /api/v1/notifications/templates/{language}': 'write:config',
  'DELETE /api/v1/notifications/templates/{language}': 'write:config',
  'POST /api/v1/notifications/templates/preview': 'write:config',
  'GET /api/v1/notifications/channels': 'write:config',
  'GET /api/v1/notifications/heartbeat': 'write:config',
  'GET /api/v1/notifications/web-push': 'signed-in',
  'POST /api/v1/notifications/channels/{id}/test': 'write:config',
  'POST /api/v1/notifications/channels': 'write:config',
  'PATCH /api/v1/notifications/channels/{id}': 'write:config',
  'POST /api/v1/notifications/channels/{id}/rotate': 'write:config',
  'DELETE /api/v1/notifications/channels/{id}': 'write:config',
  'GET /api/v1/notifications/people': 'read:alerts',
  'GET /api/v1/notifications/routes': 'shelve:alerts',
  'POST /api/v1/notifications/routes': 'shelve:alerts',
  'PUT /api/v1/notifications/routes/order': 'shelve:alerts',
  'PATCH /api/v1/notifications/routes/{id}': 'shelve:alerts',
  'DELETE /api/v1/notifications/routes/{id}': 'shelve:alerts',
  'POST /api/v1/notifications/preview': 'shelve:alerts',
  'POST /api/v1/notifications/drill': 'write:config',
  'GET /api/v1/notifications/calendar': 'read:alerts',
  'PUT /api/v1/notifications/calendar': 'write:config',
  'GET /api/v1/notifications/calendar/shifts': 'read:alerts',
  'GET /api/v1/notifications/schedules': 'read:alerts',
  'POST /api/v1/notifications/schedules': 'write:machines',
  'GET /api/v1/notifications/schedules/{id}': 'read:alerts',
  'PATCH /api/v1/notifications/schedules/{id}': 'write:machines',
  'DELETE /api/v1/notifications/schedules/{id}': 'write:machines',
  'GET /api/v1/notifications/schedules/{id}/duties': 'read:alerts',
  'POST /api/v1/notifications/schedules/{id}/overrides': 'read:alerts',
  'DELETE /api/v1/notifications/schedules/{id}/overrides/{override_id}': 'read:alerts',
  'POST /api/v1/notifications/schedules/{id}/calendar-link': 'write:machines',
  'DELETE /api/v1/notifications/schedules/{id}/calendar-link': 'write:machines',
  'GET /api/v1/notifications/schedules/{id}/duty.ics': 'public',
  'GET /api/v1/users/me/duty': 'signed-in',
  'GET /api/v1/users/me/notifications': 'signed-in',
  'GET /api/v1/shifts/report': 'read:alerts',
  'POST /api/v1/shifts/notes': 'ack:alerts',
  'POST /api/v1/shifts/sign-offs': 'ack:alerts',
  'POST /api/v1/alerts/{id}/acknowledge': 'ack:alerts',
  'POST /api/v1/alerts/{id}/shelve': 'shelve:alerts',
  'POST /api/v1/alerts/{id}/unshelve': 'shelve:alerts',
  'GET /api/v1/config': 'read:config',
  'POST /api/v1/config/update': 'write:config',
  'POST /api/v1/config/reset': 'write:config',
  'GET /api/v1/gateways': 'write:config',
  'GET /api/v1/gateways/addresses': 'read:sensor_data',
  'POST /api/v1/gateways': 'write:config',
  'PATCH /api/v1/gateways/{id}': 'write:config',
  'DELETE /api/v1/gateways/{id}': 'write:config',
  'GET /api/v1/gateways/{id}/profile': 'write:machines',
  'PUT /api/v1/gateways/{id}/profile': 'write:machines',
  'DELETE /api/v1/gateways/{id}/profile': 'write:machines',
  'GET /api/v1/gateways/{id}/profile/versions': 'write:machines',
  'POST /api/v1/gateways/{id}/profile/undo': 'write:machines',
  'POST /api/v1/gateways/{id}/profile/preview': 'write:machines',
  'GET /api/v1/gateways/{id}/profile/export': 'write:machines',
  'POST /api/v1/gateways/{id}/token': 'write:config',
  'DELETE /api/v1/gateways/{id}/token': 'write:config',
  'POST /write': 'write:sensor_data',
  'POST /api/v2/write': 'write:sensor_data',
  'GET /query': 'write:sensor_data',
  'POST /query': 'write:sensor_data',
  'GET /ping': 'public',
  'GET /api/v1/audit': 'read:audit',
  'GET /api/v1/system/clock': 'read:config',
  'POST /api/v1/system/clock/confirm': 'write:config',
  'GET /api/v1/system/damage': 'read:config',
  'POST /api/v1/system/damage/acknowledge': 'write:config',
};
/** Their errors have the codes of InfluxDB. */
const OF_INFLUXDB = new Set(['POST /write', 'POST /api/v2/write', 'GET /query', 'POST /query']);
/** Walking them would end the session that walks. */
const ENDS_SESSION = new Set(['POST /api/v1/auth/logout']);

let core: StartedCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.remove());

const documented = async () => {
  const { body } = await core.send<{ paths: Record<string, Record<string, unknown>> }>('GET', '//openapi.json');
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
};
const pathOf = (operation: string) => `/${(operation.split(' ')[1] as string).replace(/\{\w+\}/g, NIL)}`;
const methodOf = (operation: string) => operation.split(' ')[0] as string;

describe('access to routes', () => {
  it('is in the table for every documented route, and every route of the table is documented', async () => {
    expect((await documented()).sort()).toEqual(Object.keys(ACCESS).sort());
  });

  it.each(Object.entries(ACCESS))('%s is refused to users without %s', async (operation, access) => {
    const anonymous = await core.send(methodOf(operation), pathOf(operation), {
      body: methodOf(operation) === 'GET' ? undefined : {},
    });
    if (access === 'public') expect(anonymous.status).not.toBe(403);
    else {
      expect(anonymous.status).toBe(401);
      const code = OF_INFLUXDB.has(operation) ? 'unauthorized' : 'unauthenticated';
      expect(anonymous.body).toMatchObject({ status: 'error', code });
      expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
    }
    if (ENDS_SESSION.has(operation)) return;
    for (const role of ROLES) {
      const reply = await core.as(role, methodOf(operation), pathOf(operation), {
        body: methodOf(operation) === 'GET' ? undefined : {},
      });
      const may = access === 'public' || access === 'signed-in' || ROLE_PERMISSIONS[role].includes(access);
      if (may) expect(reply.body.code, `${role} ${operation}`).not.toBe('forbidden');
      else expect(reply, `${role} ${operation}`).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  });
});

describe('the audit log', () => {
  const entries = async (query: string) =>
    (await core.as<{ entries: Record<string, unknown>[] }>('Management', 'GET', `/audit?${query}`)).body.entries;

  it('names the user, the action and the address', async () => {
    const id = await core.addMachine('Audited press');
    const [entry] = await entries('action=machine.create');
    expect(entry).toMatchObject({
      username: 'supervisor1',
      target: id,
      outcome: 'success',
      ip: '127.0.0.1',
      request_id: expect.any(String),
      details: { name: 'Audited press' },
    });
  });

  it('has refused writes, with the reason', async () => {
    await core.as('Operator', 'POST', '/data/machine', { body: { name: 'x', location: 'y', sensor_type: 'z' } });
    const [entry] = await entries('action=machine.create&user=operator1');
    expect(entry).toMatchObject({ outcome: 'refused', details: { status: 403, code: 'forbidden' } });
  });

  it('has every sign-in, refused ones too, and never the password', async () => {
    await core.send('POST', '/auth/login', { body: { username: 'nobody', password: 'Not-the-one1' } });
    const list = await entries('action=session.login');
    expect(list[0]).toMatchObject({
      outcome: 'refused',
      username: null,
      details: { login: 'nobody', code: 'invalid_credentials' },
    });
    expect(list.some((each) => each.outcome === 'success' && each.username === 'manager1')).toBe(true);
    expect(JSON.stringify(list)).not.toContain('Not-the-one1');
  });

  it('has no entries for reads and readings', async () => {
    const id = await core.addMachine('Quiet press');
    const before = (await entries('limit=1'))[0]?.id;
    await core.as('Operator', 'GET', '/data/machines');
    await core.as('Operator', 'GET', '/users');
    await core.ingest(id, [{ timestamp: '2026-01-15T10:30:00Z', temperature: 60 }]);
    expect((await entries('limit=1'))[0]?.id).toBe(before);
  });
});

describe('users', () => {
  const register = (body: Record<string, unknown>, role?: Role) =>
    role === undefined
      ? core.send('POST', '/auth/register', { body })
      : core.as(role, 'POST', '/auth/register', { body });
  const person = (username: string, more: Record<string, unknown> = {}) => ({
    username,
    email: `${username}@plant.example`,
    password: 'Sturdy-Gate-41',
    ...more,
  });

  it('register themselves as operators', async () => {
    const reply = await register(person('walker'));
    expect(reply).toMatchObject({ status: 201, body: { status: 'success', user: { role: 'Operator' } } });
    expect(reply.text).not.toContain('$2b$');
    expect((await register(person('Walker', { email: 'other@plant.example' }))).body.code).toBe('name_taken');
    expect((await register(person('walker2', { email: 'WALKER@plant.example' }))).body.code).toBe('email_taken');
  });

  it('get a higher role only from Management', async () => {
    const boss = person('boss', { role: 'Management' });
    expect(await register(boss)).toMatchObject({ status: 403, body: { code: 'forbidden_role' } });
    expect(await register(boss, 'Supervisor')).toMatchObject({ status: 403, body: { code: 'forbidden_role' } });
    expect(await register(boss, 'Management')).toMatchObject({ status: 201, body: { user: { role: 'Management' } } });
  });

  it('get every fault at once, without the password in the reply', async () => {
    const reply = await register({ username: 'x', email: 'nope', password: 'short' });
    expect(reply.status).toBe(400);
    const fields = (reply.body.errors as { field: string; value?: unknown }[]).map((fault) => fault.field);
    expect(new Set(fields)).toEqual(new Set(['username', 'email', 'password']));
    expect(reply.text).not.toContain('short');
  });

  it('cannot remove the last active Management user', async () => {
    const { body } = await core.as<{ users: { id: string; username: string; role: Role }[] }>(
      'Management',
      'GET',
      '/users',
    );
    const managers = body.users.filter((user) => user.role === 'Management');
    const last = managers.find((user) => user.username === 'manager1') as { id: string };
    for (const other of managers.filter((user) => user.id !== last.id)) {
      expect((await core.as('Management', 'DELETE', `/users/${other.id}`)).status).toBe(200);
    }
    const demotion = await core.as('Management', 'PATCH', `/users/${last.id}`, { body: { role: 'Operator' } });
    expect(demotion).toMatchObject({ status: 409, body: { code: 'last_manager' } });
    expect((await core.as('Management', 'DELETE', `/users/${last.id}`)).status).toBe(409);
    expect((await core.as('Management', 'GET', '/auth/me')).status).toBe(200);
  });
});
