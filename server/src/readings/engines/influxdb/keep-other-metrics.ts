// Stores what is left of readings that InfluxDB refuses because of the type of one metric: it drops the whole line.

import { metricNameAt } from '../../../metric-index.ts';
import { BAD, BatchBuilder, type ReadingBatch } from '../../reading-batch.ts';
import type { RefusedReadings } from '../../refused-readings.ts';
import { findRefused } from './find-refused.ts';
import type { PartialWrite } from './influxdb-answers.ts';

/** How 1.x and 2.x, and 3.x, name the field. */
const FIELD = /(?:input field|for column) [\\"']*(\w+)/i;
const VALUES_PER_REQUEST = 5_000;

type WriteRows = (batch: ReadingBatch, rows: readonly number[]) => Promise<PartialWrite | null>;

/** Readings with some of the values of others. */
interface Part {
  readonly batch: ReadingBatch;
  /** The row that each reading was made from. */
  readonly rowOf: readonly number[];
}

/**
 * Writes refused readings again without the metrics that the server names, and the values of these metrics one by one, so
 * that each value is stored or refused by itself. Rejects as `write` does.
 *
 * @param rows of readings that were refused with `store_conflict`, at most as many as one request has
 * @returns the readings of which nothing is stored, and the values of others that are not stored
 */
export async function keepOtherMetrics(
  batch: ReadingBatch,
  { rows, message }: RefusedReadings,
  write: WriteRows,
): Promise<RefusedReadings[]> {
  const outcome = new Outcome();
  const conflicting = new Set<number>();
  let answer: PartialWrite | null = { dropped: 1, reason: 'store_conflict', message };
  let others: Part;
  do {
    addNamed(conflicting, batch, rows, answer.message);
    others = withoutMetrics(batch, rows, conflicting);
    answer = others.rowOf.length === 0 ? null : await write(others.batch, allRows(others.batch));
    // A metric is added each time, so that this ends.
  } while (answer?.reason === 'store_conflict' && others.batch.qualities.some((quality) => quality !== BAD));
  outcome.add(others, await refusedIn(others.batch, allRows(others.batch), answer, write));

  const single = singleValues(batch, rows, conflicting);
  for (let from = 0; from < single.rowOf.length; from += VALUES_PER_REQUEST) {
    const some = allRows(single.batch).slice(from, from + VALUES_PER_REQUEST);
    outcome.add(single, await refusedIn(single.batch, some, await write(single.batch, some), write), some);
  }
  return outcome.refused(rows);
}

async function refusedIn(
  batch: ReadingBatch,
  rows: readonly number[],
  answer: PartialWrite | null,
  write: WriteRows,
): Promise<RefusedReadings[]> {
  return answer === null ? [] : findRefused(batch, rows, answer, (some) => write(batch, some));
}

/** Adds the metric that the message names; every metric if it names none that is new. */
function addNamed(conflicting: Set<number>, batch: ReadingBatch, rows: readonly number[], message: string): void {
  const named = FIELD.exec(message)?.[1];
  const known = new Set(rows.flatMap((row) => [...batch.metrics.subarray(batch.starts[row], batch.starts[row + 1])]));
  const metric = [...known].find((each) => metricNameAt(each) === named);
  if (metric !== undefined && !conflicting.has(metric)) conflicting.add(metric);
  else for (const each of known) conflicting.add(each);
}

/** Readings that have no other value are left out. A bad value is not in the line, and does not conflict. */
function withoutMetrics(batch: ReadingBatch, rows: readonly number[], left: ReadonlySet<number>): Part {
  const builder = new BatchBuilder();
  const rowOf: number[] = [];
  for (const row of rows) {
    const end = batch.starts[row + 1] as number;
    for (let k = batch.starts[row] as number; k < end; k++) {
      const [metric, quality] = [batch.metrics[k] as number, batch.qualities[k] as number];
      if (quality === BAD || !left.has(metric)) builder.addValue(metric, batch.values[k] as number, quality);
    }
    if (builder.openValues === 0) continue;
    builder.endReading(batch.machineIds[row] as string, batch.timestampsMs[row] as number);
    rowOf.push(row);
  }
  return { batch: builder.finish(), rowOf };
}

function singleValues(batch: ReadingBatch, rows: readonly number[], metrics: ReadonlySet<number>): Part {
  const builder = new BatchBuilder();
  const rowOf: number[] = [];
  for (const row of rows) {
    const end = batch.starts[row + 1] as number;
    for (let k = batch.starts[row] as number; k < end; k++) {
      const metric = batch.metrics[k] as number;
      if (batch.qualities[k] === BAD || !metrics.has(metric)) continue;
      builder.addValue(metric, batch.values[k] as number, batch.qualities[k] as number);
      builder.endReading(batch.machineIds[row] as string, batch.timestampsMs[row] as number);
      rowOf.push(row);
    }
  }
  return { batch: builder.finish(), rowOf };
}

/** What became of each value. */
class Outcome {
  readonly #stored = new Set<number>();
  /** By row: why it, or one of its values, was refused. */
  readonly #whys = new Map<number, Omit<RefusedReadings, 'rows'>[]>();

  /** `written` are rows of the part. */
  add(part: Part, refused: readonly RefusedReadings[], written = allRows(part.batch)): void {
    const whys = new Map(refused.flatMap(({ rows, ...why }) => rows.map((row) => [row, why] as const)));
    for (const at of written) {
      const row = part.rowOf[at] as number;
      const why = whys.get(at);
      if (why === undefined) {
        this.#stored.add(row);
        continue;
      }
      const known = this.#whys.get(row) ?? [];
      this.#whys.set(row, known);
      const { batch } = part;
      for (const metric of batch.metrics.subarray(batch.starts[at], batch.starts[at + 1]))
        known.push({ ...why, metric });
    }
  }

  refused(rows: readonly number[]): RefusedReadings[] {
    const found = new Map<string, RefusedReadings & { rows: number[] }>();
    const add = (row: number, why: Omit<RefusedReadings, 'rows'>) => {
      const key = `${why.reason} ${why.metric}`;
      const entry = found.get(key) ?? { rows: [], ...why };
      found.set(key, entry);
      entry.rows.push(row);
    };
    for (const row of rows) {
      const whys = this.#whys.get(row) ?? [];
      if (this.#stored.has(row)) for (const why of whys) add(row, why);
      else if (whys[0] !== undefined) add(row, { reason: whys[0].reason, message: whys[0].message });
    }
    return [...found.values()];
  }
}

function allRows({ length }: ReadingBatch): number[] {
  return Array.from({ length }, (_, row) => row);
}
