// Fills a server with days of readings over HTTP, in batches, as a gateway does after an outage.

import { METRICS } from '@gonsters/contract';
import type { ServerClient } from './server-client.ts';

const SECONDS_PER_BATCH = 100;
const AT_ONCE = 2;

/** One reading per second of every machine from `fromMs` (included) to `toMs` (excluded). */
export async function fillOverHttp(
  client: ServerClient,
  { machineIds, fromMs, toMs }: { machineIds: readonly string[]; fromMs: number; toMs: number },
): Promise<void> {
  const starts: number[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += SECONDS_PER_BATCH * 1000) starts.push(startMs);
  const send = async () => {
    for (let startMs = starts.shift(); startMs !== undefined; startMs = starts.shift()) {
      await client.post('/data/ingest', batchOf(machineIds, startMs, toMs));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

function batchOf(machineIds: readonly string[], startMs: number, toMs: number): object {
  const seconds = Math.min(SECONDS_PER_BATCH, Math.ceil((toMs - startMs) / 1000));
  return {
    gateway_id: 'bench',
    timestamp: new Date(startMs).toISOString(),
    batch: machineIds.map((machine_id, number) => ({
      machine_id,
      sensor_type: 'Type',
      location: 'Hall',
      readings: Array.from({ length: seconds }, (_, second) => reading(startMs + second * 1000, number)),
    })),
  };
}

/** A slow wave below every limit. */
function reading(timestampMs: number, number: number): object {
  const wave = 0.8 + 0.1 * Math.sin(timestampMs / 600_000 + number);
  const values = METRICS.map(({ name, max, decimals, defaultLimits: { high } }) => [
    name,
    Number(((high ?? max / 50) * wave).toFixed(decimals)),
  ]);
  return { timestamp: new Date(timestampMs).toISOString(), ...Object.fromEntries(values) };
}
