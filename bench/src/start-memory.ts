// How long a start takes and how much memory the server holds, idle and under load.

import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Bench, percentile } from './bench-row.ts';
import { runWorker } from './run-worker.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const STARTS = 5;
const RATE = 20_000;

export const startMemory: Bench = async ({ seconds, say }) => {
  say(`${STARTS} starts`);
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const server = await startServer();
    starts.push(server.readyMs / 1000);
    await server.stop();
  }
  const start = percentile(starts, 0.5);

  const server = await startServer();
  try {
    await delay(3_000);
    const idle = await server.rssMb();
    say(`${RATE} readings/s for ${seconds * 3} s`);
    const machineIds = await (await signIn(server)).createMachines(500);
    const load = { ...server.mqtt, connections: 50, inFlight: 20, machineIds, rate: RATE, warmUpSeconds: 1 };
    const loading = runWorker('mqtt-load', { ...load, seconds: seconds * 3 });
    let most = 0;
    const watch = setInterval(async () => {
      most = Math.max(most, await server.rssMb());
    }, 500);
    const { perSecond } = await loading.finally(() => clearInterval(watch));
    const rate = `at ${Math.round(perSecond)} readings/s`;
    return [
      { what: 'start to ready, empty, median of 5', value: start, unit: 's', goal: atMost(start, 1, 's') },
      { what: 'memory, idle', value: idle, unit: 'MB', goal: atMost(idle, 150, 'MB') },
      { what: `memory ${rate}, most`, value: most, unit: 'MB', goal: atMost(most, 400, 'MB') },
    ];
  } finally {
    await server.stop();
  }
};
