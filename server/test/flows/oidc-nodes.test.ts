// A sign-in with OpenID Connect that goes over several nodes on PostgreSQL, as behind a balancer.

import { describe, expect, onTestFinished, test } from 'vitest';
import { browse, startOidcProvider } from '../support/start-oidc-provider.ts';
import { hasServers, startNode, startServers } from './support/start-nodes.ts';

const PAGE = 'https://plant.example';

describe.skipIf(!hasServers)('two nodes', () => {
  test('share a sign-in: begun on one, finished on the other, fetched once from either', async () => {
    const servers = await startServers();
    onTestFinished(async () => void (await servers.stop()));
    const provider = await startOidcProvider([`${PAGE}/api/v1/auth/oidc/callback`]);
    onTestFinished(() => provider.stop());
    const env = { ...(await servers.makePlant()), ...provider.env, PUBLIC_URL: PAGE };
    const one = await startNode(env);
    const other = await startNode(env);
    const token = await one.signIn('manager1');
    const rules = [{ group: 'line', role: 'Operator', factory_id: 'F2' }];
    expect((await one.request(token, 'PUT', '/auth/oidc/rules', { rules })).status).toBe(200);

    provider.account = { sub: 'sub-ana', preferred_username: 'ana', groups: ['line'] };
    const begun = await fetch(`${one.http}/api/v1/auth/oidc/start`, { redirect: 'manual' });
    const headers = { cookie: begun.headers.get('set-cookie')?.split(';')[0] as string };
    const { url } = await browse(begun.headers.get('location') as string, ({ origin }) => origin === PAGE);
    const finish = async (node: typeof one) => {
      const reply = await fetch(node.http + url.pathname + url.search, { redirect: 'manual', headers });
      return reply.headers.get('location') ?? '';
    };
    const [first, again] = [await finish(other), await finish(one)];
    expect(first).toMatch(/^https:\/\/plant\.example\/signed-in#code=[\w-]{43}$/);
    expect(again).toBe(`${PAGE}/sign-in#oidc_error=expired`);
    const body = JSON.stringify({ code: first.split('=')[1] });
    const session = (node: typeof one) =>
      fetch(`${node.http}/api/v1/auth/oidc/session`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
    const replies = await Promise.all([session(one), session(other)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410]);
    const won = replies.find(({ status }) => status === 200);
    expect(await won?.json()).toMatchObject({ user: { username: 'ana', role: 'Operator', factory_id: 'F2' } });
  });
});
