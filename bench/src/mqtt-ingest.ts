// Measures ingest over MQTT: one reading per message, acknowledged when it is durable, compared with aedes that only
// counts messages.

import { atLeast, type Bench } from './bench-row.ts';
import { runWorker, startWorker } from './run-worker.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const MACHINES = 500;

export const mqttIngest: Bench = async ({ seconds, servers, say }) => {
  const load = { connections: 50, inFlight: 10, warmUpSeconds: 2, seconds, rate: null };
  say('aedes alone');
  const aedes = startWorker('bare-aedes', null);
  const ids = Array.from({ length: MACHINES }, () => crypto.randomUUID());
  const { port } = await aedes.output;
  const peer = await runWorker('mqtt-load', { ...load, host: '127.0.0.1', port, machineIds: ids });
  await aedes.end();

  say(servers ? 'GONSTERS on real servers' : 'GONSTERS');
  const server = await startServer({ servers });
  try {
    const machineIds = await (await signIn(server)).createMachines(MACHINES);
    const own = await runWorker('mqtt-load', { ...load, ...server.mqtt, machineIds });
    const ratio = own.perSecond / peer.perSecond;
    return [
      {
        what: 'MQTT ingest, QoS 1, durable',
        value: own.perSecond,
        unit: 'readings/s',
        goal: atLeast(own.perSecond, 60_000, '/s'),
        peer: { name: 'aedes alone, not stored', value: peer.perSecond },
      },
      { what: 'MQTT ingest, ratio to aedes alone', value: ratio, unit: '×', goal: atLeast(ratio, 0.5, '×') },
      {
        what: 'MQTT, from publish to PUBACK, p99',
        value: own.p99Ms,
        unit: 'ms',
        goal: null,
        peer: { name: 'aedes alone, not stored', value: peer.p99Ms },
      },
    ];
  } finally {
    await server.stop();
  }
};
