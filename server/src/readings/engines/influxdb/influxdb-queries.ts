// Answers queries of single readings, buckets and newest values.

import { METRIC_NAMES } from '@gonsters/contract';
import { addReadings as addLatest, type LatestValues, noValues } from '../../latest-values.ts';
import { ColumnsBuilder, EMPTY_COLUMNS, type ReadingColumns } from '../../reading-columns.ts';
import type { BucketPage, BucketRange, RawPage, RawRange } from '../../reading-store.ts';
import type { DirtyHours } from './dirty-hours.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { addReadings, bounded, newestStatement, paged, readingsStatement, type TimeRange } from './influxql.ts';
import { MachineQuery } from './machine-query.ts';
import type { RollupStateStore } from './rollup-state.ts';

const NO_HOURS: ReadonlySet<number> = new Set();
/** A first page of this many readings mostly holds the whole range: an hour at 1 Hz. */
const LONG_PAGE = 3_600;

export class InfluxdbQueries {
  readonly #client: InfluxdbClient;
  readonly #states: RollupStateStore;
  readonly #dirtyHours: DirtyHours;

  constructor(client: InfluxdbClient, states: RollupStateStore, dirtyHours: DirtyHours) {
    this.#client = client;
    this.#states = states;
    this.#dirtyHours = dirtyHours;
  }

  async raw(query: RawRange): Promise<RawPage> {
    const range = await this.retainedRange(query);
    if (range.fromMs >= range.toMs) return { total: 0, rows: EMPTY_COLUMNS };
    const count = () => this.#query(query.machineId, range, (machine) => machine.count(range));
    // If the page is not full, its length is the total.
    if (query.offset === 0 && query.limit >= LONG_PAGE) {
      const rows = await this.#readings(query, range);
      return { total: rows.length < query.limit ? rows.length : await count(), rows };
    }
    const [total, rows] = await Promise.all([count(), this.#readings(query, range)]);
    return { total, rows };
  }

  buckets(query: BucketRange): Promise<BucketPage> {
    const range = bounded(query);
    return this.#query(query.machineId, range, (machine) => machine.buckets(range, query.interval, query));
  }

  async latest(): Promise<ReadingColumns> {
    const newest = new Map<string, LatestValues>();
    for (const [m, metric] of METRIC_NAMES.entries()) {
      for await (const { tags, values } of this.#client.query(newestStatement(metric), { isLong: true })) {
        const machineId = tags.machine_id as string;
        const latest = newest.get(machineId) ?? noValues();
        newest.set(machineId, latest);
        const [timestampMs, value] = values[0] as readonly [number, number];
        latest.latestTimesMs[m] = timestampMs;
        latest.latestValues[m] = value;
      }
    }
    const rows = new ColumnsBuilder(Math.max(1, newest.size));
    for (const [machineId, latest] of newest) addLatest(rows, machineId, latest);
    return rows.finish();
  }

  /** One statement, so that InfluxDB answers from one consistent state however slowly the rows are read. */
  async *export(machineId: string, range: TimeRange): AsyncIterable<ReadingColumns> {
    if (range.fromMs >= range.toMs) return;
    for await (const { values } of this.#client.query(readingsStatement(range, machineId))) {
      const rows = new ColumnsBuilder(values.length);
      addReadings(rows, machineId, values);
      yield rows.finish();
    }
  }

  /** The part of a range whose single readings have not expired. */
  async retainedRange(query: TimeRange): Promise<TimeRange> {
    const { retainedFromMs } = await this.#states.recent();
    const range = bounded(query);
    return { fromMs: Math.max(range.fromMs, retainedFromMs.raw), toMs: range.toMs };
  }

  async #readings(query: RawRange, range: TimeRange): Promise<ReadingColumns> {
    const rows = new ColumnsBuilder();
    const statement = readingsStatement(range, query.machineId) + paged(query);
    for await (const { values } of this.#client.query(statement)) addReadings(rows, query.machineId, values);
    return rows.finish();
  }

  /**
   * Runs a query as if no hour were dirty, and looks for dirty hours at the same time. In most cases there are none,
   * and the answer is used. An hour is recorded as dirty before its readings are acknowledged, so that no acknowledged
   * reading is missing.
   */
  async #query<T>(machineId: string, range: TimeRange, ask: (machine: MachineQuery) => Promise<T>): Promise<T> {
    const state = await this.#states.recent();
    const answer = (dirty: ReadonlySet<number>) => ask(new MachineQuery(this.#client, { machineId, state, dirty }));
    const rolledUp = {
      fromMs: Math.max(range.fromMs, state.retainedFromMs.raw),
      toMs: Math.min(range.toMs, state.rolledUpUntilMs),
    };
    if (rolledUp.fromMs >= rolledUp.toMs) return answer(NO_HOURS);
    const [dirty, clean] = await Promise.all([
      this.#dirtyHours.hoursOf(machineId, rolledUp, state.dirtyProcessedUntilMs),
      answer(NO_HOURS),
    ]);
    return dirty.size === 0 ? clean : answer(dirty);
  }
}
