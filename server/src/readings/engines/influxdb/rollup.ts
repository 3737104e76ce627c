// Makes summaries from readings: minutes and hours of some hours, days from their hours. Writing them again changes
// nothing, so a run that was cut short is simply repeated.

import { BucketSums } from '../../bucket-sums.ts';
import { INTERVALS_MS } from '../../reading-store.ts';
import { DAY_MS, HOUR_MS, hourOf } from '../../tiers.ts';
import { type InfluxdbClient, quoteName } from './influxdb-client.ts';
import { sumsStatement, type TimeRange, tierColumnsOf, where } from './influxql.ts';
import { COUNTED, READINGS, SUMMARIES, summaryLines } from './line-protocol.ts';

const MINUTE_MS = INTERVALS_MS['1m'];
const LINES_PER_WRITE = 5_000;
const NO_HOURS: ReadonlySet<number> = new Set();

export class Rollup {
  readonly #client: InfluxdbClient;

  constructor(client: InfluxdbClient) {
    this.#client = client;
  }

  /**
   * Summarises whole hours of one machine, or of every one. `but` are hours to leave as they are.
   *
   * @returns whether there was anything
   */
  async summariseHours(range: TimeRange, machineId?: string, but = NO_HOURS): Promise<boolean> {
    const writer = new LineWriter(this.#client);
    let current: { id: string; hours: BucketSums } | undefined;
    for await (const { tags, values } of this.#client.query(sumsStatement('raw', range, MINUTE_MS, machineId))) {
      const id = machineId ?? (tags.machine_id as string);
      // Rows of a machine come one after the other.
      if (current?.id !== id) {
        if (current) await writer.add(hourLines(current));
        current = { id, hours: new BucketSums(HOUR_MS) };
      }
      const kept = values.filter(([startMs]) => !but.has(hourOf(startMs as number)));
      const minutes = tierColumnsOf(kept);
      current.hours.addTier(minutes, () => true);
      await writer.add(summaryLines('1m', id, minutes));
    }
    if (current) await writer.add(hourLines(current));
    await writer.end();
    return current !== undefined;
  }

  /** Summarises whole days whose hours are summarised. */
  async summariseDays(range: TimeRange, machineId?: string): Promise<void> {
    const writer = new LineWriter(this.#client);
    for await (const { tags, values } of this.#client.query(sumsStatement('1h', range, DAY_MS, machineId))) {
      await writer.add(summaryLines('1d', machineId ?? (tags.machine_id as string), tierColumnsOf(values)));
    }
    await writer.end();
  }

  /** Hours of a machine that have a summary. */
  async summarisedHours(range: TimeRange, machineId: string): Promise<Set<number>> {
    const hours = new Set<number>();
    const statement = `SELECT ${quoteName(COUNTED)} FROM ${quoteName(SUMMARIES['1h'])} WHERE ${where(range, machineId)}`;
    for await (const { values } of this.#client.query(statement)) {
      for (const [startMs] of values) hours.add(hourOf(startMs as number));
    }
    return hours;
  }

  /** When the first reading of a range was measured; null where there is none. */
  async firstReadingMs(range: TimeRange): Promise<number | null> {
    const statement = `SELECT first(${quoteName(COUNTED)}) FROM ${quoteName(READINGS)} WHERE ${where(range)}`;
    let firstMs: number | null = null;
    for await (const { values } of this.#client.query(statement)) firstMs = (values[0]?.[0] as number) ?? firstMs;
    return firstMs;
  }
}

const hourLines = ({ id, hours }: { id: string; hours: BucketSums }) => summaryLines('1h', id, hours.columns());

/** Collects lines to requests of bounded size. */
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
    await this.#client.write(text);
  }
}
