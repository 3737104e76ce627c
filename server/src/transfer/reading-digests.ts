// A digest of a machine's readings, with which two stores are compared: the number of readings and a checksum per UTC day.

import { createHash } from 'node:crypto';
import { METRICS } from '@gonsters/contract';
import { EVER } from '../readings/copy-readings.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import { bucketStart, DAY_MS } from '../readings/time-buckets.ts';

export interface DayDigest {
  readonly readings: number;
  readonly checksum: string;
}

/** By the start of the day in UTC ms, ascending. Digests are equal where every timestamp and value is equal bit by bit. */
export async function digestReadings(
  store: Pick<ReadingStore, 'export'>,
  machineId: string,
): Promise<Map<number, DayDigest>> {
  const days = new Map<number, DayDigest>();
  let day = { startMs: Number.NaN, readings: 0, hash: createHash('sha256') };
  const endDay = () => {
    if (day.readings > 0) days.set(day.startMs, { readings: day.readings, checksum: day.hash.digest('hex') });
  };
  for await (const rows of store.export({ machineId, ...EVER })) {
    let start = 0;
    while (start < rows.length) {
      const startMs = bucketStart(rows.timestampsMs[start] as number, DAY_MS);
      let end = start + 1;
      while (end < rows.length && (rows.timestampsMs[end] as number) < startMs + DAY_MS) end++;
      if (startMs !== day.startMs) {
        endDay();
        day = { startMs, readings: 0, hash: createHash('sha256') };
      }
      day.hash.update(numbersOf(rows, start, end));
      day.readings += end - start;
      start = end;
    }
  }
  endDay();
  return days;
}

/** Row by row, so that the digest does not depend on how the rows were divided into blocks. */
function numbersOf(rows: ReadingColumns, start: number, end: number): Float64Array {
  const width = 1 + METRICS.length;
  const numbers = new Float64Array((end - start) * width);
  for (let row = start; row < end; row++) {
    const at = (row - start) * width;
    numbers[at] = rows.timestampsMs[row] as number;
    for (let m = 0; m < METRICS.length; m++) {
      const value = (rows.values[m] as Float64Array)[row] as number;
      // NaN has many bit patterns; this one is used for all.
      numbers[at + 1 + m] = Number.isNaN(value) ? Number.NaN : value;
    }
  }
  return numbers;
}

/** One sentence for each day that differs. */
export function compareDays(
  machineId: string,
  from: ReadonlyMap<number, DayDigest>,
  to: ReadonlyMap<number, DayDigest>,
): string[] {
  const differences: string[] = [];
  for (const day of new Set([...from.keys(), ...to.keys()])) {
    const [source, target] = [from.get(day), to.get(day)];
    if (source?.checksum === target?.checksum) continue;
    const name = `Machine ${machineId}, ${new Date(day).toISOString().slice(0, 10)}`;
    const [count, other] = [source?.readings ?? 0, target?.readings ?? 0];
    differences.push(
      count === other
        ? `${name}: values of readings differ in the target`
        : `${name}: ${count} readings in the source, ${other} in the target`,
    );
  }
  return differences;
}
