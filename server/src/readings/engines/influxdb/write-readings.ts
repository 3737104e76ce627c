// Writes a batch in requests of bounded size, some at a time, and waits for the answer to each.

import type { ReadingColumns } from '../../reading-columns.ts';
import type { RefusedReadings } from '../../refused-readings.ts';
import { findRefused } from './find-refused.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { readingLines } from './line-protocol.ts';
import type { MachineSeries } from './machine-series.ts';

/** What InfluxDB takes best; also keeps the event loop free while one is made. */
const LINES_PER_REQUEST = 5_000;
const REQUESTS_AT_ONCE = 3;

/**
 * Resolves when all of it is stored but for the rows that never will be. Rejects where a request failed, and then when
 * none is under way any more: nothing goes on behind the caller's back.
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
