// Measures how much one gateway that sends as fast as it can delays other gateways.

import { atMost, type Bench } from './bench-row.ts';
import { runWorker, startWorker } from './run-worker.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const GATEWAYS = 20;
const MACHINES_PER_GATEWAY = 5;
/** Readings per second of the other gateways together. */
const RATE = 4_000;
const NOISY_IN_FLIGHT = 1_000;
/** Measures with and without the noisy gateway in turn. The fastest round of each counts. */
const ROUNDS = 3;
const WARM_UP_SECONDS = 1;

export const noisyGateway: Bench = async ({ seconds, servers, say }) => {
  const server = await startServer({ servers });
  try {
    const [noisy, ...machineIds] = (await (
      await signIn(server)
    ).createMachines(1 + GATEWAYS * MACHINES_PER_GATEWAY)) as [string, ...string[]];
    const load = { ...server.mqtt, warmUpSeconds: WARM_UP_SECONDS };
    const behaved = { ...load, seconds: seconds / 2, connections: GATEWAYS, inFlight: 1, machineIds, rate: RATE };
    let aloneMs = Number.POSITIVE_INFINITY;
    let besideMs = Number.POSITIVE_INFINITY;
    let noise = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      say(`round ${round} of ${ROUNDS}`);
      aloneMs = Math.min(aloneMs, (await runWorker('mqtt-load', behaved)).p99Ms);
      const loud = { ...load, connections: 1, inFlight: NOISY_IN_FLIGHT, machineIds: [noisy], rate: null };
      // It starts before the other gateways and ends after them.
      const worker = startWorker('mqtt-load', { ...loud, seconds: behaved.seconds + 2 * WARM_UP_SECONDS });
      besideMs = Math.min(besideMs, (await runWorker('mqtt-load', { ...behaved, warmUpSeconds: 2 })).p99Ms);
      noise = Math.max(noise, (await worker.output).perSecond);
      await worker.end();
    }
    const ratio = besideMs / aloneMs;
    return [
      {
        what: 'PUBACK of other gateways beside a noisy one, p99',
        value: besideMs,
        unit: 'ms',
        goal: null,
        peer: { name: 'without the noisy gateway', value: aloneMs },
      },
      {
        what: 'PUBACK, ratio with and without the noisy gateway',
        value: ratio,
        unit: '×',
        goal: atMost(ratio, 2, '×'),
      },
      { what: 'readings of the noisy gateway', value: noise, unit: 'readings/s', goal: null },
    ];
  } finally {
    await server.stop();
  }
};
