// Finds out which readings InfluxDB refuses for good. 1.x and 2.x say how many lines they dropped and why, but not
// which. They answer as soon as one of their shards has refused a line, so that only lines answered with 204 count as
// stored.

import type { ReadingBatch } from '../../reading-batch.ts';
import type { RefusedReadings } from '../../refused-readings.ts';
import type { PartialWrite } from './influxdb-answers.ts';

/**
 * Maximum number of requests for one request that was partly refused. After sorting, refused readings are adjacent, so
 * that each halving costs two requests: about 25 among 5,000 readings.
 */
const MAX_REQUESTS = 200;

/**
 * Writes the rows of a request again in ever smaller parts until each part is stored or refused. Writing a reading
 * again changes nothing. Parts that are undecided at the bound count as refused, although some of their rows may be
 * stored. Resolves with the given row numbers. Rejects as `write` does.
 *
 * @param rows all rows of the request, in the order in which they were written
 * @param partial the answer to that request
 * @param write writes rows; resolves with null if all were stored
 */
export async function findRefused(
  batch: ReadingBatch,
  rows: readonly number[],
  partial: PartialWrite,
  write: (rows: readonly number[]) => Promise<PartialWrite | null>,
): Promise<RefusedReadings[]> {
  const refused: RefusedReadings[] = [];
  const doubtful = [{ rows: sorted(batch, rows, partial), partial }];
  let requests = 0;
  for (let part = doubtful.pop(); part !== undefined; part = doubtful.pop()) {
    const { length } = part.rows;
    if (length === 1 || part.partial.dropped === length || requests >= MAX_REQUESTS) {
      refused.push({ rows: part.rows, reason: part.partial.reason, message: part.partial.message });
      continue;
    }
    const middle = Math.floor(length / 2);
    for (const half of [part.rows.slice(0, middle), part.rows.slice(middle)]) {
      requests++;
      const answer = await write(half);
      if (answer !== null) doubtful.push({ rows: half, partial: answer });
    }
  }
  return refused;
}

/**
 * Sorted by time if rows are too old. Otherwise sorted first by their metrics, because a type conflict concerns one
 * metric.
 */
function sorted(batch: ReadingBatch, rows: readonly number[], { reason }: PartialWrite): readonly number[] {
  const timeOf = (row: number) => batch.timestampsMs[row] as number;
  const byTime = (a: number, b: number) => timeOf(a) - timeOf(b);
  if (reason === 'too_old') return [...rows].sort(byTime);
  const metricsOf = (row: number) =>
    batch.metrics
      .subarray(batch.starts[row], batch.starts[row + 1])
      .toSorted()
      .join();
  const keys = new Map(rows.map((row) => [row, metricsOf(row)]));
  const byMetrics = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...rows].sort((a, b) => byMetrics(keys.get(a) as string, keys.get(b) as string) || byTime(a, b));
}
