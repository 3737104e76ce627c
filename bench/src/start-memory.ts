// Measures the time of a start, and the memory of the server when idle and under load.

import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Bench, percentile } from './bench-row.ts';
import { runWorker } from './run-worker.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const STARTS = 5;
const RATE = 20_000;
/** The duration that the goal names. Without `full` the load lasts only long enough to show the peak. */
const FULL_SECONDS = 600;
const SAMPLE_MS = 500;

export const startMemory: Bench = async ({ seconds, full, say }) => {
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
    const loadSeconds = full ? FULL_SECONDS : seconds * 3;
    say(`${RATE} readings/s for ${loadSeconds} s`);
    const machineIds = await (await signIn(server)).createMachines(500);
    const load = { ...server.mqtt, connections: 50, inFlight: 20, machineIds, rate: RATE, warmUpSeconds: 1 };
    const loading = runWorker('mqtt-load', { ...load, seconds: loadSeconds });
    const samples: number[] = [];
    const watch = setInterval(async () => samples.push(await server.rssMb()), SAMPLE_MS);
    const { perSecond } = await loading.finally(() => clearInterval(watch));
    const rate = `at ${Math.round(perSecond)} readings/s`;
    const most = Math.max(...samples);
    // The median of a fifth of the samples, so that a single garbage collection does not count.
    const fifth = Math.ceil(samples.length / 5);
    const middle = Math.floor(samples.length / 2);
    const growth = percentile(samples.slice(-fifth), 0.5) - percentile(samples.slice(middle, middle + fifth), 0.5);
    return [
      { what: 'start to ready without data, median of 5', value: start, unit: 's', goal: atMost(start, 1, 's') },
      { what: 'memory, idle', value: idle, unit: 'MB', goal: atMost(idle, 150, 'MB') },
      { what: `memory ${rate}, maximum`, value: most, unit: 'MB', goal: atMost(most, 400, 'MB') },
      {
        what: `memory growth in the second half of ${loadSeconds} s`,
        value: growth,
        unit: 'MB',
        goal: atMost(growth, 10, 'MB'),
      },
    ];
  } finally {
    await server.stop();
  }
};
