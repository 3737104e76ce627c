import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.remove());

type Faults = { field?: string; parameter?: string; error: string; value?: unknown }[];
const faultsOf = (reply: { body: Record<string, unknown> }) => reply.body.errors as Faults;

describe('a failed request', () => {
  it('names every fault of the body with its place and value', async () => {
    const reply = await core.as('Management', 'POST', '/data/machine', {
      body: { name: '', location: 7, status: 'odd' },
    });
    expect(reply).toMatchObject({ status: 400, body: { status: 'error', code: 'validation_failed' } });
    const byField = Object.fromEntries(faultsOf(reply).map((fault) => [fault.field, fault]));
    expect(Object.keys(byField).sort()).toEqual(['location', 'name', 'sensor_type', 'status']);
    expect(byField.location?.value).toBe(7);
    expect(byField.status?.value).toBe('odd');
  });

  it('names every fault of the query', async () => {
    const id = await core.addMachine('Query press');
    const reply = await core.as(
      'Operator',
      'GET',
      `/data/machine/${id}?start_time=soon&interval=2h&limit=0&fields=mood`,
    );
    expect(reply.status).toBe(400);
    expect(
      faultsOf(reply)
        .map((fault) => fault.parameter)
        .sort(),
    ).toEqual(['fields', 'interval', 'limit', 'start_time']);
    expect(faultsOf(reply)).toContainEqual({ parameter: 'interval', error: expect.any(String), value: '2h' });
  });

  it('names faults of path, body and query together', async () => {
    const path = await core.as('Management', 'PATCH', '/data/machines/no-id', { body: { status: 'odd' } });
    expect(faultsOf(path).map((fault) => fault.parameter ?? fault.field)).toEqual(['id', 'status']);
    const query = await core.as('Management', 'DELETE', '/data/machines/no-id?readings=maybe');
    expect(faultsOf(query).map((fault) => fault.parameter)).toEqual(['id', 'readings']);
  });

  it('cuts long values and leaves out objects', async () => {
    const body = { name: 'n'.repeat(5_000), location: { deep: ['x'] }, sensor_type: 's' };
    const reply = await core.as('Management', 'POST', '/data/machine', { body });
    const [name, location] = faultsOf(reply);
    expect(String(name?.value).length).toBeLessThan(250);
    expect(location).not.toHaveProperty('value');
  });

  it.each<[string, string, number, string, Record<string, string>?]>([
    ['no JSON', '{"name":', 400, 'malformed_body'],
    ['an empty JSON', '', 400, 'validation_failed'],
    ['a number JSON cannot hold', '{"name": NaN}', 400, 'malformed_body'],
    ['no object', '[]', 400, 'validation_failed'],
    ['another content type', 'name=x', 415, 'unsupported_media_type', { 'content-type': 'text/plain' }],
    ['too much of it', JSON.stringify({ name: 'x'.repeat(2_000_000) }), 413, 'payload_too_large'],
    ['a hundred levels', `${'['.repeat(100)}${']'.repeat(100)}`, 400, 'validation_failed'],
    ['a hundred thousand levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400, 'validation_failed'],
  ])('with %s for a body gets its status and code', async (_what, body, status, code, headers) => {
    const reply = await core.as('Management', 'POST', '/data/machine', {
      body,
      headers: headers ?? { 'content-type': 'application/json' },
    });
    expect(reply).toMatchObject({ status, body: { status: 'error', code } });
  });

  it('is refused if the body is not UTF-8', async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    const headers = { 'content-type': 'application/json' };
    const reply = await core.as('Management', 'POST', '/data/machine', { body, headers });
    expect(reply).toMatchObject({ status: 400, body: { code: 'malformed_body' } });
  });

  it('refuses a prototype in a body as an unknown field', async () => {
    const body = '{"__proto__":{"name":"evil"},"constructor":{"x":1},"location":"Hall A","sensor_type":"press"}';
    const headers = { 'content-type': 'application/json' };
    const reply = await core.as('Management', 'POST', '/data/machine', { body, headers });
    expect(reply.status).toBe(400);
    expect(faultsOf(reply).map((fault) => fault.field)).toEqual(['name', '__proto__', 'constructor']);
    expect(({} as { name?: string }).name).toBeUndefined();
  });

  it.each(['%00', '%0d%0aX-Evil:1', '%1b%5b31m', 'a'.repeat(499), '..%2f..%2fetc%2fpasswd', '__proto__'])(
    'with %j for an id is refused',
    async (id) => {
      const reply = await core.as('Management', 'GET', `/data/machines/${id}`);
      expect([400, 404]).toContain(reply.status);
      expect(reply.headers.get('x-evil')).toBeNull();
    },
  );

  it.each([
    ['//%zz', 400],
    [`/data/machines/${'a'.repeat(2_000)}`, 414],
    ['/nowhere', 404],
    ['//nowhere', 404],
  ])('at %s gets a reply in the usual form', async (path, status) => {
    const reply = await core.send('GET', path);
    expect(reply).toMatchObject({
      status,
      body: { status: 'error', code: expect.any(String), message: expect.any(String) },
    });
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['PUT', '/data/machines', 'GET, HEAD'],
    ['DELETE', '/auth/login', 'POST'],
    ['POST', '/data/machines/summary', 'GET, HEAD'],
    ['POST', '/data/machines/5f0c9a1e-1111-4222-8333-444455556666', 'DELETE, GET, HEAD, PATCH'],
    ['OPTIONS', '/config', 'GET, HEAD'],
  ])('%s %s gets the allowed methods', async (method, path, allow) => {
    const reply = await core.send(method, path);
    expect(reply).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(reply.headers.get('allow')).toBe(allow);
  });

  it.each([
    ['no Host', 'GET /health HTTP/1.1\r\n\r\n', 400],
    ['an Expect that nobody knows', 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n', 417],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['too many headers', `GET /health HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('with %s gets the usual reply and an id', async (_what, request, status) => {
    const answer = await exchange(core.url, request);
    expect(answer.split('\r\n')[0]).toContain(`HTTP/1.1 ${status} `);
    expect(answer.toLowerCase()).toMatch(/\r\nx-request-id: [0-9a-f-]{36}\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({
      status: 'error',
      code: expect.any(String),
      message: expect.any(String),
    });
  });

  it('describes each fault in a whole sentence', async () => {
    const made = await core.as('Management', 'POST', '/data/machine', { body: { location: 7, status: 'odd' } });
    expect(faultsOf(made).map((fault) => fault.error)).toEqual([
      'name is required',
      'location must be text',
      'sensor_type is required',
      'status must be one of active, inactive, maintenance, error',
    ]);
    const read = await core.as('Operator', 'GET', '/data/machine/x?interval=2h&limit=0');
    expect(faultsOf(read).map((fault) => fault.error)).toEqual(
      expect.arrayContaining(['machine_id must be a UUID', 'start_time is required']),
    );
  });

  it('may have a parameter only once', async () => {
    const reply = await core.as('Operator', 'GET', '/data/machines?search=a&search=b');
    expect(faultsOf(reply)[0]).toMatchObject({ parameter: 'search' });
  });

  it('reveals no file paths, queries or stack traces', async () => {
    const replies = await Promise.all([
      core.send('GET', '/nowhere'),
      core.as('Operator', 'GET', '/alerts?cursor=eHh4'),
      core.as('Management', 'GET', "/audit?user=' OR 1=1 --"),
      core.as('Operator', 'GET', "/data/machines?search='; DROP TABLE users; --&limit=x"),
    ]);
    for (const reply of replies) {
      expect(reply.status).toBeLessThan(500);
      expect(reply.text).not.toMatch(/node_modules|\.ts:|at \w+ \(|SELECT|sqlite/i);
    }
  });
});

/** Sends bytes as they are and resolves with everything that came until the server closed the connection. */
function exchange(address: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
