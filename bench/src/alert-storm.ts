// Measures how long other work waits when thousands of alerts are raised at once, as after a limit was changed for many
// machines.

import { setTimeout as delay } from 'node:timers/promises';
import { type ClientToServer, METRICS, type ServerToClient } from '@gonsters/contract';
import { io, type Socket } from 'socket.io-client';
import { atMost, type Bench, type BenchRow } from './bench-row.ts';
import { type ServerClient, signIn } from './server-client.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** Metrics that have an upper limit by default. Each raises one alert. */
const LIMITED = METRICS.filter(({ defaultLimits }) => defaultLimits.high !== null);
const MACHINES_PER_BATCH = 500;
const LOOK_EVERY_MS = 50;
/** The bench fails if an alert is not received within this time. */
const RECEIVED_WITHIN_MS = 300_000;
const CALM_MS = 1_000;
/** The delay is sampled at this interval, so that it is at least this long even if nothing blocks. */
const RESOLUTION_MS = 10;
const BLOCKED_AT_MOST_MS = 20;

export const alertStorm: Bench = async ({ servers, say }) => {
  const rows: BenchRow[] = [];
  for (const alerts of [5_000, 20_000]) {
    say(`${alerts} alerts at once`);
    const server = await startServer({ servers });
    try {
      const client = await signIn(server);
      const machineIds = await client.createMachines(alerts / LIMITED.length, ['active']);
      rows.push(...(await measureStorm(server, client, machineIds)));
    } finally {
      await server.stop();
    }
    // The next size needs empty servers as well.
    if (servers) break;
  }
  return rows;
};

async function measureStorm(
  server: RunningServer,
  client: ServerClient,
  machineIds: readonly string[],
): Promise<BenchRow[]> {
  const alerts = machineIds.length * LIMITED.length;
  const watcher: Socket<ServerToClient, ClientToServer> = io(server.http, {
    auth: { token: client.token },
    transports: ['websocket'],
  });
  await new Promise<void>((resolve, reject) => {
    watcher.once('connect_error', reject);
    watcher.once('subscribed_all', () => resolve());
    watcher.once('connect', () => watcher.emit('subscribe_all'));
  });
  let received = 0;
  watcher.on('alert', () => {
    received++;
  });
  // Warms the server up, and shows it that every machine is within its limits.
  for (const each of batches(machineIds, 0.8)) await client.post('/data/ingest', each);
  await delay(CALM_MS);
  await longestDelayMs(server);
  await Promise.all(batches(machineIds, 0.85).map((each) => client.post('/data/ingest', each)));
  await delay(CALM_MS);
  const blockedByReadingsMs = Math.max(0, (await longestDelayMs(server)) - RESOLUTION_MS);
  const startedMs = performance.now();
  await Promise.all(batches(machineIds, 1.05).map((each) => client.post('/data/ingest', each)));
  const takenMs = performance.now() - startedMs;
  while (received < alerts) {
    if (performance.now() - startedMs > RECEIVED_WITHIN_MS)
      throw new Error(`The client received ${received} of ${alerts} alerts within ${RECEIVED_WITHIN_MS / 1000} s`);
    await delay(LOOK_EVERY_MS);
  }
  const toldMs = performance.now() - startedMs;
  watcher.disconnect();
  const blockedMs = Math.max(0, (await longestDelayMs(server)) - RESOLUTION_MS);
  return [
    {
      what: `${alerts} alerts at once: longest blocking of the event loop`,
      value: blockedMs,
      unit: 'ms',
      goal: alerts > 5_000 ? null : atMost(blockedMs, BLOCKED_AT_MOST_MS, 'ms'),
      peer: { name: 'the same readings without alerts', value: blockedByReadingsMs },
    },
    { what: `${alerts} alerts at once: readings acknowledged`, value: takenMs, unit: 'ms', goal: null },
    { what: `${alerts} alerts at once: stored and sent to a client`, value: toldMs, unit: 'ms', goal: null },
  ];
}

/** Batches with one reading of each machine, at `share` of the upper limit. */
function batches(machineIds: readonly string[], share: number): object[] {
  const timestamp = new Date().toISOString();
  const values = LIMITED.map(({ name, defaultLimits }) => [name, (defaultLimits.high as number) * share]);
  const reading = { timestamp, ...Object.fromEntries(values) };
  const made: object[] = [];
  for (let at = 0; at < machineIds.length; at += MACHINES_PER_BATCH) {
    const batch = machineIds
      .slice(at, at + MACHINES_PER_BATCH)
      .map((machine_id) => ({ machine_id, sensor_type: 'Type', location: 'Hall', readings: [reading] }));
    made.push({ gateway_id: 'bench', timestamp, batch });
  }
  return made;
}

/** The longest delay since the previous call. Each call resets it. */
async function longestDelayMs(server: RunningServer): Promise<number> {
  const text = await (await fetch(`${server.http}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1]) * 1000;
}
