// Measures the load of a plant with many metrics: each machine sends all of its metrics once a second, and pages are open.
// Beside it, aedes gets the same messages and only counts them.

import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, atMost, type Bench } from './bench-row.ts';
import { startWorker } from './run-worker.ts';
import { OWN_HIGH_LIMIT, ownMetric } from './sample-reading.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const MACHINES = 500;
const METRICS = 40;
const LIMITED_METRICS = 10;
const PAGES = 20;
const CONNECTIONS = 50;
const VALUES_PER_SECOND = MACHINES * METRICS;
/** Less is accepted, because the first seconds count as well. */
const LEAST_SHARE = 0.98;
/** Alerts of the first readings and the first frames of the pages are over by then. */
const WARM_UP_MS = 4_000;

export const manyMetrics: Bench = async ({ seconds, servers, say }) => {
  const load = { connections: CONNECTIONS, hz: 1, ownMetrics: METRICS };
  say('aedes alone');
  const aedes = startWorker('bare-aedes', null);
  const { port } = await aedes.output;
  const ids = Array.from({ length: MACHINES }, () => crypto.randomUUID());
  const counted = startWorker('plant-load', { ...load, host: '127.0.0.1', port, machineIds: ids });
  await delay(seconds * 1000);
  counted.finish();
  const peer = await counted.output;
  await counted.end();
  await aedes.end();

  const server = await startServer({ servers });
  try {
    const client = await signIn(server);
    for (let i = 0; i < METRICS; i++) {
      const limits = i < LIMITED_METRICS ? { limits: { high: OWN_HIGH_LIMIT } } : {};
      await client.post('/metrics', { name: ownMetric(i), decimals: 1, ...limits });
    }
    const machineIds = await client.createMachines(MACHINES);
    say(`${MACHINES} machines with ${METRICS} metrics at 1 Hz, ${PAGES} pages`);
    const { http } = server;
    const pages = startWorker('dashboards', { http, token: client.token, count: PAGES, machineIds });
    const plant = startWorker('plant-load', { ...load, ...server.mqtt, machineIds });
    await delay(WARM_UP_MS);
    const before = await server.cpuSeconds();
    await delay(seconds * 1000);
    const cpu = (((await server.cpuSeconds()) - before) / seconds) * 100;
    plant.finish();
    const { perSecond, p99Ms } = await plant.output;
    await plant.end();
    pages.finish();
    const { lagP99Ms } = await pages.output;
    await pages.end();
    const values = perSecond * METRICS;
    const what = `${MACHINES} machines × ${METRICS} metrics at 1 Hz`;
    return [
      {
        what: `${what}, stored`,
        value: values,
        unit: 'values/s',
        goal: atLeast(values, VALUES_PER_SECOND * LEAST_SHARE, '/s'),
      },
      { what: `${what}, processor time of the server`, value: cpu, unit: '% of a core', goal: atMost(cpu, 50, '%') },
      {
        what: `${what}, from publish to PUBACK, p99`,
        value: p99Ms,
        unit: 'ms',
        goal: atMost(p99Ms, 50, 'ms'),
        peer: { name: 'aedes alone, not stored', value: peer.p99Ms },
      },
      { what: `${what}, delay of detail frames, p99`, value: lagP99Ms, unit: 'ms', goal: null },
    ];
  } finally {
    await server.stop();
  }
};
