// Answers queries of single readings, buckets and newest values.

import type { Clock } from '../../../clock.ts';
import { metricNameAt } from '../../../metric-index.ts';
import { bucketGrid } from '../../bucket-grid.ts';
import type { ReadingBatch } from '../../reading-batch.ts';
import type { BucketPage, BucketQuery, RawPage, RawQuery, ReadingRange } from '../../reading-store.ts';
import type { ReadingTable } from '../../reading-table.ts';
import type { MachineRollups } from '../../store-copies.ts';
import type { RollupInterval } from '../../time-buckets.ts';
import type { DirtyHours } from './dirty-hours.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { bounded, machinesStatement, type TimeRange } from './influxql.ts';
import type { MachineMetrics } from './machine-metrics.ts';
import { MachineQuery } from './machine-query.ts';
import { newestValues } from './newest-values.ts';
import { RawPages } from './raw-pages.ts';
import { streamReadings } from './reading-stream.ts';
import type { RollupStateStore } from './rollup-state.ts';
import type { RollupRules } from './rollup-writer.ts';

const NO_HOURS: ReadonlySet<number> = new Set();

export class InfluxdbQueries {
  readonly #client: InfluxdbClient;
  readonly #states: RollupStateStore;
  readonly #dirtyHours: DirtyHours;
  readonly #machineMetrics: MachineMetrics;
  readonly #clock: Clock;
  readonly #rawPages: RawPages;

  constructor(deps: {
    client: InfluxdbClient;
    states: RollupStateStore;
    dirtyHours: DirtyHours;
    machineMetrics: MachineMetrics;
    clock: Clock;
  }) {
    this.#client = deps.client;
    this.#states = deps.states;
    this.#dirtyHours = deps.dirtyHours;
    this.#machineMetrics = deps.machineMetrics;
    this.#clock = deps.clock;
    this.#rawPages = new RawPages(deps.client, (range) =>
      this.#query(range.machineId, range, (machine) => machine.count(range)),
    );
  }

  async raw(query: RawQuery): Promise<RawPage> {
    return this.#rawPages.page(query, await this.#retainedRange(query));
  }

  buckets(query: BucketQuery): Promise<BucketPage> {
    const range = bounded(query);
    return this.#query(query.machineId, range, (machine) => machine.buckets(range, query));
  }

  /** Of every metric of a machine. */
  async partials(
    interval: RollupInterval,
    { machineId, ...whole }: ReadingRange,
    { kindOf, holdMs }: RollupRules,
  ): Promise<MachineRollups> {
    const range = bounded(whole);
    const found = await this.#metricsOf(machineId);
    const metrics = found.map((metric) => ({ metric, kind: kindOf(metricNameAt(metric)) }));
    const asked = { metrics, grid: bucketGrid(interval), holdMs: holdMs() };
    return this.#query(machineId, range, (machine) => machine.partials(range, asked));
  }

  async latest(): Promise<ReadingBatch> {
    const ids: string[] = [];
    for await (const { tags } of this.#client.query(machinesStatement(), { isLong: true })) {
      ids.push(tags.machine_id as string);
    }
    return newestValues(this.#client, await this.#machineMetrics.of(ids), this.#clock.nowMs());
  }

  /** What `rows` needs to answer an export. */
  async exportOf(
    query: ReadingRange & { metrics: readonly number[] | null },
  ): Promise<{ range: TimeRange; metrics: readonly number[] }> {
    const { machineId } = query;
    const metrics = query.metrics ?? (await this.#metricsOf(machineId));
    return { range: await this.#retainedRange(query), metrics };
  }

  /** One query, so that InfluxDB answers from one consistent state however slowly the rows are read. */
  async *rows(
    query: ReadingRange & { metrics: readonly number[] | null },
    { range, metrics }: { range: TimeRange; metrics: readonly number[] },
  ): AsyncIterable<ReadingTable> {
    if (range.fromMs >= range.toMs) return;
    for await (const table of streamReadings(this.#client, metrics, range, query.machineId)) {
      const occurs = ({ values, qualities }: ReadingTable['columns'][number]) =>
        values.some((value, i) => !Number.isNaN(value) || qualities[i] !== 0);
      yield query.metrics === null ? { ...table, columns: table.columns.filter(occurs) } : table;
    }
  }

  async #metricsOf(machineId: string): Promise<readonly number[]> {
    return (await this.#machineMetrics.of([machineId])).get(machineId) ?? [];
  }

  /** The part of a range whose single readings have not expired. */
  async #retainedRange(query: TimeRange): Promise<TimeRange> {
    const { retainedFromMs } = await this.#states.recent();
    const range = bounded(query);
    return { fromMs: Math.max(range.fromMs, retainedFromMs.raw), toMs: range.toMs };
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
