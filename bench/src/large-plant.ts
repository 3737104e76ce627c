// Measures a plant of 30,000 machines with 60,000 open alerts: how long its server starts, and how quickly it answers then.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { METRICS } from '@gonsters/contract';
import { atMost, type Bench, type BenchRow, percentile } from './bench-row.ts';
import { type ServerClient, signIn } from './server-client.ts';
import { type RunningServer, startServer } from './start-server.ts';

const MACHINES = 30_000;
/** Two of them are past their critical limit on every machine. */
const LIMITED = METRICS.filter(({ defaultLimits }) => defaultLimits.high !== null).slice(0, 2);
const ALERTS = MACHINES * LIMITED.length;
const MACHINES_PER_BATCH = 500;
const STARTS = 3;
const REQUESTS = 200;
/** The bench fails if the alerts are not stored within this time. */
const STORED_WITHIN_MS = 300_000;
const START_GOAL_S = 5;
const STATS_GOAL_MS = 300;
const LIST_GOAL_MS = 10;
/** What `/metrics` shows at least, because the delay is sampled at this interval. */
const RESOLUTION_MS = 10;
const TURN_GOAL_MS = 20;

const LISTS = [
  '/data/machines?limit=50',
  '/data/machines?limit=50&offset=20000&sort=-last_seen',
  '/data/machines?limit=50&location=Hall%207&sort=status',
  '/data/machines?limit=50&search=machine%2000012',
  '/data/machines?limit=50&connection=never&sort=name',
  '/data/machines?limit=50&alarm=critical&sort=condition',
  '/data/machines?limit=50&sensor_type=Type%203&sort=-name&offset=3000',
];

export const largePlant: Bench = async ({ say }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-bench-plant-'));
  try {
    await fill(dataDir, say);
    say(`${STARTS} starts`);
    const starts: number[] = [];
    const cpu: number[] = [];
    for (let i = 0; i < STARTS; i++) {
      const server = await startServer({ dataDir });
      starts.push(server.readyMs / 1000);
      cpu.push(await server.cpuSeconds());
      await server.stop();
    }
    const start = percentile(starts, 0.5);
    const plant = `${MACHINES} machines, ${ALERTS} open alerts`;
    const rows: BenchRow[] = [
      { what: `start to ready, ${plant}`, value: start, unit: 's', goal: atMost(start, START_GOAL_S, 's') },
      { what: 'processor time of the start', value: percentile(cpu, 0.5), unit: 's', goal: null },
    ];
    const server = await startServer({ dataDir });
    try {
      rows.push(...(await measureReplies(server)));
      const rss = await server.rssMb();
      rows.push({ what: `memory, ${plant}`, value: rss, unit: 'MB', goal: null });
    } finally {
      await server.stop();
    }
    return rows;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

async function fill(dataDir: string, say: (line: string) => void): Promise<void> {
  const server = await startServer({ dataDir });
  try {
    const client = await signIn(server);
    say(`${MACHINES} machines are created`);
    const ids = await client.createMachines(MACHINES, ['active']);
    say(`${ALERTS} alerts are raised`);
    const timestamp = new Date().toISOString();
    const values = LIMITED.map(({ name, defaultLimits }) => [name, (defaultLimits.high as number) * 1.05]);
    const readings = [{ timestamp, ...Object.fromEntries(values) }];
    for (let at = 0; at < ids.length; at += MACHINES_PER_BATCH) {
      const some = ids.slice(at, at + MACHINES_PER_BATCH);
      const batch = some.map((machine_id) => ({ machine_id, sensor_type: 'Type', location: 'Hall', readings }));
      await client.post('/data/ingest', { gateway_id: 'bench', timestamp, batch });
    }
    const startedMs = performance.now();
    while (((await client.get('/alerts/stats')) as { total: number }).total < ALERTS) {
      if (performance.now() - startedMs > STORED_WITHIN_MS) throw new Error('The alerts were not stored in time');
      await delay(1000);
    }
  } finally {
    await server.stop();
  }
}

async function measureReplies(server: RunningServer): Promise<BenchRow[]> {
  const client = await signIn(server);
  const rows: BenchRow[] = [];
  const measure = async (what: string, paths: readonly string[], count: number, goalMs: number | null) => {
    for (const path of paths) await client.get(path);
    await longestDelayMs(server);
    const times = await timesOf(client, paths, count);
    const blocked = Math.max(0, (await longestDelayMs(server)) - RESOLUTION_MS);
    const p99 = percentile(times, 0.99);
    const goal = goalMs === null ? null : atMost(p99, goalMs, 'ms');
    rows.push(
      { what: `${what}, p50`, value: percentile(times, 0.5), unit: 'ms', goal: null },
      { what: `${what}, p99`, value: p99, unit: 'ms', goal },
      {
        what: '  longest blocking of the event loop meanwhile',
        value: blocked,
        unit: 'ms',
        goal: atMost(blocked, TURN_GOAL_MS, 'ms'),
      },
    );
  };
  await measure('/alerts/stats', ['/alerts/stats'], 5, STATS_GOAL_MS);
  await measure(`machine list, ${MACHINES} machines`, LISTS, REQUESTS, LIST_GOAL_MS);
  for (const path of LISTS) await measure(path, [path], REQUESTS / 4, LIST_GOAL_MS);
  await measure('/data/machines/summary', ['/data/machines/summary'], REQUESTS / 4, LIST_GOAL_MS);
  await measure('/alerts, a page', ['/alerts?state=open&limit=100'], REQUESTS / 4, null);
  await measure('/data/latest', ['/data/latest'], 5, null);
  return rows;
}

async function timesOf(client: ServerClient, paths: readonly string[], count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedMs = performance.now();
    await client.get(paths[i % paths.length] as string);
    times.push(performance.now() - startedMs);
  }
  return times;
}

/** The longest delay of the event loop since the previous call. Each call resets it. */
async function longestDelayMs(server: RunningServer): Promise<number> {
  const text = await (await fetch(`${server.http}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1]) * 1000;
}
