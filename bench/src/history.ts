// Measures queries over HTTP with months of history, idle and under load, and the start of the server with this
// history.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Bench, type BenchContext, type BenchRow, percentile } from './bench-row.ts';
import { fillOverHttp } from './fill-over-http.ts';
import { generateHistory } from './generate-history.ts';
import { runWorker } from './run-worker.ts';
import { type ServerClient, signIn } from './server-client.ts';
import { type RunningServer, startServer } from './start-server.ts';

const MACHINES = 500;
const YEAR_DAYS = 365;
/** From this number of days on, the run takes long anyway, and rollups of a whole year are generated. */
const LONG_RUN_DAYS = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REQUESTS = 60;
const LOAD_RATE = 20_000;
const QUERIES = [
  { what: '1 h raw', interval: 'raw', spanMs: HOUR_MS },
  { what: '1 d at 1m', interval: '1m', spanMs: DAY_MS },
  { what: '30 d at 1h', interval: '1h', spanMs: 30 * DAY_MS },
  { what: '1 y at 1d', interval: '1d', spanMs: YEAR_DAYS * DAY_MS },
] as const;

/** Time after which InfluxDB's rollups of late readings are complete. */
const SUMMARIES_AFTER_MS = 7 * 60_000;
const SERVER_MACHINES = 50;

export const history: Bench = (context) => (context.servers ? historyOnServers(context) : historyEmbedded(context));

/** Uses fewer machines and sends all readings over HTTP, because only the server may write to the real servers. */
async function historyOnServers({ seconds, rawDays, say }: BenchContext): Promise<BenchRow[]> {
  const server = await startServer({ servers: true });
  try {
    const client = await signIn(server);
    const machineIds = await client.createMachines(SERVER_MACHINES);
    const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    say(`${SERVER_MACHINES} machines at 1 Hz: ${rawDays} days of readings; this takes minutes`);
    await fillOverHttp(client, { machineIds, fromMs: endMs - rawDays * DAY_MS, toMs: endMs });
    await delay(SUMMARIES_AFTER_MS);
    const queries = QUERIES.filter(({ spanMs }) => spanMs <= rawDays * DAY_MS);
    return await measureQueries({ server, client, machineIds, queries, endMs, seconds, say });
  } finally {
    await server.stop();
  }
}

async function historyEmbedded({ seconds, rawDays, say }: BenchContext): Promise<BenchRow[]> {
  const days = rawDays >= LONG_RUN_DAYS ? YEAR_DAYS : rawDays;
  // A query of a longer range than the history would look faster than it is.
  const queries = QUERIES.filter(({ spanMs }) => spanMs <= days * DAY_MS);
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-bench-history-'));
  try {
    const first = await startServer({ dataDir });
    const machineIds = await (await signIn(first)).createMachines(MACHINES);
    await first.stop();
    say(`${MACHINES} machines at 1 Hz: ${rawDays} days of readings, ${days} days of rollups; this takes minutes`);
    const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    await generateHistory({ dataDir, machineIds, days, rawDays, hz: 1, endMs });

    const server = await startServer({ dataDir });
    try {
      const start = server.readyMs / 1000;
      const withHistory = `with ${rawDays} days of history`;
      const rows: BenchRow[] = [
        { what: `start to ready, ${withHistory}`, value: start, unit: 's', goal: atMost(start, 2, 's') },
      ];
      const client = await signIn(server);
      return [...rows, ...(await measureQueries({ server, client, machineIds, queries, endMs, seconds, say }))];
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Measures the queries idle, then under load. */
async function measureQueries({
  server,
  client,
  machineIds,
  queries,
  endMs,
  seconds,
  say,
}: {
  server: RunningServer;
  client: ServerClient;
  machineIds: readonly string[];
  queries: readonly (typeof QUERIES)[number][];
  endMs: number;
  seconds: number;
  say: BenchContext['say'];
}): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  say('queries without load');
  for (const query of queries) {
    const p50 = percentile(await timeQueries(client, machineIds, query, endMs), 0.5);
    rows.push({ what: `${query.what} over HTTP, p50`, value: p50, unit: 'ms', goal: atMost(p50, 15, 'ms') });
  }
  say(`queries at ${LOAD_RATE} readings/s`);
  const load = { ...server.mqtt, connections: 50, inFlight: 20, machineIds, rate: LOAD_RATE, warmUpSeconds: 2 };
  const loading = runWorker('mqtt-load', { ...load, seconds });
  await delay(2_000);
  const times: number[] = [];
  for (const query of queries) times.push(...(await timeQueries(client, machineIds, query, endMs)));
  const { perSecond } = await loading;
  const p99 = percentile(times, 0.99);
  const what = `all queries at ${Math.round(perSecond)} readings/s, p99`;
  rows.push({ what, value: p99, unit: 'ms', goal: atMost(p99, 60, 'ms') });
  return rows;
}

/** Each query reads another machine. The first tenth of the queries is a warm-up. */
async function timeQueries(
  client: ServerClient,
  machineIds: readonly string[],
  { interval, spanMs }: (typeof QUERIES)[number],
  endMs: number,
): Promise<number[]> {
  const times: number[] = [];
  const range = `start_time=${new Date(endMs - spanMs).toISOString()}&end_time=${new Date(endMs).toISOString()}`;
  for (let i = 0; i < REQUESTS; i++) {
    const machine = machineIds[(i * 37) % machineIds.length];
    const startedMs = performance.now();
    await client.get(`/data/machine/${machine}?${range}&interval=${interval}&limit=4000`);
    if (i >= REQUESTS / 10) times.push(performance.now() - startedMs);
  }
  return times;
}
