// Devices behind a TCP balancer with the configuration of deploy/, in front of two nodes with an embedded broker each.

import { randomUUID } from 'node:crypto';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { BALANCERS, type BalancerName, hasBalancer, startBalancer } from '../support/start-balancer.ts';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

const WAIT = { timeout: 20_000, interval: 50 };
const FIRST_MS = Date.now() - 3_600_000;

describe.skipIf(!hasServers)('devices behind a balancer', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  async function startPlant(balancerName: BalancerName) {
    const env = await servers.makePlant();
    const ports = await Promise.all(
      [1, 2].map(async () => ({ mqttPort: await freePort(), httpPort: await freePort() })),
    );
    const [one, two] = ports as [(typeof ports)[number], (typeof ports)[number]];
    const start = ({ mqttPort, httpPort }: typeof one) =>
      startNode({ ...env, MQTT_PORT: `${mqttPort}`, PORT: `${httpPort}` });
    const nodes = [await start(one), await start(two)] as const;
    const [first] = nodes;
    const token = await first.signIn();
    const machineId = await makeMachine(first, token);
    const made = await first.request(token, 'POST', '/gateways', { name: `Gateway ${randomUUID()}`, scope: 'plant' });
    expect(made.status).toBe(201);
    const { gateway, password } = made.body as { gateway: { username: string }; password: string };
    const { username } = gateway;
    const balancer = await startBalancer(balancerName, [one, two]);
    onTestFinished(() => balancer.stop());
    const connect = async (options: IClientOptions): Promise<MqttClient> => {
      const client = await vi.waitFor(
        () => connectAsync(balancer.url, { username, password, reconnectPeriod: 100, ...options }, false),
        WAIT,
      );
      client.on('error', () => {});
      onTestFinished(() => client.endAsync(true));
      return client;
    };
    const connectionsOf = async ({ http }: { http: string }) =>
      Number(/^gonsters_mqtt_connections (\d+)$/m.exec(await (await fetch(`${http}/metrics`)).text())?.[1]);
    const stored = async () => {
      const range = `start_time=${new Date(FIRST_MS).toISOString()}&order=asc&limit=1000`;
      const { body } = await nodes[1].request(token, 'GET', `/data/machine/${machineId}?${range}`);
      return (body.data as { speed: number }[]).map((reading) => reading.speed);
    };
    const publish = (client: MqttClient, number: number, qos: 1 | 2) => {
      const reading = { machine_id: machineId, timestamp: FIRST_MS + number * 1000, speed: number };
      return client.publishAsync('gonsters/sensors/line', JSON.stringify(reading), { qos });
    };
    return { nodes, balancer, connect, connectionsOf, publish, stored };
  }

  describe.each(BALANCERS)('%s', (name) => {
    test.skipIf(!hasBalancer[name])(
      'they are distributed among the servers, both accept them, and acknowledged readings survive a killed server',
      { timeout: 90_000 },
      async () => {
        const { nodes, balancer, connect, connectionsOf, publish, stored } = await startPlant(name);
        await expect(
          connectAsync(balancer.url, { username: 'nobody', password: 'wrong', reconnectPeriod: 0 }, false),
        ).rejects.toThrow(/Connection refused/);
        const clients = await Promise.all(
          [0, 1, 2, 3].map((i) => connect({ clientId: `device-${randomUUID()}-${i}`, clean: i % 2 === 0 })),
        );
        for (const node of nodes) {
          await vi.waitFor(async () => expect(await connectionsOf(node)).toBeGreaterThan(0), WAIT);
        }
        let number = 0;
        const publishAll = async () => {
          await Promise.all(clients.map((client, i) => publish(client, number + i, i < 2 ? 1 : 2)));
          number += clients.length;
        };
        await publishAll();

        // Its devices connect to the other server with the same client ids, and repeat unacknowledged messages.
        await Promise.all([publishAll(), nodes[0].stop()]);
        await publishAll();
        expect(await connectionsOf(nodes[1])).toBe(clients.length);
        expect(await stored()).toEqual(Array.from({ length: number }, (_, i) => i));
      },
    );
  });
});
