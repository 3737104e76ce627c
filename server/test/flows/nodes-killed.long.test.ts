// Two real processes on PostgreSQL, InfluxDB and Redis, killed and frozen in turn, with devices on an external broker and on the
// brokers of the nodes behind a balancer: nothing is lost or duplicated, and every alert is raised once.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { hasBalancer, startBalancer } from '../support/start-balancer.ts';
import { type MosquittoServer, startMosquitto } from '../support/start-mosquitto.ts';
import { Devices } from './support/devices.ts';
import { type ProcessNode, soon, startTwoProcesses } from './support/process-nodes.ts';
import { hasServers, type NodeEnv, type Servers, startServers } from './support/start-nodes.ts';

const mosquittoProgram = findMosquitto();
const WAYS = ['an external broker', 'brokers of the nodes behind a balancer'] as const;
type Way = (typeof WAYS)[number];
const HOT = 99;
/** Devices that publish continuously. */
const BUSY = 8;
/** At each fault so many devices publish one reading that must raise an alert. */
const ALARMS = 10;
/** Messages at the broker for a dead node are received within ten seconds, then stored and evaluated. */
const RINGS_WITHIN_MS = 15_000;

describe.skipIf(!hasServers || mosquittoProgram === null || !hasBalancer.haproxy)('nodes that are killed', () => {
  let servers: Servers;
  let mosquitto: MosquittoServer;
  beforeAll(async () => {
    [servers, mosquitto] = await Promise.all([startServers(), startMosquitto(mosquittoProgram as string)]);
  });
  afterAll(() => Promise.all([servers.stop(), mosquitto.stop()]));

  async function startTwo(way: Way, machines: number) {
    const prefix = `plant-${randomUUID()}`;
    const topics = { MQTT_TOPIC: `${prefix}/sensors/#` };
    const env: NodeEnv = { ...(await servers.makePlant()), ...topics };
    let url = `mqtt://${mosquitto.host}:${mosquitto.port}`;
    let environments: [NodeEnv, NodeEnv];
    if (way === 'an external broker') {
      const upstream = { ...env, MQTT_BROKER_HOST: mosquitto.host, MQTT_BROKER_PORT: `${mosquitto.port}` };
      environments = [upstream, upstream];
    } else {
      // A node that is started again must listen on the port that the balancer uses.
      const listeners = await Promise.all(
        [1, 2].map(async () => ({ mqttPort: await freePort(), httpPort: await freePort() })),
      );
      const [one, two] = listeners as [(typeof listeners)[number], (typeof listeners)[number]];
      const on = ({ mqttPort, httpPort }: typeof one) => ({ ...env, MQTT_PORT: `${mqttPort}`, PORT: `${httpPort}` });
      environments = [on(one), on(two)];
      const balancer = await startBalancer('haproxy', [one, two]);
      onTestFinished(() => balancer.stop());
      url = balancer.url;
    }
    const plant = await startTwoProcesses(environments, machines);
    const devices: MqttClient[] = [];
    for (let i = 0; i < BUSY + ALARMS; i++) {
      const options = { clientId: `${prefix}-device-${i}`, reconnectPeriod: 100, keepalive: 5 };
      const client = await vi.waitFor(() => connectAsync(url, options, false), soon);
      client.on('error', () => {});
      onTestFinished(() => client.endAsync(true));
      devices.push(client);
    }
    /** Resolves when the message is acknowledged. */
    const publish = (reading: object, device: number) =>
      (devices[device % devices.length] as MqttClient).publishAsync(`${prefix}/sensors/line`, JSON.stringify(reading), {
        qos: 1,
      });
    const publishAlarms = (machineIds: readonly string[]) =>
      Promise.all(
        machineIds.map((machine_id, i) => publish({ machine_id, timestamp: Date.now(), temperature: HOT }, BUSY + i)),
      );
    await untilReady(plant.leader, plant.follower);
    return { ...plant, publish, publishAlarms };
  }

  const untilReady = async (...nodes: ProcessNode[]) => {
    for (const node of nodes) await node.untilWell();
  };

  /** Expects one open alert for each, not a late-data alert. */
  async function expectRung(node: ProcessNode, token: string, machineIds: readonly string[]): Promise<void> {
    const seen = async (machineId: string) =>
      (await node.alertsOf(token, machineId)).map(({ state, late }) => `${state}${late ? ', late' : ''}`);
    await vi.waitFor(
      async () => {
        const found = await Promise.all(machineIds.map(seen));
        expect(found).toEqual(machineIds.map(() => ['active_unacked']));
      },
      { timeout: RINGS_WITHIN_MS, interval: 100 },
    );
  }

  describe.each(WAYS)('devices on %s', (way) => {
    test('killed at random under load: every acknowledged reading is stored once, and each alert is raised once', {
      timeout: 240_000,
    }, async () => {
      const faults = 3;
      const plant = await startTwo(way, BUSY + faults * (ALARMS + 1));
      const { leader, follower, token, machineIds, publish, publishAlarms } = plant;
      const devices = new Devices(machineIds.slice(0, BUSY), publish);
      const quiet = machineIds.slice(BUSY);
      devices.start();

      const victims = [leader, follower, Math.random() < 0.5 ? leader : follower];
      for (const victim of victims) {
        const survivor = victim === leader ? follower : leader;
        const rung: string[] = [];
        survivor.connect(token).on('alert', (alert) => {
          if (alert.state === 'active_unacked') rung.push(alert.machine_id as string);
        });
        await vi.waitFor(async () => expect((await survivor.request(token, 'GET', '/alerts')).status).toBe(200), soon);
        const [stored, ...hot] = quiet.splice(0, ALARMS + 1) as [string, ...string[]];
        const published = publishAlarms(hot.slice(0, 3));
        await sleep(Math.random() * 500);
        expect(await victim.send(token, stored, Date.now(), HOT)).toBe(true);
        // Killed at once: the reading is stored, but may not be evaluated, and its alert not stored or published.
        await victim.kill();
        await Promise.all([published, publishAlarms(hot.slice(3))]);
        await expectRung(survivor, token, [stored, ...hot]);
        await vi.waitFor(async () => expect((await survivor.health()).parts.nodes).toBe('degraded'), soon);
        expect((await survivor.health()).reasons.nodes).toMatch(/^The node [0-9a-f]{12} on .* does not answer/);
        const figures = await (await fetch(`${survivor.server.http}/metrics`)).text();
        expect(figures).toContain('gonsters_nodes{state="missing"} 1');
        await vi.waitFor(() => expect([...rung].sort()).toEqual([stored, ...hot].sort()), soon);
        await victim.start();
        await untilReady(victim, survivor);
      }

      await devices.stop();
      await devices.expectStored(leader, token);
      await devices.expectRaisedOnce(leader, token);
      const alarming = machineIds.slice(BUSY);
      for (const node of [leader, follower]) await expectRung(node, token, alarming);
      const [alert] = await leader.alertsOf(token, alarming[0] as string);
      for (const node of [leader, follower]) {
        const reply = await node.request(token, 'POST', `/alerts/${alert?.id}/acknowledge`);
        expect(reply).toMatchObject({ status: 200, body: { alert: { state: 'active_acked' } } });
      }
    });

    test('frozen for longer than the lease: the other node raises alerts; the one that wakes writes none, and consumes its messages again', {
      timeout: 180_000,
    }, async () => {
      const plant = await startTwo(way, BUSY + 2 * ALARMS + 2);
      const { leader, follower, token, machineIds, publish, publishAlarms } = plant;
      const devices = new Devices(machineIds.slice(0, BUSY), publish);
      devices.start();
      const [hot, other, ...alarms] = machineIds.slice(BUSY) as [string, string, ...string[]];
      const [whileFrozen, afterwards] = [alarms.slice(0, ALARMS), alarms.slice(ALARMS)];
      expect(await leader.send(token, hot, Date.now(), HOT)).toBe(true);
      leader.signal('SIGSTOP');
      const published = publishAlarms(whileFrozen);
      await expectRung(follower, token, [hot]);
      const [alert] = await follower.alertsOf(token, hot);
      const note = 'by the one that took over';
      await vi.waitFor(
        async () =>
          expect((await follower.request(token, 'POST', `/alerts/${alert?.id}/acknowledge`, { note })).status).toBe(
            200,
          ),
        soon,
      );
      await published;
      await expectRung(follower, token, whileFrozen);
      leader.signal('SIGCONT');
      // It continues as a follower: the leader evaluates once what it receives.
      await vi.waitFor(async () => expect(await leader.send(token, other, Date.now(), HOT)).toBe(true), soon);
      await untilReady(leader, follower);
      await publishAlarms(afterwards);
      await expectRung(leader, token, [other, ...alarms]);
      for (const node of [leader, follower]) {
        expect(await node.alertsOf(token, hot)).toMatchObject([
          { id: alert?.id, state: 'active_acked', acknowledge_note: note },
        ]);
      }
      const [second] = await leader.alertsOf(token, other);
      const reply = await leader.request(token, 'POST', `/alerts/${second?.id}/acknowledge`);
      expect(reply.status).toBe(200);
      await devices.stop();
      await devices.expectStored(follower, token);
      await devices.expectRaisedOnce(follower, token);
    });
  });
});
