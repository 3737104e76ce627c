// Two nodes while one of their servers is frozen: no acknowledged reading is lost, and every excursion is raised once.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { type MosquittoServer, startMosquitto } from '../support/start-mosquitto.ts';
import { Devices } from './support/devices.ts';
import { startTwoProcesses } from './support/process-nodes.ts';
import { hasServers, type NodeEnv, type Servers, startServers } from './support/start-nodes.ts';

const mosquittoProgram = findMosquitto();
/** Longer than every time limit; PostgreSQL also longer than the ten seconds that a new leader evaluates again in any case. */
const FROZEN_MS = { postgres: 30_000, influxdb: 15_000, redis: 15_000, mosquitto: 15_000 };
const NAMES = Object.keys(FROZEN_MS) as (keyof typeof FROZEN_MS)[];
const EXCURSION_EVERY_MS = 1_200;
const EXCURSION_MS = 2_000;
const MACHINES = 32;

describe.skipIf(!hasServers || mosquittoProgram === null)('servers that freeze', () => {
  let servers: Servers;
  let mosquitto: MosquittoServer;
  beforeAll(async () => {
    [servers, mosquitto] = await Promise.all([startServers(), startMosquitto(mosquittoProgram as string)]);
  });
  afterAll(() => Promise.all([servers.stop(), mosquitto.stop()]));

  test.each(NAMES)('%s', { timeout: 180_000 }, async (name) => {
    const prefix = `plant-${randomUUID()}`;
    const env: NodeEnv = {
      ...(await servers.makePlant()),
      MQTT_BROKER_HOST: mosquitto.host,
      MQTT_BROKER_PORT: `${mosquitto.port}`,
      MQTT_TOPIC: `${prefix}/sensors/#`,
    };
    const { leader, follower, token, machineIds } = await startTwoProcesses([env, env], MACHINES);
    for (const node of [leader, follower]) await node.untilWell();
    const rung: string[] = [];
    follower.connect(token).on('alert', (alert) => {
      if (alert.state === 'active_unacked') rung.push(alert.machine_id as string);
    });

    const gateway = await connectAsync(`mqtt://${mosquitto.host}:${mosquitto.port}`, { keepalive: 0 });
    onTestFinished(() => gateway.endAsync(true));
    const devices = new Devices(machineIds, (reading) =>
      gateway.publishAsync(`${prefix}/sensors/line`, JSON.stringify(reading), { qos: 1 }),
    );
    devices.start();
    await sleep(1_000);

    const server = name === 'mosquitto' ? mosquitto : servers[name];
    onTestFinished(() => server.thaw());
    server.freeze();
    const excursions = machineIds.slice(0, FROZEN_MS[name] / EXCURSION_EVERY_MS);
    for (const machineId of excursions) {
      devices.excurse(machineId, EXCURSION_MS);
      await sleep(EXCURSION_EVERY_MS);
    }
    server.thaw();
    const lasting = machineIds[excursions.length] as string;
    devices.excurse(lasting);
    for (const node of [leader, follower]) await node.untilWell();
    // The last excursion is over, and later readings have arrived.
    await sleep(EXCURSION_MS + 1_000);
    await devices.stop();

    await devices.expectStored(leader, token);
    await devices.expectRaisedOnce(leader, token);
    expect(rung).toContain(lasting);
    expect(new Set(rung).size).toBe(rung.length);
  });
});
