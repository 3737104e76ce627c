// The expected answers of a store of readings, computed from maps in memory.

import { METRIC_NAMES, METRICS } from '@gonsters/contract';
import { ColumnsBuilder, type ReadingColumns } from '../../src/readings/reading-columns.ts';
import {
  type BucketPage,
  type BucketRange,
  INTERVALS_MS,
  type RawPage,
  type RawRange,
} from '../../src/readings/reading-store.ts';

/** `[machineId, timestampMs, value per metric]`; null means not measured. */
export type Row = readonly [machineId: string, timestampMs: number, ...values: (number | null)[]];

export function columnsOf(rows: readonly Row[]): ReadingColumns {
  const builder = new ColumnsBuilder();
  for (const [id, timestampMs, ...values] of rows) {
    builder.add(
      id,
      timestampMs,
      METRICS.map((_, m) => values[m] ?? Number.NaN),
    );
  }
  return builder.finish();
}

export function rowsOf(columns: ReadingColumns): Row[] {
  return Array.from({ length: columns.length }, (_, i) => {
    const values = columns.values.map((column) => column[i] as number);
    return [
      columns.machineIds[i] as string,
      columns.timestampsMs[i] as number,
      ...values.map((value) => (Number.isNaN(value) ? null : value)),
    ];
  });
}

/** A bucket as comparable text. Sums are rounded, because engines add in different orders. */
export function bucketsOf(page: BucketPage): unknown[] {
  return Array.from({ length: page.length }, (_, i) => [
    page.timestampsMs[i],
    ...METRIC_NAMES.map((name) => {
      const { count, sum, min, max } = page.metrics[name];
      return [count[i], rounded(sum[i] as number), min[i], max[i]];
    }),
  ]);
}

export class ReadingOracle {
  readonly #machines = new Map<string, Map<number, (number | null)[]>>();

  append(rows: readonly Row[]): void {
    for (const [id, timestampMs, ...values] of rows) {
      const machine = this.#machines.get(id) ?? new Map<number, (number | null)[]>();
      this.#machines.set(id, machine);
      const known = machine.get(timestampMs) ?? METRICS.map(() => null);
      machine.set(
        timestampMs,
        METRICS.map((_, m) => values[m] ?? known[m] ?? null),
      );
    }
  }

  deleteMachine(id: string): void {
    this.#machines.delete(id);
  }

  /** The newest value of each metric: a row per machine and time, ascending by time. */
  latest(): Row[] {
    return [...this.#machines].flatMap(([id, machine]) => {
      const newest = new Map<number, (number | null)[]>();
      for (const m of METRICS.keys()) {
        const times = [...machine]
          .filter(([, values]) => (values[m] ?? null) !== null)
          .map(([timestampMs]) => timestampMs);
        if (times.length === 0) continue;
        const last = Math.max(...times);
        const row = newest.get(last) ?? METRICS.map(() => null);
        row[m] = machine.get(last)?.[m] as number;
        newest.set(last, row);
      }
      return [...newest].sort(([a], [b]) => a - b).map(([timestampMs, values]): Row => [id, timestampMs, ...values]);
    });
  }

  raw(query: RawRange): { total: RawPage['total']; rows: Row[] } {
    const rows = this.#within(query);
    if (query.order === 'desc') rows.reverse();
    return { total: rows.length, rows: rows.slice(query.offset, query.offset + query.limit) };
  }

  buckets(query: BucketRange): { total: number; buckets: unknown[] } {
    const width = INTERVALS_MS[query.interval];
    const groups = new Map<number, Row[]>();
    for (const row of this.#within(query)) {
      const start = Math.floor(row[1] / width) * width;
      groups.set(start, [...(groups.get(start) ?? []), row]);
    }
    const buckets = [...groups].map(([start, rows]) => [
      start,
      ...METRICS.map((_, m) => {
        const values = rows.map((row) => row[2 + m] ?? null).filter((value) => value !== null) as number[];
        if (values.length === 0) return [0, Number.NaN, Number.NaN, Number.NaN];
        const sum = values.reduce((total, value) => total + value, 0);
        return [values.length, rounded(sum), Math.min(...values), Math.max(...values)];
      }),
    ]);
    if (query.order === 'desc') buckets.reverse();
    return { total: buckets.length, buckets: buckets.slice(query.offset, query.offset + query.limit) };
  }

  #within(query: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>): Row[] {
    return [...(this.#machines.get(query.machineId) ?? [])]
      .filter(([timestampMs]) => timestampMs >= query.fromMs && timestampMs < query.toMs)
      .sort(([a], [b]) => a - b)
      .map(([timestampMs, values]) => [query.machineId, timestampMs, ...values]);
  }
}

function rounded(sum: number): number {
  return Math.round(sum * 1e6) / 1e6;
}
