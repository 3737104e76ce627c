// Writes a batch in requests of bounded size, a few at a time, and waits for the answer to each.

import type { ReadingColumns } from '../../reading-columns.ts';
import type { RefusedReadings } from '../../refused-readings.ts';
import { findRefused } from './find-refused.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { readingLines } from './line-protocol.ts';
import type { MachineSeries } from './machine-series.ts';

/** The size that InfluxDB recommends. It also keeps the making of a request short. */
const LINES_PER_REQUEST = 5_000;
const REQUESTS_AT_ONCE = 3;

/**
 * Resolves when the batch is stored, except for the returned rows, which are refused for good. Rejects if a request
 * failed, once no other request is running.
 */
export async function writeReadings(
  client: InfluxdbClient,
  series: MachineSeries,
  columns: ReadingColumns,
): Promise<RefusedReadings[]> {
  const refused: RefusedReadings[] = [];
  const write = (rows: readonly number[]) =>
    client.writePartly(readingLines(columns, rows, (id, atMs) => series.at(id, atMs)));
  let next = 0;
  let failure: unknown = null;
  const writeSome = async () => {
    while (next < columns.length && failure === null) {
      const start = next;
      next = Math.min(start + LINES_PER_REQUEST, columns.length);
      const rows = Array.from({ length: next - start }, (_, i) => start + i);
      try {
        const partial = await write(rows);
        if (partial !== null) refused.push(...(await findRefused(columns, rows, partial, write)));
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, writeSome));
  if (failure !== null) throw failure;
  return refused;
}
