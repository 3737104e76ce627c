import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { replyWithError } from './error-reply.ts';

const app = fastify();
app.decorateRequest('refusal', null);
app.setErrorHandler(replyWithError);
let failure: unknown;
app.get('/', async () => {
  throw failure;
});
afterEach(() => {
  failure = undefined;
});
const answer = async (error: unknown) => {
  failure = error;
  return app.inject('/');
};

describe('a failure', () => {
  it('that is unexpected reveals only the id of the request', async () => {
    const reply = await answer(new Error('SELECT password FROM /var/lib/gonsters'));
    expect(reply.statusCode).toBe(500);
    expect(reply.json()).toEqual({ status: 'error', code: 'internal_error', message: expect.stringContaining('req-') });
    expect(reply.body).not.toMatch(/SELECT|var/);
  });

  it.each([
    ['store_unavailable', 503, 7, '7'],
    ['busy', 503, undefined, '5'],
    ['too_many_attempts', 429, 60, '60'],
  ] as const)('%s says when to come back', async (code, status, retryAfterSeconds, header) => {
    const reply = await answer(
      new AppError(code, undefined, retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    );
    expect(reply.statusCode).toBe(status);
    expect(reply.headers['retry-after']).toBe(header);
    expect(reply.json()).toMatchObject({ status: 'error', code });
  });

  it('does not show its cause, and cuts long values', async () => {
    const faults = [
      { field: 'name', error: 'Is long', value: 'x'.repeat(1000) },
      { field: 'all', error: 'Is odd', value: {} },
    ];
    const reply = await answer(new AppError('validation_failed', undefined, { faults, cause: new Error('secret') }));
    expect(reply.statusCode).toBe(400);
    const { errors } = reply.json<{ errors: { value?: string }[] }>();
    expect(errors[0]?.value).toHaveLength(201);
    expect(errors[1]).not.toHaveProperty('value');
    expect(reply.body).not.toContain('secret');
  });

  it('of a plugin gets the usual form', async () => {
    const reply = await answer(Object.assign(new Error('internal detail'), { statusCode: 418 }));
    expect(reply.statusCode).toBe(418);
    expect(reply.json()).toMatchObject({ status: 'error', code: 'bad_request' });
    expect(reply.body).not.toContain('internal detail');
  });
});
