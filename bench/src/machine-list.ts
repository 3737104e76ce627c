// Measures the list of 10,000 machines with various filters and pages.

import { atMost, type Bench, percentile } from './bench-row.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const MACHINES = 10_000;
const REQUESTS = 400;
const FILTERS = [
  '',
  'location=Hall%207',
  'status=maintenance',
  'search=machine%200012',
  'connection=never',
  'sensor_type=Type%203',
];
const SORTS = ['', 'sort=name', 'sort=-name', 'sort=location', 'sort=-last_seen', 'sort=status', 'sort=condition'];

export const machineList: Bench = async ({ say }) => {
  say(`${MACHINES} machines`);
  const server = await startServer();
  try {
    const client = await signIn(server);
    await client.createMachines(MACHINES);
    const times: number[] = [];
    for (let i = 0; i < REQUESTS; i++) {
      const query = [FILTERS[i % FILTERS.length], SORTS[(i * 5) % SORTS.length], `limit=50&offset=${(i * 37) % 2000}`];
      const startedMs = performance.now();
      await client.get(`/data/machines?${query.filter((part) => part !== '').join('&')}`);
      // The first requests are a warm-up.
      if (i >= REQUESTS / 4) times.push(performance.now() - startedMs);
    }
    const p99 = percentile(times, 0.99);
    return [
      { what: 'machine list over HTTP, 10,000 machines, p50', value: percentile(times, 0.5), unit: 'ms', goal: null },
      { what: 'machine list over HTTP, 10,000 machines, p99', value: p99, unit: 'ms', goal: atMost(p99, 10, 'ms') },
    ];
  } finally {
    await server.stop();
  }
};
