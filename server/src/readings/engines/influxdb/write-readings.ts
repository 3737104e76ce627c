// Writes a batch in requests of bounded size, a few at a time, and waits for the answer to each.

import { GOOD, type ReadingBatch } from '../../reading-batch.ts';
import type { RefusedReadings } from '../../refused-readings.ts';
import { findRefused } from './find-refused.ts';
import type { PartialWrite } from './influxdb-answers.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { keepOtherMetrics } from './keep-other-metrics.ts';
import { qualityLines, readingLines, type SeriesAt } from './line-protocol.ts';

/** The size that InfluxDB recommends. It also keeps the making of a request short. */
const LINES_PER_REQUEST = 5_000;
const VALUES_PER_REQUEST = 25_000;
const REQUESTS_AT_ONCE = 3;

/**
 * Resolves when the batch is stored, except for the returned rows and values, which are refused for good. Rejects if a request
 * failed, once no other request is running.
 *
 * @param repeats rows at whose time values were marked before
 */
export async function writeReadings(
  client: InfluxdbClient,
  seriesAt: SeriesAt,
  batch: ReadingBatch,
  repeats: ReadonlySet<number>,
): Promise<RefusedReadings[]> {
  const writeRows = (of: ReadingBatch, rows: readonly number[]) => client.writePartly(readingLines(of, rows, seriesAt));
  const writeLines = (rows: readonly number[]) => writeRows(batch, rows);
  const writeMarks = (rows: readonly number[]) =>
    client.writePartly(qualityLines(batch, rows, seriesAt, (row) => repeats.has(row)));
  const all = Array.from({ length: batch.length }, (_, row) => row);
  const marked = all.filter((row) => repeats.has(row) || hasMarks(batch, row));
  const requests = [
    ...requestsOf(batch, all).map((rows) => ({ rows, write: writeLines })),
    ...requestsOf(batch, marked).map((rows) => ({ rows, write: writeMarks })),
  ];
  const refused: RefusedReadings[] = [];
  let failure: unknown = null;
  const writeSome = async () => {
    for (let next = requests.shift(); next !== undefined && failure === null; next = requests.shift()) {
      try {
        const partial: PartialWrite | null = await next.write(next.rows);
        const found = partial === null ? [] : await findRefused(batch, next.rows, partial, next.write);
        for (const each of found) {
          const isConflict = each.reason === 'store_conflict' && next.write === writeLines;
          refused.push(...(isConflict ? await keepOtherMetrics(batch, each, writeRows) : [each]));
        }
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, writeSome));
  if (failure !== null) throw failure;
  return refused;
}

function hasMarks(batch: ReadingBatch, row: number): boolean {
  const end = batch.starts[row + 1] as number;
  for (let k = batch.starts[row] as number; k < end; k++) if (batch.qualities[k] !== GOOD) return true;
  return false;
}

function requestsOf(batch: ReadingBatch, rows: readonly number[]): number[][] {
  const requests: number[][] = [];
  let values = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const count = (batch.starts[row + 1] as number) - (batch.starts[row] as number);
    const last = requests.at(-1);
    if (last === undefined || last.length === LINES_PER_REQUEST || values + count > VALUES_PER_REQUEST) {
      requests.push([row]);
      values = count;
    } else {
      last.push(row);
      values += count;
    }
  }
  return requests;
}
