// A sign-in with a second factor may begin on one node and end on another, and what changes on one node holds on all.

import type { TotpBegun } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { totpCode, totpStep } from '../../src/users/second-factors/totp.ts';
import { hasServers, type Servers, startNode, startServers } from './support/start-nodes.ts';

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('share sign-ins, codes that were used, and the policy', async () => {
    const clock = { ms: Date.now(), nowMs: () => clock.ms };
    const env = { ...(await servers.makePlant()), SECRETS_KEY: 's'.repeat(40) };
    const one = await startNode(env, { clock });
    const other = await startNode(env, { clock });
    const token = await one.signIn();
    const path = '/users/me/second-factors/totp';
    const { id, secret } = (await one.request(token, 'POST', path, { name: 'Phone' })).body as unknown as TotpBegun;
    const codeAt = () => totpCode(secret, totpStep(clock.ms));
    expect((await other.request(token, 'POST', `${path}/${id}/confirm`, { code: codeAt() })).status).toBe(200);

    clock.ms += 60_000;
    const login = async (node: typeof one) => {
      const reply = await node.request('', 'POST', '/auth/login', { username: 'manager1', password: 'Password123!' });
      expect(reply).toMatchObject({ status: 401, body: { code: 'second_factor_required' } });
      return (reply.body.second_factor as { token: string }).token;
    };
    const answer = (node: typeof one, pending: string, code: string) =>
      node.request('', 'POST', '/auth/second-factor', { token: pending, code });
    const first = await login(one);
    expect((await answer(other, first, codeAt())).status).toBe(200);
    expect((await answer(one, first, codeAt())).body.code).toBe('second_factor_expired');
    expect((await answer(one, await login(other), codeAt())).body.code).toBe('invalid_second_factor');

    const operator = await one.signIn('operator1');
    const client = other.connect(operator);
    await vi.waitFor(() => expect(client.connected).toBe(true));
    const second_factor = { Operator: 'required', Supervisor: 'optional', Management: 'optional' };
    expect((await one.request(token, 'PUT', '/auth/policy', { second_factor })).status).toBe(200);
    await vi.waitFor(async () =>
      expect((await other.request(operator, 'GET', '/data/machines')).body.code).toBe(
        'second_factor_required_by_policy',
      ),
    );
    await vi.waitFor(() => expect(client.connected).toBe(false));

    const supervisor = await one.signIn('supervisor1');
    const live = other.connect(supervisor);
    await vi.waitFor(() => expect(live.connected).toBe(true));
    const { sessions } = (await one.request(supervisor, 'GET', '/users/me/sessions')).body as unknown as {
      sessions: { id: string }[];
    };
    expect((await one.request(supervisor, 'DELETE', `/users/me/sessions/${sessions[0]?.id}`)).status).toBe(200);
    await vi.waitFor(() => expect(live.connected).toBe(false));
  });
});
