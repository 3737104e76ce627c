// Aliases on several nodes: a change on one counts on the others, and an alias belongs to one machine.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  hasServers,
  makeMachine,
  type PlantNode,
  type Servers,
  startNode,
  startServers,
} from './support/start-nodes.ts';

const WITHIN = { timeout: 15_000, interval: 50 };

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  async function startTwo(more: Record<string, string> = {}) {
    const env = { ...(await servers.makePlant()), ...more };
    const one = await startNode(env);
    const other = await startNode(env);
    return { one, other, token: await one.signIn() };
  }
  const countOf = async (node: PlantNode, token: string, id: string) => {
    const { body } = await node.request(token, 'GET', `/data/machine/${id}?start_time=2026-01-01T00:00:00Z`);
    return (body.pagination as { total_records: number }).total_records;
  };

  test('an alias that is given, handed on or taken away on one node counts on the other', async () => {
    const { one, other, token } = await startTwo();
    const [first, second] = [await makeMachine(one, token), await makeMachine(one, token)];
    const give = (node: PlantNode, id: string, aliases: string[]) =>
      node.request(token, 'PATCH', `/data/machines/${id}`, { aliases });
    await give(one, first, ['SN 1']);
    await vi.waitFor(() => other.send(token, 'sn 1', { speed: 1 }), WITHIN);
    await vi.waitFor(async () => expect((await give(other, second, ['SN 1'])).status).toBe(409), WITHIN);
    await give(one, first, []);
    await vi.waitFor(async () => expect((await give(other, second, ['SN 1'])).status).toBe(200), WITHIN);
    await vi.waitFor(async () => {
      await one.send(token, 'SN 1', { speed: 2 });
      expect(await countOf(one, token, second)).toBeGreaterThan(0);
    }, WITHIN);
    expect(await countOf(other, token, first)).toBe(1);
  });

  test('an alias that both nodes give away at the same moment belongs to one machine', async () => {
    const { one, other, token } = await startTwo();
    const ids = [await makeMachine(one, token), await makeMachine(one, token)];
    await vi.waitFor(
      async () => expect((await other.request(token, 'GET', `/data/machines/${ids[1]}`)).status).toBe(200),
      WITHIN,
    );
    for (let round = 0; round < 5; round++) {
      const replies = await Promise.all(
        [one, other].map((node, i) =>
          node.request(token, 'PATCH', `/data/machines/${ids[i]}`, { aliases: [`SN ${round}`] }),
        ),
      );
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  test('a machine that sends an alias to both nodes at once is created once, and no reading is lost', async () => {
    const { one, other, token } = await startTwo({ AUTO_PROVISION: 'on' });
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        [one, other][i % 2]?.send(token, i < 4 ? 'SN 7' : 'sn 7', {
          timestamp: `2026-01-15T10:00:0${i}Z`,
          temperature: 61,
        }),
      ),
    );
    for (const node of [one, other]) {
      const { body } = await node.request(token, 'GET', '/data/machines?search=SN%207');
      const machines = body.machines as { machine_id: string; aliases: string[] }[];
      expect(machines).toHaveLength(1);
      expect(machines[0]?.aliases.map((alias) => alias.toUpperCase())).toEqual(['SN 7']);
      expect(await countOf(node, token, machines[0]?.machine_id ?? '')).toBe(8);
    }
  });

  test('a machine that waits is listed once, by the same id, whichever node it sends to', async () => {
    const { one, other, token } = await startTwo({ AUTO_PROVISION: 'approve' });
    await Promise.all(
      [one, other].map((node, i) =>
        node.send(token, 'Line1.Press3', { temperature: 61, timestamp: `2026-01-15T09:00:0${i}Z` }),
      ),
    );
    const waiting = async (node: PlantNode) =>
      (await node.request(token, 'GET', '/ingest/unknown')).body.machines as {
        id: string;
        machine_id: string;
        readings_count: number;
      }[];
    for (const node of [one, other]) {
      await vi.waitFor(
        async () => expect(await waiting(node)).toMatchObject([{ id: 'Line1.Press3', readings_count: 2 }]),
        WITHIN,
      );
    }
    const [machine] = await waiting(other);
    expect((await other.request(token, 'POST', `/ingest/unknown/${machine?.machine_id}/accept`)).status).toBe(201);
    await vi.waitFor(async () => expect(await waiting(one)).toEqual([]), WITHIN);
    await one.send(token, 'line1.press3', { temperature: 62, timestamp: '2026-01-15T10:00:00Z' });
    expect(await countOf(one, token, machine?.machine_id ?? '')).toBe(3);
  });

  test('readings are handed over while both nodes take some, and are at the successor on both nodes afterwards', async () => {
    const { one, other, token } = await startTwo();
    const [old, next] = [await makeMachine(one, token), await makeMachine(one, token)];
    const at = (i: number) => new Date(Date.UTC(2026, 0, 15, 10, 0, 0, i)).toISOString();
    await vi.waitFor(() => other.send(token, old, { speed: 1, timestamp: at(0) }), WITHIN);
    await one.send(token, old, { speed: 1, timestamp: at(1) });
    const path = `/machines/${old}/successor`;
    const begun = await one.request(token, 'POST', path, { machine_id: next, history: true });
    expect(begun).toMatchObject({ status: 202, body: { history: { state: 'running' } } });
    const isRunning = async () => {
      const { body } = await other.request(token, 'GET', path);
      return (body.history as { state: string }).state === 'running';
    };
    let sent = 2;
    while (await isRunning()) {
      for (const node of [one, other]) await node.send(token, old, { speed: 1, timestamp: at(sent++) });
      // The same request again, on the other node.
      const repeated = await other.request(token, 'POST', path, { machine_id: next, history: true });
      expect([200, 202]).toContain(repeated.status);
    }
    const left = await countOf(one, token, old);
    expect(await other.request(token, 'GET', path)).toMatchObject({
      body: { history: { state: 'completed', kept: null } },
    });
    for (const node of [one, other]) {
      expect(await countOf(node, token, next)).toBe(sent - left);
      // Those of the last round may have arrived after the end.
      expect(left).toBeLessThanOrEqual(2);
      const machine = async () => (await node.request(token, 'GET', `/data/machines/${next}`)).body.machine;
      await vi.waitFor(async () => expect(await machine()).toMatchObject({ latest: { speed: 1 } }), WITHIN);
    }
  }, 90_000);
});
