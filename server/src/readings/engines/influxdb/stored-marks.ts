// Finds readings of a batch at whose time values were marked before, so that the new values replace the marks.

import type { ReadingBatch } from '../../reading-batch.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { groupedPointsStatement, type TimeRange } from './influxql.ts';
import { COUNTED, QUALITY } from './line-protocol.ts';

/** Maximum number of queries. The times of a batch are divided at the longest pauses between them. */
const MAX_RANGES = 16;
/** Shorter pauses do not divide. */
const MIN_PAUSE_MS = 60_000;
/** With more machines than this, a query names none of them. */
const MAX_NAMED_MACHINES = 50;

/** Rows of a batch. Whichever node stored the marks, they are found. Rejects with InfluxdbError. */
export async function rowsWithMarks(client: InfluxdbClient, batch: ReadingBatch): Promise<ReadonlySet<number>> {
  const marked = new Map<string, Set<number>>();
  const find = async (range: TimeRange) => {
    const statement = groupedPointsStatement(QUALITY, [COUNTED], range, machinesWithin(batch, range));
    for await (const { tags, values } of client.query(statement)) {
      const id = tags.machine_id as string;
      const times = marked.get(id) ?? new Set();
      marked.set(id, times);
      for (const [timestampMs] of values) times.add(timestampMs as number);
    }
  };
  await Promise.all(rangesOf(batch.timestampsMs).map(find));
  const rows = new Set<number>();
  if (marked.size === 0) return rows;
  for (let row = 0; row < batch.length; row++) {
    if (marked.get(batch.machineIds[row] as string)?.has(batch.timestampsMs[row] as number)) rows.add(row);
  }
  return rows;
}

/** Ranges that contain every time, without the longest pauses. */
export function rangesOf(timestampsMs: Float64Array): TimeRange[] {
  const times = timestampsMs.toSorted();
  const pauses: { at: number; ms: number }[] = [];
  for (let at = 1; at < times.length; at++) {
    const ms = (times[at] as number) - (times[at - 1] as number);
    if (ms > MIN_PAUSE_MS) pauses.push({ at, ms });
  }
  const cuts = pauses
    .sort((a, b) => b.ms - a.ms)
    .slice(0, MAX_RANGES - 1)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  return [0, ...cuts].map((first, i) => {
    const end = cuts[i] ?? times.length;
    return { fromMs: times[first] as number, toMs: (times[end - 1] as number) + 1 };
  });
}

/** Null if they are too many to be named. */
function machinesWithin(batch: ReadingBatch, { fromMs, toMs }: TimeRange): string[] | null {
  const ids = new Set<string>();
  for (let row = 0; row < batch.length; row++) {
    const timestampMs = batch.timestampsMs[row] as number;
    if (timestampMs >= fromMs && timestampMs < toMs) ids.add(batch.machineIds[row] as string);
    if (ids.size > MAX_NAMED_MACHINES) return null;
  }
  return [...ids];
}
