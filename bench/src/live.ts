// Measures the live stream: the delay of a reading, and the load of many dashboards.

import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Bench, type BenchRow } from './bench-row.ts';
import { runWorker, startWorker } from './run-worker.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const LATENCY_GOALS = [
  { rate: 500, p50Ms: 5, p99Ms: 15 },
  { rate: 5_000, p50Ms: 10, p99Ms: 50 },
];
const FAN_OUT = { dashboards: 50, machines: 1_000, hz: 5 };

export const liveLatency: Bench = async ({ seconds, say }) => {
  const rows: BenchRow[] = [];
  for (const { rate, p50Ms, p99Ms } of LATENCY_GOALS) {
    say(`${rate} readings/s`);
    const server = await startServer();
    try {
      const client = await signIn(server);
      const machineIds = await client.createMachines(500);
      const { http } = server;
      const load = { ...server.mqtt, http, token: client.token, machineIds, rate, warmUpSeconds: 2, seconds };
      const own = await runWorker('live-latency', load);
      const at = `at ${rate} readings/s`;
      rows.push(
        {
          what: `from publish to sensor_data ${at}, p50`,
          value: own.p50Ms,
          unit: 'ms',
          goal: atMost(own.p50Ms, p50Ms, 'ms'),
        },
        {
          what: `from publish to sensor_data ${at}, p99`,
          value: own.p99Ms,
          unit: 'ms',
          goal: atMost(own.p99Ms, p99Ms, 'ms'),
        },
        {
          what: `missed ${at}`,
          value: own.sent - own.received,
          unit: 'readings',
          goal: atMost(own.sent - own.received, 0, ''),
        },
      );
    } finally {
      await server.stop();
    }
  }
  return rows;
};

export const liveFanOut: Bench = async ({ seconds, say }) => {
  const { dashboards, machines, hz } = FAN_OUT;
  say(`${dashboards} dashboards, ${machines} machines at ${hz} Hz`);
  const server = await startServer();
  try {
    const client = await signIn(server);
    const machineIds = await client.createMachines(machines);
    const screens = startWorker('dashboards', {
      http: server.http,
      token: client.token,
      count: dashboards,
      machineIds,
    });
    const load = { ...server.mqtt, connections: 20, inFlight: 50, machineIds, rate: machines * hz, warmUpSeconds: 2 };
    const loading = runWorker('mqtt-load', { ...load, seconds: seconds + 1 });
    await delay(2_500);
    const before = await server.cpuSeconds();
    await delay(seconds * 1000);
    const cpu = (((await server.cpuSeconds()) - before) / seconds) * 100;
    const { perSecond } = await loading;
    screens.finish();
    const { lagP99Ms } = await screens.output;
    await screens.end();
    const what = `${dashboards} dashboards at ${Math.round(perSecond)} readings/s`;
    return [
      { what: `${what}, processor time of the server`, value: cpu, unit: '% of a core', goal: atMost(cpu, 50, '%') },
      { what: `${what}, delay of detail frames, p99`, value: lagP99Ms, unit: 'ms', goal: atMost(lagP99Ms, 200, 'ms') },
    ];
  } finally {
    await server.stop();
  }
};
