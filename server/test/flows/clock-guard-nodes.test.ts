// Several nodes, one of them with a wrong clock: the clock guard of the leader decides about retention.

import { isoTime } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  hasServers,
  makeMachine,
  type PlantNode,
  type Servers,
  startNode,
  startServers,
} from './support/start-nodes.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WAIT = { timeout: 20_000, interval: 50 };
const SOON = { guardClockEveryMs: 20, backgroundJobsEveryMs: 20 };

/** Starts a node whose clock is ahead. */
const ahead = (offsetMs: number) => ({ ...SOON, clock: { nowMs: () => Date.now() + offsetMs } });
const holdsOf = async (node: PlantNode, token: string) =>
  (await node.request(token, 'GET', '/system/clock')).body.holds as Record<string, unknown>[];

describe.skipIf(!hasServers)('the clocks of several nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('a leader whose clock is 400 days ahead deletes nothing before the clock is confirmed on another node', async () => {
    const env = await servers.makePlant();
    const first = await startNode(env, SOON);
    const token = await first.signIn();
    const machineId = await makeMachine(first, token);
    const times = [Date.now() - 30 * HOUR_MS, Date.now()];
    for (const ms of times) await first.send(token, machineId, { timestamp: isoTime(ms), temperature: 60 });
    await vi.waitFor(async () => expect(await first.isLeader()).toBe(true), WAIT);
    await first.stop();

    const wrong = await startNode(env, ahead(400 * DAY_MS));
    await vi.waitFor(async () => expect(await wrong.isLeader()).toBe(true), WAIT);
    const right = await startNode(env, SOON);
    const rightToken = await right.signIn();
    const stored = async () => {
      const range = `start_time=${isoTime(0)}&limit=10&order=asc`;
      const { body } = await right.request(rightToken, 'GET', `/data/machine/${machineId}?${range}`);
      return (body.data as { timestamp: string }[]).map(({ timestamp }) => Date.parse(timestamp));
    };
    await vi.waitFor(
      async () => expect(await holdsOf(right, rightToken)).toMatchObject([{ fault: 'ahead_of_data' }]),
      WAIT,
    );
    // Its own clock is right, and it reports that.
    const health = async (node: PlantNode) =>
      (await (await fetch(`${node.http}/health/ready`)).json()) as { parts: { clock: string } };
    expect([(await health(right)).parts.clock, (await health(wrong)).parts.clock]).toEqual(['up', 'degraded']);
    expect(await stored()).toEqual(times);

    expect(await right.request(rightToken, 'POST', '/system/clock/confirm')).toMatchObject({ status: 200 });
    await vi.waitFor(async () => expect((await health(wrong)).parts.clock).toBe('up'), WAIT);
    await vi.waitFor(async () => expect(await stored()).toEqual([]), { ...WAIT, timeout: 30_000 });
  }, 90_000);
});
