// Answers queries of single readings.

import type { RawPage, RawQuery, ReadingRange } from '../../reading-store.ts';
import type { ReadingTable } from '../../reading-table.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import {
  anyBadStatement,
  countWithStatement,
  type Fields,
  limited,
  pointsStatement,
  qualityFields,
  type TimeRange,
  valueFields,
} from './influxql.ts';
import { COUNTED, QUALITY, READINGS } from './line-protocol.ts';
import type { Point } from './quality-marks.ts';
import { streamReadings, TableBuilder } from './reading-stream.ts';

/** A first page of this many readings mostly holds the whole range: an hour at 1 Hz. */
const LONG_PAGE = 3_600;

export class RawPages {
  readonly #client: InfluxdbClient;
  /** Counts every reading of a range. */
  readonly #count: (range: ReadingRange) => Promise<number>;

  constructor(client: InfluxdbClient, count: (range: ReadingRange) => Promise<number>) {
    this.#client = client;
    this.#count = count;
  }

  /** Rejects with InfluxdbError. */
  async page(query: RawQuery, range: TimeRange): Promise<RawPage> {
    const { machineId, metrics, everyReading, offset, limit } = query;
    if (range.fromMs >= range.toMs || (metrics.length === 0 && !everyReading)) {
      return { total: 0, rows: new TableBuilder(metrics, 0).finish() };
    }
    if (!everyReading && (await this.#hasBad(metrics, range, machineId))) return this.#walk(query, range);
    const count = () =>
      everyReading ? this.#count({ machineId, ...range }) : this.#number(countWithStatement(metrics, range, machineId));
    // If the page is not full, its length is the total.
    if (offset === 0 && limit >= LONG_PAGE) {
      const rows = await this.#rows(query, range);
      return { total: rows.length < limit ? rows.length : await count(), rows };
    }
    const [total, rows] = await Promise.all([count(), this.#rows(query, range)]);
    return { total, rows };
  }

  async #hasBad(metrics: readonly number[], range: TimeRange, machineId: string): Promise<boolean> {
    for await (const { values } of this.#client.query(anyBadStatement(metrics, range, machineId))) {
      if (values.length > 0) return true;
    }
    return false;
  }

  /** Lets InfluxDB find the page. Every row has a point in `sensor_readings`. */
  async #rows({ machineId, metrics, everyReading, ...paging }: RawQuery, range: TimeRange): Promise<ReadingTable> {
    const fields = [...valueFields(metrics), ...(everyReading ? [COUNTED] : [])];
    const statement = pointsStatement(READINGS, fields, range, machineId, paging.order);
    const points = await this.#points(statement + limited(paging), fields);
    const table = new TableBuilder(metrics, points.length);
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return table.finish();
    const times = [first[0] as number, last[0] as number];
    const shown = { fromMs: Math.min(...times), toMs: Math.max(...times) + 1 };
    const marks = new Map<number, Point>();
    if (metrics.length > 0) {
      const marked = qualityFields(metrics);
      const found = await this.#points(pointsStatement(QUALITY, marked, shown, machineId), marked);
      for (const point of found) marks.set(point[0] as number, point);
    }
    for (const point of points) table.add(point, marks.get(point[0] as number) ?? null, true);
    return table.finish();
  }

  /** Reads the whole range, because a row may have only a bad value, which InfluxDB cannot count among the others. */
  async #walk({ machineId, metrics, order, offset, limit }: RawQuery, range: TimeRange): Promise<RawPage> {
    const parts: { table: ReadingTable; from: number; to: number }[] = [];
    let total = 0;
    for await (const table of streamReadings(this.#client, metrics, range, machineId, order)) {
      const from = Math.max(offset - total, 0);
      const to = Math.min(offset + limit - total, table.length);
      if (from < to) parts.push({ table, from, to });
      total += table.length;
    }
    return { total, rows: joined(metrics, parts) };
  }

  async #points(statement: string, fields: Fields): Promise<Point[]> {
    const points: Point[] = [];
    for await (const { values } of this.#client.query(statement, { width: fields.length + 1 })) {
      for (const point of values) points.push(point);
    }
    return points;
  }

  async #number(statement: string): Promise<number> {
    let number = 0;
    for await (const { values } of this.#client.query(statement)) number += (values[0]?.[1] as number | null) ?? 0;
    return number;
  }
}

function joined(
  metrics: readonly number[],
  parts: readonly { table: ReadingTable; from: number; to: number }[],
): ReadingTable {
  const length = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  const timestampsMs = new Float64Array(length);
  const columns = metrics.map((metric) => ({
    metric,
    values: new Float64Array(length),
    qualities: new Uint8Array(length),
  }));
  let at = 0;
  for (const { table, from, to } of parts) {
    timestampsMs.set(table.timestampsMs.subarray(from, to), at);
    for (const [i, column] of columns.entries()) {
      const source = table.columns[i] as (typeof columns)[number];
      column.values.set(source.values.subarray(from, to), at);
      column.qualities.set(source.qualities.subarray(from, to), at);
    }
    at += to - from;
  }
  return { length, timestampsMs, columns };
}
