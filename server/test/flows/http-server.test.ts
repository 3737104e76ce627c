import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let webDir: string;
let core: StartedCore;
beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'gonsters-page-'));
  await mkdir(join(webDir, 'assets'));
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Page</title>');
  await writeFile(join(webDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(webDir, 'assets', 'main-a1B2c3D4.js'), 'export {};');
  await writeFile(join(webDir, 'sw.js'), '');
  await writeFile(join(webDir, 'manifest.webmanifest'), '{}');
  await writeFile(join(webDir, 'icon-192.png'), 'png');
  core = await startCore({ CORS_ORIGINS: 'https://hall.example' }, webDir);
});
afterAll(async () => {
  await core.remove();
  await rm(webDir, { recursive: true, force: true });
});

const HTML = { accept: 'text/html,*/*' };

/** The answer of the server to raw bytes. */
async function exchange(url: string, bytes: string): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
  socket.write(bytes);
  await closed;
  return answer;
}

describe('the page', () => {
  it('is served with headers that forbid foreign scripts and frames', async () => {
    const reply = await core.send('GET', '//', { headers: HTML });
    expect(reply.text).toContain('<title>Page</title>');
    const policy = reply.headers.get('content-security-policy') as string;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
    expect(reply.headers.get('cache-control')).toBe('no-cache');
    expect(reply.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(reply.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(reply.headers.get('permissions-policy')).toContain('camera=(), ');
    expect(reply.headers.get('strict-transport-security')).toBeNull();
  });

  it('is served at its own addresses only', async () => {
    expect((await core.send('GET', '//machines/17?tab=live', { headers: HTML })).text).toContain('Page');
    expect((await core.send('GET', '//api/v1/nowhere', { headers: HTML })).status).toBe(404);
    expect((await core.send('GET', '//assets/gone-12345678.js', { headers: HTML })).status).toBe(404);
    expect((await core.send('GET', '//machines/17')).status).toBe(404);
    expect((await core.send('GET', '//..%2f..%2fpackage.json')).status).toBe(404);
  });

  it('lets browsers cache hashed assets for good', async () => {
    const asset = await core.send('GET', '//assets/main-a1B2c3D4.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await core.send('GET', '//icon.svg')).headers.get('cache-control')).toBe('no-cache');
  });

  it('can be installed: worker and manifest have their content types and are revalidated each time', async () => {
    for (const [file, type] of [
      ['sw.js', 'javascript'],
      ['manifest.webmanifest', 'application/manifest+json'],
      ['icon-192.png', 'image/png'],
    ] as const) {
      const reply = await core.send('GET', `//${file}`);
      expect(reply.headers.get('content-type')).toContain(type);
      expect(reply.headers.get('cache-control')).toBe('no-cache');
    }
    const policy = (await core.send('GET', '//', { headers: HTML })).headers.get('content-security-policy') as string;
    expect(policy).toContain("worker-src 'self';");
    expect(policy).toContain("manifest-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  });

  it('has the API documentation, without inline scripts', async () => {
    const reply = await core.send('GET', '//docs', { headers: HTML });
    expect(reply.status).toBe(200);
    expect(reply.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    const scripts = [...reply.text.matchAll(/src="([^"]+)"/g)].map((match) => match[1] as string);
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      expect((await core.send('GET', `/${new URL(script, `${core.url}/docs`).pathname}`)).status).toBe(200);
    }
  });
});

describe('the API', () => {
  it('is not cached, and each reply has a request id', async () => {
    const replies = await Promise.all(['/config', '//health', '//metrics'].map((path) => core.send('GET', path)));
    for (const reply of replies) {
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('is readable by pages of the configured origins only', async () => {
    const preflight = (origin: string) =>
      core.send('OPTIONS', '/config', { headers: { origin, 'access-control-request-method': 'GET' } });
    expect((await preflight('https://hall.example')).headers.get('access-control-allow-origin')).toBe(
      'https://hall.example',
    );
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('sends HSTS if the proxy uses TLS', async () => {
    const reply = await core.send('GET', '//health', { headers: { 'x-forwarded-proto': 'https' } });
    expect(reply.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  });

  it('answers no TRACE, and lists no folder', async () => {
    const answer = await exchange(
      core.url,
      `TRACE /health HTTP/1.1\r\nHost: ${new URL(core.url).host}\r\nX-Secret: 4711\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('4711');
    expect((await core.send('GET', '//assets/')).text).not.toContain('.js');
  });

  it('has the state of each part, and metrics', async () => {
    const ready = await core.send('GET', '//health/ready');
    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'ready', parts: { database: 'up', readings: 'up', ingest: 'up', clock: 'up' }, reasons: {} },
    });
    const { text, headers } = await core.send('GET', '//metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('gonsters_alerts_active{severity="critical"} 0');
    expect(text).toMatch(/gonsters_http_request_seconds_count\{.*route="\/health\/ready".*\} \d+/);
  });

  it.each([
    ['garbage', 'garbage\r\n\r\n', 400],
    ['half a request line', 'GET\r\n\r\n', 400],
    ['a header without end', `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
  ])('answers %s with an error and an id', async (_what, bytes, status) => {
    const answer = await exchange(core.url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('X-Request-Id: ');
    expect(answer).toContain('"status":"error"');
    expect((await core.send('GET', '//health')).status).toBe(200);
  });
});

describe('settings', () => {
  const update = (name: string, value: unknown) =>
    core.as('Management', 'POST', '/config/update', { body: { setting_name: name, setting_value: value } });

  it('are listed with units, changed and reset', async () => {
    const { body } = await core.as('Operator', 'GET', '/config');
    expect(body).toMatchObject({
      config: { max_temperature_threshold: '80.0', min_pressure_threshold: '', data_retention_days: '365' },
      settings: expect.arrayContaining([
        expect.objectContaining({ name: 'inactivity_timeout', unit: 's', value: '3600' }),
      ]),
    });
    const changed = await update('max_temperature_threshold', 85.5);
    expect(changed.body).toMatchObject({
      updated_setting: {
        name: 'max_temperature_threshold',
        old_value: '80.0',
        new_value: '85.5',
        updated_by: 'manager1',
      },
    });
    const reset = await core.as('Management', 'POST', '/config/reset');
    expect(reset.body).toMatchObject({ config: { max_temperature_threshold: '80.0' } });
  });

  it.each([
    ['no_such_setting', '1', 'unknown_setting'],
    ['max_temperature_threshold', 'hot', 'invalid_setting'],
    ['max_temperature_threshold', '10', 'invalid_setting'],
    ['inactivity_timeout', null, 'invalid_setting'],
    ['__proto__', '1', 'unknown_setting'],
  ])('refuse %s = %j', async (name, value, code) => {
    expect(await update(name, value)).toMatchObject({ status: 400, body: { code } });
  });
});

describe('gateways', () => {
  it('are created with a password that is shown once, changed and deleted', async () => {
    const made = await core.as<{ gateway: { id: string; username: string }; password: string }>(
      'Management',
      'POST',
      '/gateways',
      {
        body: { name: 'Hall A', scope: 'plant' },
      },
    );
    expect(made.status).toBe(201);
    expect(made.body.password.length).toBeGreaterThan(20);
    const listed = await core.as('Management', 'GET', '/gateways');
    expect(listed.body).toMatchObject({ count: 1, gateways: [{ name: 'Hall A', is_active: true }] });
    expect(listed.text).not.toContain(made.body.password);
    const path = `/gateways/${made.body.gateway.id}`;
    const rotated = await core.as('Management', 'PATCH', path, { body: { rotate_password: true, is_active: false } });
    expect(rotated.body.password).not.toBe(made.body.password);
    expect(rotated.body).toMatchObject({ gateway: { is_active: false } });
    expect(
      (await core.as('Management', 'POST', '/gateways', { body: { name: 'hall a', scope: 'plant' } })).status,
    ).toBe(409);
    expect((await core.as('Management', 'DELETE', path)).status).toBe(200);
    expect((await core.as('Management', 'DELETE', path)).status).toBe(404);
    const { text } = await core.as('Management', 'GET', '/audit?limit=1000');
    expect(text).not.toContain(made.body.password);
  });
});

describe('a start', () => {
  it('fails with a clear message if the configured port is in use', async () => {
    const { port } = new URL(core.url);
    await expect(startCore({ PORT: port })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(port),
    });
  });

  it('fails in production while a user has the development password', async () => {
    const other = await startCore();
    try {
      await other.stop();
      const env = { ...other.env, DATA_DIR: other.dataDir, NODE_ENV: 'production', JWT_SECRET_KEY: 'x'.repeat(40) };
      const production = startCore(env);
      await expect(production).rejects.toMatchObject({
        code: 'invalid_configuration',
        message: expect.stringContaining('1 '),
      });
    } finally {
      await other.remove();
    }
  });

  it('in production creates only the first Management user of the configuration', async () => {
    const env = { NODE_ENV: 'production', JWT_SECRET_KEY: 'x'.repeat(40), ADMIN_USERNAME: 'chief' };
    await expect(startCore({ ...env, ADMIN_PASSWORD: 'short' })).rejects.toMatchObject({
      code: 'invalid_configuration',
      faults: expect.arrayContaining([expect.objectContaining({ parameter: 'ADMIN_PASSWORD' })]),
    });
    const production = await startCore({ ...env, ADMIN_PASSWORD: 'Steady-Hand-9', ALLOW_REGISTRATION: 'false' });
    try {
      const { access_token: token } = await production.signIn('chief', 'Steady-Hand-9');
      const users = await production.send('GET', '/users', { token });
      expect(users.body).toMatchObject({ count: 1, users: [{ username: 'chief', role: 'Management' }] });
      const body = { username: 'newcomer', email: 'n@plant.example', password: 'Sturdy-Gate-41' };
      const refused = await production.send('POST', '/auth/register', { body });
      expect(refused).toMatchObject({ status: 403, body: { code: 'registration_disabled' } });
      expect((await production.send('POST', '/auth/register', { body, token })).status).toBe(201);
    } finally {
      await production.remove();
    }
  });
});

describe('a stop', () => {
  it('ends in time although a client holds its connection open', async () => {
    const other = await startCore();
    const socket = connect(Number(new URL(other.url).port), '127.0.0.1');
    socket.on('error', () => {});
    try {
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
      const started = performance.now();
      await other.stop();
      expect(performance.now() - started).toBeLessThan(10_000);
    } finally {
      socket.destroy();
      await other.remove();
    }
  });
});

it('uses the next port if the default port is in use', async () => {
  const { listenOnFreePort } = await import('../../src/http/listen.ts');
  const { fastify } = await import('fastify');
  const { silentLogger } = await import('../../src/log.ts');
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port: taken } = blocker.address() as { port: number };
  const app = fastify();
  try {
    const address = await listenOnFreePort(
      app as never,
      { host: '127.0.0.1', port: taken, portFixed: false },
      silentLogger,
    );
    expect(address.port).toBeGreaterThan(taken);
  } finally {
    await app.close();
    blocker.close();
  }
});
