import rateLimit from '@fastify/rate-limit';
import { fastify } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import type { Principal } from '../users/access-tokens.ts';
import { enforceAccess } from './access-rule.ts';
import type { Credentials } from './credentials.ts';
import { replyWithError } from './error-reply.ts';
import type { HttpApp } from './http-app.ts';
import { createRateLimits, type RequestsPerMinute } from './rate-limits.ts';

let app: HttpApp;
let logged: string[] = [];
afterEach(() => app.close());

/** The access rule with its limits over a route of each kind; a token is the name of its user. */
async function serve(limits: RequestsPerMinute): Promise<void> {
  logged = [];
  app = fastify({
    logger: { level: 'warn', stream: { write: (line: string) => void logged.push(line) } },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(replyWithError);
  app.decorateRequest('refusal', null);
  await app.register(rateLimit, { global: false });
  const verify = async (token: string): Promise<Principal> => {
    if (token === 'bad') throw new AppError('unauthenticated');
    const permissions = ['write:sensor_data'] as const;
    return {
      userId: token,
      username: token,
      role: 'Operator',
      factoryId: null,
      permissions,
      sessionId: '',
      tokenId: '',
      expiresAtMs: 0,
    };
  };
  const identify = async (credentials: Credentials) => {
    if (credentials.kind !== 'session') throw new AppError('unauthenticated');
    return { principal: await verify(credentials.token), gateway: null };
  };
  enforceAccess(app, { identify }, createRateLimits(app, null, limits));
  app.get('/general', { config: { access: 'signed-in' } }, async () => 'ok');
  app.post('/ingest', { config: { access: 'write:sensor_data' } }, async () => 'ok');
  app.post('/sign-in', { config: { access: 'public', rateLimitGroup: 'sign-in' } }, async () => 'ok');
}

const PLENTY = { address: 100, 'sign-in': 100, general: 100, ingest: 100 };
const ask = async (method: 'GET' | 'POST', url: string, token?: string) =>
  app.inject({ method, url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
const statuses = async (times: number, ...request: Parameters<typeof ask>) => {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await ask(...request)).statusCode);
  return found;
};

describe('rate limits', () => {
  it('count each user separately, and say when to try again', async () => {
    await serve({ ...PLENTY, general: 2 });
    expect(await statuses(3, 'GET', '/general', 'ann')).toEqual([200, 200, 429]);
    expect(await statuses(1, 'GET', '/general', 'bob')).toEqual([200]);
    const refused = await ask('GET', '/general', 'ann');
    expect(refused.json()).toMatchObject({ status: 'error', code: 'rate_limited' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('count readings separately', async () => {
    await serve({ ...PLENTY, general: 1, ingest: 3 });
    expect(await statuses(4, 'POST', '/ingest', 'ann')).toEqual([200, 200, 200, 429]);
    expect(await statuses(2, 'GET', '/general', 'ann')).toEqual([200, 429]);
  });

  it('count sign-ins by address, whatever the user', async () => {
    await serve({ ...PLENTY, 'sign-in': 2 });
    expect(await statuses(1, 'POST', '/sign-in', 'ann')).toEqual([200]);
    expect(await statuses(2, 'POST', '/sign-in')).toEqual([200, 429]);
  });

  it('refuse an address before its tokens are verified', async () => {
    await serve({ ...PLENTY, address: 2 });
    expect(await statuses(3, 'GET', '/general', 'bad')).toEqual([401, 401, 429]);
  });
});

describe('the access rule', () => {
  it('refuses a route without an access rule', async () => {
    await serve(PLENTY);
    expect(() => app.get('/open', async () => 'ok')).toThrow('GET /open has no access rule');
  });

  it('refuses users without the permission, and logs who was refused what', async () => {
    await serve(PLENTY);
    app.get('/secret', { config: { access: 'read:audit' } }, async () => 'ok');
    expect((await ask('GET', '/secret', 'ann')).statusCode).toBe(403);
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'A request was refused', user: 'ann', method: 'GET', route: '/secret', permission: 'read:audit' },
    ]);
    expect((await ask('GET', '/secret')).statusCode).toBe(401);
  });
});
