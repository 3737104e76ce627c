// Makes rollups: minutes and hours from readings, days from their hours. Writing a rollup again changes nothing, so
// that an interrupted run can be repeated.

import type { MetricKind } from '@gonsters/contract';
import { metricNameAt } from '../../../metric-index.ts';
import { type BucketGrid, bucketGrid, type LocalDays } from '../../bucket-grid.ts';
import { type BucketPartial, PartialCollector } from '../../bucket-partials.ts';
import type { MachineRollups } from '../../store-copies.ts';
import { HOUR_MS, hourOf, INTERVALS_MS, type RollupInterval } from '../../time-buckets.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import {
  END_MS,
  FIRST_MS,
  groupedPointsStatement,
  measurementOf,
  pointsStatement,
  quoteName,
  type Source,
  type TimeRange,
  where,
} from './influxql.ts';
import { COUNTED, READINGS, ROLLUP_MEASUREMENTS } from './line-protocol.ts';
import { LineWriter } from './line-writer.ts';
import { groupsOf, type MachineGroup } from './machine-groups.ts';
import type { MachineMetrics } from './machine-metrics.ts';
import { readRollups } from './read-rollups.ts';
import { type KnownMetric, rollupFields, rollupLines } from './rollup-rows.ts';
import { summarise } from './summarise.ts';

const LONG = { isLong: true };
/** Minutes times metrics of a machine that are in memory at once. */
const MAX_MINUTES = 100_000;
const MINUTES_PER_HOUR = 60;
const NO_HOURS: ReadonlySet<number> = new Set();
const GRIDS: Record<RollupInterval, BucketGrid> = {
  '1m': bucketGrid('1m'),
  '1h': bucketGrid('1h'),
  '1d': bucketGrid('1d'),
};

/** How metrics are rolled up. */
export interface RollupRules {
  readonly kindOf: (metricName: string) => MetricKind;
  /** For how long most booleans and states hold without a further value at present, ms. */
  readonly holdMs: () => number;
}

export class RollupWriter {
  readonly #client: InfluxdbClient;
  readonly #machineMetrics: MachineMetrics;
  readonly #rules: RollupRules;

  constructor(client: InfluxdbClient, machineMetrics: MachineMetrics, rules: RollupRules) {
    this.#client = client;
    this.#machineMetrics = machineMetrics;
    this.#rules = rules;
  }

  /**
   * Rolls up whole hours of one machine or of all machines, except for the hours in `except`.
   *
   * @returns whether there were readings
   */
  async rollUpHours(range: TimeRange, machineId?: string, except = NO_HOURS): Promise<boolean> {
    const writer = new LineWriter(this.#client);
    let hasReadings = false;
    for (const group of await this.groups(['raw'], range, machineId)) {
      const atOnce = Math.max(1, Math.floor(MAX_MINUTES / (MINUTES_PER_HOUR * group.metrics.length)));
      for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += atOnce * HOUR_MS) {
        const part = { fromMs, toMs: Math.min(fromMs + atOnce * HOUR_MS, range.toMs) };
        for (const [id, minutes] of await this.summarise(group, part, '1m')) {
          hasReadings = true;
          const included = without(minutes, except);
          await writer.add(this.#lines('1m', id, included));
          await writer.add(this.#lines('1h', id, this.coarser(included, '1h')));
        }
      }
    }
    await writer.end();
    return hasReadings;
  }

  /** Rolls up whole days from their hourly rollups. */
  async rollUpDays(range: TimeRange, machineId?: string): Promise<void> {
    const writer = new LineWriter(this.#client);
    for (const group of await this.groups(['1h'], range, machineId)) {
      for (const [id, hours] of await this.read('1h', group, range)) {
        await writer.add(this.#lines('1d', id, this.coarser(hours, '1d')));
      }
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
    { readings, partials }: MachineRollups,
  ): Promise<void> {
    const starts = [...readings.keys()];
    const range = { fromMs: Math.min(...starts), toMs: Math.max(...starts) + INTERVALS_MS[interval] };
    const known = await this.#bucketsWithRollup(interval, range, machineId);
    await this.#machineMetrics.add(machineId, partials.keys());
    const counts = new Map(starts.map((startMs) => [startMs, known.has(startMs) ? Number.NaN : 0]));
    const writer = new LineWriter(this.#client);
    await writer.add(this.#lines(interval, machineId, { readings: counts, partials }));
    await writer.end();
  }

  /** Readings summarised into buckets of an interval, by machine. Machines without readings are absent. */
  summarise(group: MachineGroup, range: TimeRange, interval: RollupInterval): Promise<Map<string, MachineRollups>> {
    return summarise(this.#client, {
      ...{ machineIds: group.machineIds, metrics: this.known(group.metrics), range },
      ...{ widthMs: INTERVALS_MS[interval], grid: GRIDS[interval] },
      holdMs: this.#rules.holdMs(),
    });
  }

  /** Stored rollups by machine. */
  async read(interval: RollupInterval, group: MachineGroup, range: TimeRange): Promise<Map<string, MachineRollups>> {
    const known = this.known(group.metrics);
    const fields = rollupFields(known);
    return readRollups(
      this.#client,
      known,
      groupedPointsStatement(measurementOf(interval), fields, range, group.machineIds),
    );
  }

  /** Adds rollups up to those of a longer interval, or of the days of a time zone. */
  coarser({ readings, partials }: MachineRollups, to: RollupInterval | LocalDays): MachineRollups {
    const grid = typeof to === 'string' ? GRIDS[to] : bucketGrid('1d', to.zone);
    const counts = new Map<number, number>();
    for (const [atMs, count] of readings) {
      const startMs = grid.startOf(atMs);
      counts.set(startMs, (counts.get(startMs) ?? 0) + count);
    }
    const collected = new Map<number, readonly BucketPartial[]>();
    for (const [metric, parts] of partials) {
      const collector = new PartialCollector(this.#kindOf(metric), grid, this.#rules.holdMs());
      for (const part of parts) collector.addPartial(part);
      collected.set(metric, collector.partials);
    }
    return { readings: counts, partials: collected };
  }

  /** The machines that have readings or rollups within a range, in groups. */
  async groups(sources: readonly Source[], range: TimeRange, machineId?: string): Promise<MachineGroup[]> {
    const ids = new Set(machineId === undefined ? [] : [machineId]);
    if (machineId === undefined) {
      for (const source of sources) for (const id of await this.machinesWithin(source, range)) ids.add(id);
    }
    return groupsOf(await this.#machineMetrics.of([...ids]));
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

  /** When the first rollup begins; null if there is none. */
  firstRollupMs(interval: RollupInterval): Promise<number | null> {
    return this.#rollupMs('first', interval, { fromMs: FIRST_MS, toMs: END_MS });
  }

  /** When the last rollup of a range begins; null if there is none. */
  lastRollupMs(interval: RollupInterval, range: TimeRange): Promise<number | null> {
    return this.#rollupMs('last', interval, range);
  }

  async #rollupMs(which: 'first' | 'last', interval: RollupInterval, range: TimeRange): Promise<number | null> {
    const measurement = quoteName(measurementOf(interval));
    const statement = `SELECT ${which}(${quoteName(COUNTED)}) FROM ${measurement} WHERE ${where(range)}`;
    let found: number | null = null;
    for await (const { values } of this.#client.query(statement, LONG)) found = (values[0]?.[0] as number) ?? found;
    return found;
  }

  /** Machines with readings, or with rollups, within a range. */
  async machinesWithin(source: Source, range: TimeRange): Promise<string[]> {
    const ids: string[] = [];
    const statement = `SELECT first(${quoteName(COUNTED)}) FROM ${quoteName(measurementOf(source))} WHERE ${where(range)} GROUP BY "machine_id"`;
    for await (const { tags } of this.#client.query(statement, LONG)) ids.push(tags.machine_id as string);
    return ids;
  }

  #kindOf(metric: number): MetricKind {
    return this.#rules.kindOf(metricNameAt(metric));
  }

  /** The metrics with their kinds. */
  known(metrics: readonly number[]): KnownMetric[] {
    return metrics.map((metric) => ({ metric, kind: this.#kindOf(metric) }));
  }

  #lines(tier: RollupInterval, machineId: string, rollups: MachineRollups): string[] {
    return rollupLines(tier, machineId, rollups, (metric) => this.#kindOf(metric));
  }

  /** Starts of the buckets that have a rollup. */
  async #bucketsWithRollup(interval: RollupInterval, range: TimeRange, machineId: string): Promise<Set<number>> {
    const starts = new Set<number>();
    const statement = pointsStatement(ROLLUP_MEASUREMENTS[interval], [COUNTED], range, machineId);
    for await (const { values } of this.#client.query(statement)) {
      for (const [startMs] of values) starts.add(startMs as number);
    }
    return starts;
  }
}

function without({ readings, partials }: MachineRollups, hours: ReadonlySet<number>): MachineRollups {
  if (hours.size === 0) return { readings, partials };
  const isKept = (startMs: number) => !hours.has(hourOf(startMs));
  return {
    readings: new Map([...readings].filter(([startMs]) => isKept(startMs))),
    partials: new Map([...partials].map(([metric, parts]) => [metric, parts.filter((part) => isKept(part.startMs))])),
  };
}
