// Two real processes on PostgreSQL, InfluxDB and Redis, the leader killed while it sends: every alert is told, and what is told twice
// has the same id.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startMailServer } from '../support/mail-server.ts';
import { type ProcessNode, startTwoProcesses } from './support/process-nodes.ts';
import { hasServers, type Servers, startServers } from './support/start-nodes.ts';

/** How often the leader is killed; `NOTIFICATION_KILLS=100` is the goal that is stated. */
const ROUNDS = Number(process.env.NOTIFICATION_KILLS ?? 3);
const ALERTS_PER_ROUND = ROUNDS > 10 ? 1 : 4;
const ADDRESSES = 20;
/** A lease that a killed node held ends after 45 s, and what is folded goes once a minute. */
const TOLD_WITHIN_MS = 200_000;

const isLeader = async ({ server }: ProcessNode) =>
  /^gonsters_keeps_watch 1$/m.test(await (await fetch(`${server.http}/metrics`)).text());

describe.skipIf(!hasServers)('nodes that send notifications', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('nothing is lost when the leader is killed', { timeout: 300_000 + ROUNDS * 60_000 }, async () => {
    const mails = await startMailServer();
    const env = {
      ...(await servers.makePlant()),
      SMTP_URL: mails.url,
      SMTP_FROM: 'alarms@plant.example',
      MQTT_PORT: 'off',
    };
    const { token, machineIds, ...started } = await startTwoProcesses([env, env], ROUNDS * ALERTS_PER_ROUND);
    const nodes = [started.leader, started.follower] as const;
    // Each address gets few alerts, so that no message is folded or waits because there are many.
    for (let at = 0; at < Math.min(ADDRESSES, machineIds.length); at++) {
      const tell = [{ kind: 'channel', channel_id: 'email', address: `duty${at}@plant.example` }];
      const machine_ids = machineIds.filter((_, position) => position % ADDRESSES === at);
      const route = { name: `Route ${at}`, match: { machine_ids }, chain: { steps: [{ wait_seconds: 0, tell }] } };
      expect((await nodes[0].request(token, 'POST', '/notifications/routes', route)).status).toBe(201);
    }

    for (let round = 0; round < ROUNDS; round++) {
      const leader = (await isLeader(nodes[0])) ? nodes[0] : nodes[1];
      const other = leader === nodes[0] ? nodes[1] : nodes[0];
      let handed = false;
      // In every second round the leader dies while the mail server has a mail and has not answered.
      mails.answer = () => {
        handed = true;
        return round % 2 === 0 ? 'silent' : null;
      };
      const ids = machineIds.slice(round * ALERTS_PER_ROUND, (round + 1) * ALERTS_PER_ROUND);
      for (const id of ids) expect(await other.send(token, id, Date.now(), 120)).toBe(true);
      if (round === 0) await vi.waitFor(() => expect(handed).toBe(true), { timeout: 30_000 });
      await leader.kill();
      mails.answer = () => null;
      await vi.waitFor(async () => expect(await isLeader(other)).toBe(true), { timeout: 30_000 });
      await leader.start();
    }

    const messages = new Set<string>();
    await vi.waitFor(
      async () => {
        for (const machineId of machineIds) {
          const [alert] = await nodes[0].alertsOf(token, machineId);
          const { body } = await nodes[0].request(token, 'GET', `/alerts/${alert?.id}/notifications`);
          const [raised] = body.notifications as { kind: string; state: string; message_id: string }[];
          expect(raised).toMatchObject({ kind: 'raised', state: 'sent' });
          messages.add(`<${raised?.message_id}@plant.example>`);
        }
      },
      { timeout: TOLD_WITHIN_MS, interval: 2_000 },
    );
    const arrived = mails.mails.map(({ id }) => id);
    for (const id of messages) expect(arrived).toContain(id);
    // What the mail server had taken before the leader died may arrive again, with the same id.
    const doubled = arrived.length - new Set(arrived).size;
    expect(new Set(arrived)).toEqual(messages);
    expect(doubled).toBeLessThanOrEqual(Math.max(1, Math.floor(arrived.length / 20)));
    // For the record of a long run.
    console.info(`${ROUNDS} kills, ${machineIds.length} alerts, ${arrived.length} mails, ${doubled} of them twice`);
  });
});
