// Decommissioning a node: the messages that the broker holds for it are stored, and its sessions end.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, connectAsync, type IConnackPacket, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { decommission } from '../../src/commands/decommission.ts';
import { askServer } from '../../src/control/ask-server.ts';
import { findMosquitto } from '../support/find-program.ts';
import { type MosquittoServer, startMosquitto } from '../support/start-mosquitto.ts';
import { request } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startUntilFinished } from './support/process-plant.ts';
import { startCore } from './support/start-core.ts';
import {
  hasServers,
  makeMachine,
  type NodeEnv,
  type PlantNode,
  type Servers,
  startNode,
  startServers,
} from './support/start-nodes.ts';

const program = findMosquitto();
const WAIT = { timeout: 20_000, interval: 100 };
const FIRST_MS = Date.now() - 3_600_000;
const silent = () => {};

let mosquitto: MosquittoServer;

const address = () => `mqtt://${mosquitto.host}:${mosquitto.port}`;
const upstream = (topic: string) => ({
  MQTT_BROKER_HOST: mosquitto.host,
  MQTT_BROKER_PORT: String(mosquitto.port),
  MQTT_TOPIC: `${topic}/#`,
});

async function openPublisher(): Promise<MqttClient> {
  const client = await connectAsync(address());
  onTestFinished(() => client.endAsync(true));
  return client;
}

/** Readings `from` to `to`, a second apart; resolves when the broker has them. */
const publish = (client: MqttClient, topic: string, machineId: string, from: number, to: number) =>
  Promise.all(
    Array.from({ length: to - from }, (_, i) => {
      const reading = { machine_id: machineId, timestamp: FIRST_MS + (from + i) * 1000, speed: from + i };
      return client.publishAsync(`${topic}/line`, JSON.stringify(reading), { qos: 1 });
    }),
  );

async function storedSpeeds(http: string, token: string, machineId: string): Promise<number[]> {
  const range = `start_time=${new Date(FIRST_MS).toISOString()}&order=asc&limit=100000`;
  const { body } = await request(http, token, 'GET', `/data/machine/${machineId}?${range}`);
  return (body.data as { speed: number }[]).map((reading) => reading.speed);
}

const untilStored = (http: string, token: string, machineId: string, count: number) =>
  vi.waitFor(
    async () => expect(await storedSpeeds(http, token, machineId)).toEqual(Array.from({ length: count }, (_, i) => i)),
    WAIT,
  );

const untilSubscribed = (http: string) =>
  vi.waitFor(async () => {
    expect(await (await fetch(`${http}/health/ready`)).json()).toMatchObject({ parts: { broker: 'up' } });
  }, WAIT);

/** Whether the broker has any session of that client id. Asking changes nothing. */
async function hasSessions(clientId: string): Promise<boolean> {
  const found = await Promise.all(
    Array.from({ length: 16 }, async (_, number) => {
      const client = connect(address(), { clientId: `${clientId}-${number}`, clean: false, reconnectPeriod: 0 });
      const reply = await new Promise<IConnackPacket>((resolve) => client.once('connect', resolve));
      client.end(true);
      return reply.sessionPresent;
    }),
  );
  return found.includes(true);
}

async function endSessions(clientId: string): Promise<void> {
  await Promise.all(
    Array.from({ length: 16 }, async (_, number) => {
      const client = await connectAsync(address(), { clientId: `${clientId}-${number}`, clean: true });
      await client.endAsync();
    }),
  );
}

describe.skipIf(program === null)('a node that is decommissioned', () => {
  beforeAll(async () => {
    mosquitto = await startMosquitto(program as string);
  });
  afterAll(() => mosquitto.stop());

  test('by its own data directory: messages of the meantime are stored, and the broker has no session of it', async () => {
    const topic = `plant-${randomUUID()}`;
    const core = await startCore({ ...upstream(topic), MQTT_CLIENT_ID: topic });
    onTestFinished(() => core.remove());
    const machineId = await core.addMachine('Press 1');
    await untilSubscribed(core.url);
    const client = await openPublisher();
    await publish(client, topic, machineId, 0, 20);
    await untilStored(core.url, await core.token('Operator'), machineId, 20);
    const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: core.dataDir, ...core.env };
    await expect(decommission(env, {})).rejects.toThrow(/this server is that node.*Stop it first/);

    await core.stop();
    await publish(client, topic, machineId, 20, 60);
    await decommission(env, {});
    expect(await hasSessions(topic)).toBe(false);
    await core.start();
    await untilStored(core.url, (await core.signIn('operator1')).access_token, machineId, 60);
  }, 60_000);

  test('a retained message that it did not acknowledge does not become a reading of the present', async () => {
    const topic = `plant-${randomUUID()}`;
    const core = await startCore({ ...upstream(topic), MQTT_CLIENT_ID: topic });
    onTestFinished(() => core.remove());
    const machineId = await core.addMachine('Press 1');
    await untilSubscribed(core.url);
    await core.stop();
    // It is published while nobody is subscribed, so the broker delivers it only as a retained message.
    await endSessions(topic);
    const client = await openPublisher();
    const retained = JSON.stringify({ machine_id: machineId, speed: 99 });
    await client.publishAsync(`${topic}/line`, retained, { qos: 1, retain: true });
    const session = connect(address(), { clientId: `${topic}-0`, clean: false, reconnectPeriod: 0 });
    onTestFinished(() => session.endAsync(true));
    const given = new Promise((resolve) => {
      session.handleMessage = (packet) => resolve(packet.retain);
    });
    session.subscribe(`$share/gonsters/${topic}/#`, { qos: 1 });
    expect(await given).toBe(true);
    session.end(true);

    await decommission({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: core.dataDir, ...core.env }, {});
    expect(await hasSessions(topic)).toBe(false);
    await core.start();
    await untilSubscribed(core.url);
    await publish(client, topic, machineId, 0, 40);
    await untilStored(core.url, (await core.signIn('operator1')).access_token, machineId, 40);
  }, 60_000);

  test('is refused where another process uses its sessions, which continues undisturbed', async () => {
    const topic = `plant-${randomUUID()}`;
    const names = { ...upstream(topic), MQTT_CLIENT_ID: topic };
    const core = await startCore(names);
    onTestFinished(() => core.remove());
    const machineId = await core.addMachine('Press 1');
    await untilSubscribed(core.url);
    const other = await startCore(names);
    onTestFinished(() => other.remove());
    await other.stop();
    await expect(
      decommission({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: other.dataDir, ...other.env }, {}),
    ).rejects.toThrow(/cannot be read from the MQTT broker: it closed the connection/);
    await untilSubscribed(core.url);
    await publish(await openPublisher(), topic, machineId, 0, 20);
    await untilStored(core.url, await core.token('Operator'), machineId, 20);
  }, 60_000);

  test('ends with the reason where no node has run on the data directory, or the broker cannot be reached', async () => {
    const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: await temporaryDirectory() };
    await expect(decommission(env, {})).rejects.toThrow(/No node has run on/);
    await expect(decommission({ ...env, MQTT_PORT: 'off' }, { node: 'abc' })).rejects.toThrow(
      /No node is named abc. Registered nodes: none/,
    );
    const unreachable = { ...env, MQTT_BROKER_HOST: '127.0.0.1', MQTT_BROKER_PORT: '1' };
    await expect(decommission(unreachable, {})).rejects.toThrow(/cannot be read from the MQTT broker: .*ECONNREFUSED/);
  }, 60_000);

  describe.skipIf(!hasServers)('in a plant with several nodes', () => {
    let servers: Servers;
    beforeAll(async () => {
      servers = await startServers();
    });
    afterAll(() => servers.stop());

    test('was killed: another node stores what waits for it by itself, and the command removes it', async () => {
      const topic = `plant-${randomUUID()}`;
      const env: NodeEnv = { ...(await servers.makePlant()), ...upstream(topic) };
      const survivor: PlantNode = await startNode(env);
      const dataDir = await temporaryDirectory();
      const victim = await startUntilFinished(dataDir, env);
      const victimId = (await readFile(join(dataDir, 'node-id'), 'utf8')).trim();
      const token = await survivor.signIn();
      const machineId = await makeMachine(survivor, token);
      await Promise.all([untilSubscribed(survivor.http), untilSubscribed(victim.http)]);
      const client = await openPublisher();
      await publish(client, topic, machineId, 0, 100);
      await untilStored(survivor.http, token, machineId, 100);
      const decommissionNode = (node: string) =>
        decommission({ ...env, NODE_ENV: 'test', DATA_DIR: survivor.dataDir }, { node });
      await expect(decommissionNode(victimId)).rejects.toThrow(`The node ${victimId} is running (last heartbeat`);
      await expect(decommissionNode('none')).rejects.toThrow(`${victimId} on `);

      await victim.end('SIGKILL');
      await publish(client, topic, machineId, 100, 500);
      // The survivor does this by itself, and the broker delivers nothing more to the dead node.
      await untilStored(survivor.http, token, machineId, 500);
      await publish(client, topic, machineId, 500, 600);
      await untilStored(survivor.http, token, machineId, 600);
      // The broker may hand the messages over before the survivor notices that the node is missing.
      await vi.waitFor(async () => {
        expect(await (await fetch(`${survivor.http}/health/ready`)).json()).toMatchObject({
          parts: { nodes: 'degraded' },
          reasons: { nodes: expect.stringContaining(victimId) },
        });
      }, WAIT);
      const lines: string[] = [];
      const answer = await vi.waitFor(
        () => askServer(survivor.dataDir, { command: 'leave', node: victimId }, (line) => lines.push(line)),
        { timeout: 30_000, interval: 500 },
      );
      expect(answer).toMatchObject({ node: victimId, messages: 0 });
      expect(lines[0]).toContain(`gonsters-${victimId}`);
      expect(await hasSessions(`gonsters-${victimId}`)).toBe(false);
      await vi.waitFor(async () => {
        expect(await (await fetch(`${survivor.http}/health/ready`)).json()).toMatchObject({ parts: { nodes: 'up' } });
      }, WAIT);
      await publish(client, topic, machineId, 600, 700);
      await untilStored(survivor.http, token, machineId, 700);
      await expect(askServer(survivor.dataDir, { command: 'leave', node: victimId }, silent)).rejects.toThrow(
        `No node is named ${victimId}`,
      );
    }, 120_000);
  });
});
