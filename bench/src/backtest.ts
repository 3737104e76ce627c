// Measures a back-test of 30 days of one metric at 1 Hz over HTTP, and how long it keeps other requests waiting.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BacktestReply } from '@gonsters/contract';
import { atMost, type Bench, type BenchRow, percentile } from './bench-row.ts';
import { generateHistory } from './generate-history.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const DAYS = 30;
const RUNS = 5;
const DAY_MS = 86_400_000;
const GOAL_MS = 1000;
/** The generated values swing between 56 and 73; the second limit is passed for about half of the time. */
const LIMITS = [
  { what: 'that nothing passes', high: 80 },
  { what: 'that is passed half of the time', high: 65 },
] as const;

export const backtest: Bench = async ({ say }): Promise<BenchRow[]> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-bench-backtest-'));
  try {
    const first = await startServer({ dataDir });
    const machineIds = await (await signIn(first)).createMachines(1);
    await first.stop();
    say(`${DAYS} days of one machine at 1 Hz are generated`);
    const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    await generateHistory({ dataDir, machineIds, days: DAYS, hz: 1, endMs });
    const server = await startServer({ dataDir });
    try {
      const client = await signIn(server);
      const range = { from: new Date(endMs - DAYS * DAY_MS).toISOString(), to: new Date(endMs).toISOString() };
      const rows: BenchRow[] = [];
      for (const { what, high } of LIMITS) {
        const took: number[] = [];
        const waited: number[] = [];
        for (let run = 0; run <= RUNS; run++) {
          const body = {
            metric: 'temperature',
            machine_ids: machineIds,
            ...range,
            limits: { high },
            on_delay_seconds: 20,
          };
          const reply = client.post('/alerts/backtest', body) as Promise<BacktestReply>;
          let isDone = false;
          const watched = reply.then(() => {
            isDone = true;
          });
          while (!isDone) {
            const startedMs = performance.now();
            await client.get('/auth/me');
            if (run > 0) waited.push(performance.now() - startedMs);
            await delay(25);
          }
          await watched;
          const result = await finished(client, await reply);
          if (run > 0) took.push(result.took_ms);
        }
        const p50 = percentile(took, 0.5);
        const name = `back-test ${DAYS} d × 1 Hz, a limit ${what}`;
        rows.push({ what: `${name}, p50`, value: p50, unit: 'ms', goal: atMost(p50, GOAL_MS, 'ms') });
        const p95 = percentile(waited, 0.95);
        rows.push({
          what: 'a small request meanwhile, p95',
          value: p95,
          unit: 'ms',
          goal: null,
        });
      }
      return rows;
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

/** The result, asked for until it is there. */
async function finished(client: Awaited<ReturnType<typeof signIn>>, first: BacktestReply) {
  let reply = first;
  while (reply.result === null) {
    await delay(50);
    reply = (await client.get(`/alerts/backtest/${reply.job.id}`)) as BacktestReply;
  }
  return reply.result;
}
