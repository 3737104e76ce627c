// The expected answers of a store of readings, computed from maps in memory, in one pass and without partial results.

import { METRICS, type MetricKind } from '@gonsters/contract';
import { metricIndexOf, metricNameAt } from '../../src/metric-index.ts';
import { BAD, BatchBuilder, GOOD, type ReadingBatch } from '../../src/readings/reading-batch.ts';
import type { BucketPage, BucketQuery, RawQuery, ReadingRange } from '../../src/readings/reading-store.ts';
import type { ReadingTable } from '../../src/readings/reading-table.ts';

/** A good value; null if it was not measured; or a value with its quality, null if the source sent no number. */
export type Cell = number | null | readonly [value: number | null, quality: number];

/** `[machineId, timestampMs, cell per metric]`, in the order of the metrics of the seed or of a query. */
export type Row = readonly [machineId: string, timestampMs: number, ...cells: Cell[]];

/** A reading of any metrics, by their names. */
export interface NamedReading {
  readonly machineId: string;
  readonly timestampMs: number;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** The metrics of the seed, which have the first indexes. */
export const SEED_METRICS: readonly number[] = METRICS.map((_, m) => m);
export const SEED_GAUGES = SEED_METRICS.map((metric) => ({ metric, kind: 'gauge' as const }));

function namedReading([machineId, timestampMs, ...cells]: Row): NamedReading {
  const named = METRICS.map(({ name }, m) => [name, cells[m] ?? null] as const);
  return { machineId, timestampMs, cells: Object.fromEntries(named) };
}

/** A batch of rows of the metrics of the seed. */
export function batchOf(rows: readonly Row[]): ReadingBatch {
  return batchOfReadings(rows.map(namedReading));
}

export function batchOfReadings(readings: readonly NamedReading[]): ReadingBatch {
  const builder = new BatchBuilder();
  for (const { machineId, timestampMs, cells } of readings) {
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === null) continue;
      const [value, quality] = typeof cell === 'number' ? [cell, GOOD] : cell;
      builder.addValue(metricIndexOf(name), value ?? Number.NaN, quality);
    }
    if (builder.openValues > 0) builder.endReading(machineId, timestampMs);
  }
  return builder.finish();
}

/** The rows of a table, with a cell per column. */
export function rowsOf(machineId: string, table: ReadingTable): Row[] {
  return Array.from({ length: table.length }, (_, i) => [
    machineId,
    table.timestampsMs[i] as number,
    ...table.columns.map(({ values, qualities }) => cellOf(values[i] as number, qualities[i] as number)),
  ]);
}

/** The readings of a batch as rows with a cell per given metric, the metrics of the seed by default. */
export function rowsOfBatch(batch: ReadingBatch, metrics: readonly number[] = SEED_METRICS): Row[] {
  return Array.from({ length: batch.length }, (_, row) => {
    const cells = new Map<number, Cell>();
    for (let k = batch.starts[row] as number; k < (batch.starts[row + 1] as number); k++) {
      cells.set(batch.metrics[k] as number, cellOf(batch.values[k] as number, batch.qualities[k] as number));
    }
    return [
      batch.machineIds[row] as string,
      batch.timestampsMs[row] as number,
      ...metrics.map((metric) => cells.get(metric) ?? null),
    ];
  });
}

function cellOf(value: number, quality: number): Cell {
  if (quality !== GOOD) return [Number.isNaN(value) ? null : value, quality];
  return Number.isNaN(value) ? null : value;
}

/** Buckets as `[start, [count, sum, min, max] per metric]`. Sums are rounded, because engines add in different orders. */
export function bucketsOf(page: BucketPage): unknown[] {
  return Array.from({ length: page.length }, (_, i) => [
    page.timestampsMs[i],
    ...page.columns.map(({ count, sum, min, max }) => [count[i], rounded(sum[i] as number), min[i], max[i]]),
  ]);
}

/** Everything that buckets say, as `[start, readings, facts per metric]`. */
export function wholeBucketsOf(page: BucketPage): unknown[] {
  return Array.from({ length: page.length }, (_, i) => [
    page.timestampsMs[i],
    page.readings[i],
    ...page.columns.map((column) => ({
      metric: metricNameAt(column.metric),
      ...{ count: column.count[i], bad: column.bad[i], sum: rounded(column.sum[i] as number) },
      ...{ min: column.min[i], max: column.max[i], last: column.last[i] },
      ...{ increase: rounded(column.increase[i] as number), changes: column.changes[i] },
      durations: Object.fromEntries(
        [...column.durations].flatMap(([code, ms]) => ((ms[i] as number) > 0 ? [[code, ms[i]]] : [])),
      ),
    })),
  ]);
}

interface Stored {
  readonly value: number;
  readonly quality: number;
}

export class ReadingOracle {
  /** By machine, time and name of the metric. */
  readonly #machines = new Map<string, Map<number, Map<string, Stored>>>();

  append(rows: readonly Row[]): void {
    this.appendReadings(rows.map(namedReading));
  }

  appendReadings(readings: readonly NamedReading[]): void {
    for (const { machineId, timestampMs, cells } of readings) {
      for (const [name, cell] of Object.entries(cells)) {
        if (cell === null) continue;
        const [value, quality] = typeof cell === 'number' ? [cell, GOOD] : cell;
        const machine = getOrAdd(this.#machines, machineId, () => new Map<number, Map<string, Stored>>());
        getOrAdd(machine, timestampMs, () => new Map<string, Stored>()).set(name, {
          value: value ?? Number.NaN,
          quality,
        });
      }
    }
  }

  deleteMachine(id: string): void {
    this.#machines.delete(id);
  }

  /** The newest value of each metric: a row per machine and time, ascending by time. */
  latest(metrics: readonly number[] = SEED_METRICS): Row[] {
    return [...this.#machines.keys()].flatMap((id) => {
      const newest = new Map<number, Cell[]>();
      for (const [at, metric] of metrics.entries()) {
        const last = this.#series(id, metric).at(-1);
        if (!last) continue;
        const row = getOrAdd(newest, last.timestampMs, () => metrics.map((): Cell => null));
        row[at] = cellOf(last.value, last.quality);
      }
      return [...newest].sort(([a], [b]) => a - b).map(([timestampMs, cells]): Row => [id, timestampMs, ...cells]);
    });
  }

  raw(query: RawQuery): { total: number; rows: Row[] } {
    const rows: Row[] = [];
    for (const timestampMs of this.#times(query)) {
      const stored = this.#machines.get(query.machineId)?.get(timestampMs) as Map<string, Stored>;
      const cells = query.metrics.map((metric): Cell => {
        const found = stored.get(metricNameAt(metric));
        return found ? cellOf(found.value, found.quality) : null;
      });
      if (query.everyReading || cells.some((cell) => cell !== null))
        rows.push([query.machineId, timestampMs, ...cells]);
    }
    if (query.order === 'desc') rows.reverse();
    return { total: rows.length, rows: rows.slice(query.offset, query.offset + query.limit) };
  }

  /** Buckets as `wholeBucketsOf` gives them. */
  wholeBuckets(query: BucketQuery): { total: number; buckets: unknown[] } {
    const { grid, machineId, fromMs, toMs } = query;
    const readings = countBy(this.#times(query).map((timestampMs) => grid.startOf(timestampMs)));
    const series = query.metrics.map(({ metric, kind }) => {
      const facts = new Map<number, Facts>();
      const factsAt = (timestampMs: number) => getOrAdd(facts, grid.startOf(timestampMs), () => noFacts(kind));
      const values = this.#series(machineId, metric);
      for (const each of values) {
        if (!(each.timestampMs >= fromMs && each.timestampMs < toMs)) continue;
        if (each.quality === BAD) factsAt(each.timestampMs).bad += 1;
        else factsAt(each.timestampMs).values.push(each.value);
      }
      const usable = values.filter(({ quality }) => quality !== BAD);
      for (const [i, { timestampMs, value }] of usable.entries()) {
        const previous = usable[i - 1]?.value;
        if (timestampMs >= fromMs && timestampMs < toMs && previous !== undefined) {
          if (kind === 'counter') {
            factsAt(timestampMs).increase += value >= previous ? value - previous : Math.max(value, 0);
          } else if (kind !== 'gauge' && value !== previous) factsAt(timestampMs).changes += 1;
        }
        if (kind !== 'boolean' && kind !== 'state') continue;
        const next = usable[i + 1]?.timestampMs ?? Number.POSITIVE_INFINITY;
        const untilMs = Math.min(next, timestampMs + query.holdMs, toMs);
        for (let atMs = Math.max(timestampMs, fromMs); atMs < untilMs; ) {
          const endMs = Math.min(untilMs, grid.endOf(grid.startOf(atMs)));
          const { durations } = factsAt(atMs);
          durations[value] = (durations[value] ?? 0) + endMs - atMs;
          atMs = endMs;
        }
      }
      return facts;
    });
    const starts = new Set(series.flatMap((facts) => [...facts.keys()]));
    if (query.everyReading) for (const startMs of readings.keys()) starts.add(startMs);
    const ordered = [...starts].sort((a, b) => (query.order === 'asc' ? a - b : b - a));
    const shown = ordered.slice(query.offset, query.offset + query.limit);
    return {
      total: ordered.length,
      buckets: shown.map((startMs) => [
        startMs,
        readings.get(startMs) ?? 0,
        ...query.metrics.map(({ metric, kind }, m) => {
          const { values, ...facts } = series[m]?.get(startMs) ?? noFacts(kind);
          return { metric: metricNameAt(metric), ...summaryOf(values), ...facts, increase: rounded(facts.increase) };
        }),
      ]),
    };
  }

  /** Buckets as `bucketsOf` gives them. */
  buckets(query: BucketQuery): { total: number; buckets: unknown[] } {
    const { total, buckets } = this.wholeBuckets(query);
    const short = (buckets as [number, number, ...Summary[]][]).map(([startMs, , ...metrics]) => [
      startMs,
      ...metrics.map(({ count, sum, min, max }) => [count, sum, min, max]),
    ]);
    return { total, buckets: short };
  }

  /** Ascending. */
  #times({ machineId, fromMs, toMs }: ReadingRange): number[] {
    return [...(this.#machines.get(machineId)?.keys() ?? [])]
      .filter((timestampMs) => timestampMs >= fromMs && timestampMs < toMs)
      .sort((a, b) => a - b);
  }

  /** Ascending by time, bad values included. */
  #series(machineId: string, metric: number): (Stored & { timestampMs: number })[] {
    const name = metricNameAt(metric);
    return [...(this.#machines.get(machineId) ?? [])]
      .flatMap(([timestampMs, cells]) => {
        const stored = cells.get(name);
        return stored ? [{ timestampMs, ...stored }] : [];
      })
      .sort((a, b) => a.timestampMs - b.timestampMs);
  }
}

interface Facts {
  values: number[];
  bad: number;
  increase: number;
  changes: number;
  durations: Record<number, number>;
}

function noFacts(kind: MetricKind): Facts {
  return { values: [], bad: 0, increase: kind === 'counter' ? 0 : Number.NaN, changes: 0, durations: {} };
}

type Summary = ReturnType<typeof summaryOf>;

function summaryOf(values: readonly number[]) {
  if (values.length === 0) return { count: 0, sum: Number.NaN, min: Number.NaN, max: Number.NaN, last: Number.NaN };
  const sum = rounded(values.reduce((total, value) => total + value, 0));
  return {
    count: values.length,
    sum,
    min: Math.min(...values),
    max: Math.max(...values),
    last: values.at(-1) as number,
  };
}

function countBy(keys: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function rounded(sum: number): number {
  return Math.round(sum * 1e6) / 1e6;
}
