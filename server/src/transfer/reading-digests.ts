// A digest of a machine's readings, with which two stores are compared: the number of readings and a checksum per UTC day.

import { createHash } from 'node:crypto';
import { EVER } from '../readings/copy-readings.ts';
import { GOOD } from '../readings/reading-batch.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { ReadingTable } from '../readings/reading-table.ts';
import { bucketStart, DAY_MS } from '../readings/time-buckets.ts';

export interface DayDigest {
  readonly readings: number;
  readonly checksum: string;
}

/**
 * By the start of the day in UTC ms, ascending. Digests are equal where every timestamp and value is equal bit by bit, with
 * its metric and quality.
 */
export async function digestReadings(
  store: Pick<ReadingStore, 'export'>,
  machineId: string,
): Promise<Map<number, DayDigest>> {
  const days = new Map<number, DayDigest>();
  let day = { startMs: Number.NaN, readings: 0, hash: createHash('sha256') };
  const endDay = () => {
    if (day.readings > 0) days.set(day.startMs, { readings: day.readings, checksum: day.hash.digest('hex') });
  };
  for await (const rows of store.export({ machineId, ...EVER, metrics: null })) {
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

/**
 * Row by row: the time, the number of values, and for each value its metric, number and quality. It does not depend on how
 * the rows were divided into blocks, nor on the order of the columns.
 */
function numbersOf({ timestampsMs, columns }: ReadingTable, start: number, end: number): Float64Array {
  const ordered = [...columns].sort((a, b) => a.metric - b.metric);
  const numbers: number[] = [];
  for (let row = start; row < end; row++) {
    numbers.push(timestampsMs[row] as number, 0);
    const countAt = numbers.length - 1;
    for (const { metric, values, qualities } of ordered) {
      const value = values[row] as number;
      const quality = qualities[row] as number;
      if (Number.isNaN(value) && quality === GOOD) continue;
      // NaN has many bit patterns; this one is used for all. A bad value may be infinite, which InfluxDB cannot store.
      numbers.push(metric, Number.isFinite(value) ? value : Number.NaN, quality);
      numbers[countAt] = (numbers[countAt] as number) + 1;
    }
  }
  return Float64Array.from(numbers);
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
