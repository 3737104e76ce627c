// Finds out which readings InfluxDB will never take. 1.x and 2.x say how many they have dropped and why, not which, and
// answer as soon as one of their shards has: so only what was answered with 204 counts as stored.

import type { ReadingColumns } from '../../reading-columns.ts';
import type { RefusedReadings } from '../../refused-readings.ts';
import type { PartialWrite } from './influxdb-answers.ts';

/**
 * Requests for one that was taken in part. What is refused stands together once it is sorted, so that a border between
 * refused and stored costs two requests for each halving: some 25 of them among 5,000 readings.
 */
const MAX_REQUESTS = 200;

/**
 * Writes the rows of a request again in ever smaller parts until each is stored or refused; writing a reading again
 * changes nothing. What is not told apart within the bound counts as refused, though some of it may be stored. Resolves
 * with rows as they were given. Rejects as `write` does.
 *
 * @param rows in the order that was written, all of them
 * @param partial the answer to that
 * @param write writes rows; null where all were stored
 */
export async function findRefused(
  columns: ReadingColumns,
  rows: readonly number[],
  partial: PartialWrite,
  write: (rows: readonly number[]) => Promise<PartialWrite | null>,
): Promise<RefusedReadings[]> {
  const refused: RefusedReadings[] = [];
  const doubtful = [{ rows: sorted(columns, rows, partial), partial }];
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

/** By time where it is about their age; else first by which metrics they have: a conflict is about one of these. */
function sorted(columns: ReadingColumns, rows: readonly number[], { reason }: PartialWrite): readonly number[] {
  const metricsOf = (row: number) =>
    columns.values.reduce((set, column, m) => (Number.isNaN(column[row]) ? set : set + 2 ** m), 0);
  const timeOf = (row: number) => columns.timestampsMs[row] as number;
  const byTime = (a: number, b: number) => timeOf(a) - timeOf(b);
  if (reason === 'too_old') return [...rows].sort(byTime);
  return [...rows].sort((a, b) => metricsOf(a) - metricsOf(b) || byTime(a, b));
}
