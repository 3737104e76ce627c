// Reads single readings of one machine together with the quality of their values.

import { GOOD } from '../../reading-batch.ts';
import type { ReadingTable } from '../../reading-table.ts';
import type { SeriesRows } from './influxdb-answers.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { type Fields, pointsStatement, qualityFields, type TimeRange, valueFields } from './influxql.ts';
import { QUALITY, READINGS } from './line-protocol.ts';
import { type Point, valueAt } from './quality-marks.ts';

const ROWS_PER_TABLE = 2_000;
const VALUES_PER_TABLE = 20_000;

/**
 * The readings that have one of the metrics, in tables of bounded size. Both queries are answered from what was stored when
 * they began, however slowly the rows are read. Rejects with InfluxdbError.
 */
export async function* streamReadings(
  client: InfluxdbClient,
  metrics: readonly number[],
  range: TimeRange,
  machineId: string,
  order: 'asc' | 'desc' = 'asc',
): AsyncGenerator<ReadingTable> {
  if (metrics.length === 0) return;
  const points = (measurement: string, fields: Fields) =>
    new PointReader(
      client.query(pointsStatement(measurement, fields, range, machineId, order), { width: fields.length + 1 }),
    );
  const marks = points(QUALITY, qualityFields(metrics));
  const readings = points(READINGS, valueFields(metrics));
  try {
    // A value that is marked between the two queries is shown as it was before, because its mark is not read.
    await marks.fill();
    const direction = order === 'asc' ? 1 : -1;
    const rowsPerTable = Math.max(1, Math.min(ROWS_PER_TABLE, Math.floor(VALUES_PER_TABLE / metrics.length)));
    let table = new TableBuilder(metrics, rowsPerTable);
    for (;;) {
      const filling = [marks.fill(), readings.fill()];
      // Nearly always there are rows, and nothing is awaited.
      if (filling[0] || filling[1]) await Promise.all(filling);
      const [reading, mark] = [readings.point, marks.point];
      if (reading === null && mark === null) break;
      const ahead =
        reading === null ? 1 : mark === null ? -1 : direction * ((reading[0] as number) - (mark[0] as number));
      table.add(ahead <= 0 ? reading : null, ahead >= 0 ? mark : null);
      if (ahead <= 0) readings.next();
      if (ahead >= 0) marks.next();
      if (table.length < rowsPerTable) continue;
      yield table.finish();
      table = new TableBuilder(metrics, rowsPerTable);
    }
    if (table.length > 0) yield table.finish();
  } finally {
    await Promise.all([marks.close(), readings.close()]);
  }
}

/** Reads the points of an answer one by one. */
class PointReader {
  readonly #answer: AsyncGenerator<SeriesRows>;
  #rows: SeriesRows['values'] = [];
  #at = 0;
  #isDone = false;

  constructor(answer: AsyncGenerator<SeriesRows>) {
    this.#answer = answer;
  }

  /** To be called before `point`; reads more of the answer if that is necessary. */
  fill(): Promise<void> | undefined {
    return this.#at < this.#rows.length || this.#isDone ? undefined : this.#read();
  }

  /** Null at the end. */
  get point(): Point | null {
    return this.#rows[this.#at] ?? null;
  }

  next(): void {
    this.#at++;
  }

  async close(): Promise<void> {
    await this.#answer.return(undefined);
  }

  async #read(): Promise<void> {
    do {
      const { done, value } = await this.#answer.next();
      this.#isDone = done ?? false;
      this.#rows = done ? [] : value.values;
      this.#at = 0;
    } while (!this.#isDone && this.#rows.length === 0);
  }
}

/** Collects points of readings and their marks. */
export class TableBuilder {
  readonly #metrics: readonly number[];
  readonly #timestampsMs: Float64Array;
  readonly #values: Float64Array[];
  readonly #qualities: Uint8Array[];
  #length = 0;

  constructor(metrics: readonly number[], capacity: number) {
    this.#metrics = metrics;
    this.#timestampsMs = new Float64Array(capacity);
    this.#values = metrics.map(() => new Float64Array(capacity).fill(Number.NaN));
    this.#qualities = metrics.map(() => new Uint8Array(capacity));
  }

  get length(): number {
    return this.#length;
  }

  /** A point of readings and a point of marks of the same time; one of them may be null. Without a value nothing is added. */
  add(reading: Point | null, marks: Point | null, isReading = false): void {
    const row = this.#length;
    let hasValue = isReading;
    for (let i = 0; i < this.#metrics.length; i++) {
      const found = valueAt(reading, marks, i);
      (this.#values[i] as Float64Array)[row] = found?.value ?? Number.NaN;
      (this.#qualities[i] as Uint8Array)[row] = found?.quality ?? GOOD;
      hasValue ||= found !== null;
    }
    if (!hasValue) return;
    this.#timestampsMs[row] = (reading ?? marks)?.[0] as number;
    this.#length++;
  }

  finish(): ReadingTable {
    return {
      length: this.#length,
      timestampsMs: this.#timestampsMs.subarray(0, this.#length),
      columns: this.#metrics.map((metric, i) => ({
        metric,
        values: (this.#values[i] as Float64Array).subarray(0, this.#length),
        qualities: (this.#qualities[i] as Uint8Array).subarray(0, this.#length),
      })),
    };
  }
}
