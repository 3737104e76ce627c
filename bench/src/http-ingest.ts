// Measures ingest over HTTP: batches with sign-in, validation, alerts and one open dashboard, compared with InfluxDB's
// line protocol.

import { atLeast, type Bench, type BenchRow } from './bench-row.ts';
import { runWorker, startWorker } from './run-worker.ts';
import { signIn } from './server-client.ts';
import { startInfluxdb } from './start-influxdb.ts';
import { startServer } from './start-server.ts';

const MACHINES = 100;

export const httpIngest: Bench = async ({ seconds, servers, say }) => {
  const load = { readingsPerMachine: 50, concurrency: 2, warmUpSeconds: 2, seconds };
  const ids = Array.from({ length: MACHINES }, () => crypto.randomUUID());
  const influxdb = await startInfluxdb();
  let peer: number | null = null;
  if (influxdb === null) say('InfluxDB is not installed (apt-get install influxdb), so there is no comparison');
  else {
    say('InfluxDB');
    const result = await runWorker('http-load', {
      ...load,
      url: `${influxdb.url}/write?db=bench`,
      format: 'line',
      authorization: null,
      expectedStatus: 204,
      machineIds: ids,
    }).finally(() => influxdb.stop());
    peer = result.perSecond;
  }

  say(servers ? 'GONSTERS on real servers' : 'GONSTERS');
  const server = await startServer({ servers });
  try {
    const client = await signIn(server);
    const machineIds = await client.createMachines(MACHINES);
    const dashboard = startWorker('dashboards', { http: server.http, token: client.token, count: 1, machineIds });
    const own = await runWorker('http-load', {
      ...load,
      url: `${server.http}/api/v1/data/ingest`,
      format: 'json',
      authorization: `Bearer ${client.token}`,
      expectedStatus: 201,
      machineIds,
    });
    await dashboard.end();
    const rows: BenchRow[] = [
      {
        what: 'HTTP ingest, durable',
        value: own.perSecond,
        unit: 'readings/s',
        goal: null,
        ...(peer === null ? {} : { peer: { name: 'InfluxDB 1.x line protocol', value: peer } }),
      },
      { what: 'HTTP, from a batch of 5,000 to 201, p99', value: own.p99Ms, unit: 'ms', goal: null },
    ];
    if (peer !== null) {
      const ratio = own.perSecond / peer;
      rows.push({ what: 'HTTP ingest, ratio to InfluxDB', value: ratio, unit: '×', goal: atLeast(ratio, 1, '×') });
    }
    return rows;
  } finally {
    await server.stop();
  }
};
