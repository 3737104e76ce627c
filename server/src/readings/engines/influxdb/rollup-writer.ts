// Makes rollups: minutes and hours from readings, days from their hours. Writing a rollup again changes nothing, so
// that an interrupted run can be repeated.

import { METRIC_NAMES } from '@gonsters/contract';
import { BucketSums } from '../../bucket-sums.ts';
import { type BucketPage, INTERVALS_MS } from '../../reading-store.ts';
import { DAY_MS, HOUR_MS, hourOf, type RollupInterval } from '../../time-buckets.ts';
import { InfluxdbError } from './influxdb-answers.ts';
import { type InfluxdbClient, quoteName } from './influxdb-client.ts';
import { measurementOf, rollupColumnsOf, type Source, sumsStatement, type TimeRange, where } from './influxql.ts';
import { COUNTED, READINGS, ROLLUP_MEASUREMENTS, rollupLines } from './line-protocol.ts';

const MINUTE_MS = INTERVALS_MS['1m'];
const LONG = { isLong: true };
const LINES_PER_WRITE = 5_000;
const NO_HOURS: ReadonlySet<number> = new Set();

export class RollupWriter {
  readonly #client: InfluxdbClient;

  constructor(client: InfluxdbClient) {
    this.#client = client;
  }

  /**
   * Rolls up whole hours of one machine or of all machines, except for the hours in `except`.
   *
   * @returns whether there were readings
   */
  async rollUpHours(range: TimeRange, machineId?: string, except = NO_HOURS): Promise<boolean> {
    const writer = new LineWriter(this.#client);
    let current: { id: string; hours: BucketSums } | undefined;
    for await (const { tags, values } of this.#client.query(sumsStatement('raw', range, MINUTE_MS, machineId), LONG)) {
      const id = machineId ?? (tags.machine_id as string);
      // The rows of a machine follow each other.
      if (current?.id !== id) {
        if (current) await writer.add(hourLines(current));
        current = { id, hours: new BucketSums(HOUR_MS) };
      }
      const included = values.filter(([startMs]) => !except.has(hourOf(startMs as number)));
      const minutes = rollupColumnsOf(included);
      current.hours.addRollups(minutes, () => true);
      await writer.add(rollupLines('1m', id, minutes));
    }
    if (current) await writer.add(hourLines(current));
    await writer.end();
    return current !== undefined;
  }

  /** Rolls up whole days from their hourly rollups. */
  async rollUpDays(range: TimeRange, machineId?: string): Promise<void> {
    const writer = new LineWriter(this.#client);
    for await (const { tags, values } of this.#client.query(sumsStatement('1h', range, DAY_MS, machineId), LONG)) {
      await writer.add(rollupLines('1d', machineId ?? (tags.machine_id as string), rollupColumnsOf(values)));
    }
    await writer.end();
  }

  /**
   * Stores rollups whose readings are gone. `n` counts existing readings: it keeps its value, or is 0 if there was no
   * rollup.
   */
  async importRollups(
    interval: RollupInterval,
    machineId: string,
    page: BucketPage,
    rows: readonly number[],
  ): Promise<void> {
    const starts = rows.map((row) => page.timestampsMs[row] as number);
    const range = { fromMs: Math.min(...starts), toMs: Math.max(...starts) + INTERVALS_MS[interval] };
    const known = await this.#bucketsWithRollup(interval, range, machineId);
    const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] as number);
    const columns = [
      Float64Array.from(starts),
      Float64Array.from(starts, (startMs) => (known.has(startMs) ? Number.NaN : 0)),
      ...METRIC_NAMES.flatMap((name) => {
        const { count, sum, min, max } = page.metrics[name];
        return [pick(count), pick(sum), pick(min), pick(max)];
      }),
    ];
    const writer = new LineWriter(this.#client);
    await writer.add(rollupLines(interval, machineId, columns));
    await writer.end();
  }

  /** Hours of a machine that have a rollup. */
  async rolledUpHours(range: TimeRange, machineId: string): Promise<Set<number>> {
    return new Set([...(await this.#bucketsWithRollup('1h', range, machineId))].map(hourOf));
  }

  /** When the first reading of a range was measured; null if there is none. */
  async firstReadingMs(range: TimeRange): Promise<number | null> {
    const statement = `SELECT first(${quoteName(COUNTED)}) FROM ${quoteName(READINGS)} WHERE ${where(range)}`;
    let firstMs: number | null = null;
    for await (const { values } of this.#client.query(statement, LONG)) firstMs = (values[0]?.[0] as number) ?? firstMs;
    return firstMs;
  }

  /** Machines with readings, or with rollups, within a range. */
  async machinesWithin(source: Source, range: TimeRange): Promise<string[]> {
    const ids: string[] = [];
    const statement = `SELECT first(${quoteName(COUNTED)}) FROM ${quoteName(measurementOf(source))} WHERE ${where(range)} GROUP BY "machine_id"`;
    for await (const { tags } of this.#client.query(statement, LONG)) ids.push(tags.machine_id as string);
    return ids;
  }

  /** Starts of the buckets that have a rollup. */
  async #bucketsWithRollup(interval: RollupInterval, range: TimeRange, machineId: string): Promise<Set<number>> {
    const starts = new Set<number>();
    const statement = `SELECT ${quoteName(COUNTED)} FROM ${quoteName(ROLLUP_MEASUREMENTS[interval])} WHERE ${where(range, machineId)}`;
    for await (const { values } of this.#client.query(statement)) {
      for (const [startMs] of values) starts.add(startMs as number);
    }
    return starts;
  }
}

const hourLines = ({ id, hours }: { id: string; hours: BucketSums }) => rollupLines('1h', id, hours.columns());

/** Collects lines into requests of bounded size. */
class LineWriter {
  readonly #client: InfluxdbClient;
  #lines: string[] = [];

  constructor(client: InfluxdbClient) {
    this.#client = client;
  }

  async add(lines: readonly string[]): Promise<void> {
    for (const line of lines) this.#lines.push(line);
    if (this.#lines.length >= LINES_PER_WRITE) await this.end();
  }

  async end(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('');
    this.#lines = [];
    const partial = await this.#client.writePartly(text);
    // Rollups older than the retention of InfluxDB are not needed.
    if (partial !== null && partial.reason !== 'too_old') throw new InfluxdbError(200, partial.message);
  }
}
