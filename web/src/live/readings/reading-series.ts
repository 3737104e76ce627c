// The readings of one machine, as one series for each metric that it has.

import { lowerBound, type MetricColumn, MetricSeries, type Precedence } from './metric-series.ts';

/** Of a metric with a chart: one hour at ten values a second. */
export const SERIES_CAPACITY = 36_000;
/** Of any other metric, for its spark: a machine may have 250 of them. */
export const RECENT_CAPACITY = 600;

/** Values by metric (`live-metrics.ts`). */
export type ReadingBatch = ReadonlyMap<number, MetricColumn>;

const NOTHING = new MetricSeries(1);

export class ReadingSeries {
  readonly #byMetric = new Map<number, MetricSeries>();
  #charted: ReadonlySet<number>;
  #newestMs = Number.NaN;

  /** @param charted the metrics that are kept for an hour; of others only the newest values are kept */
  constructor(charted: Iterable<number>) {
    this.#charted = new Set(charted);
  }

  get charted(): ReadonlySet<number> {
    return this.#charted;
  }

  setCharted(charted: Iterable<number>): void {
    this.#charted = new Set(charted);
    for (const [metric, series] of this.#byMetric) series.setCapacity(this.#capacityOf(metric));
  }

  /** The metrics that have a value. */
  get metrics(): IterableIterator<number> {
    return this.#byMetric.keys();
  }

  /** Empty for a metric without values. */
  of(metric: number): MetricSeries {
    return this.#byMetric.get(metric) ?? NOTHING;
  }

  /** The time of the newest reading of any metric; NaN without any. */
  get newestMs(): number {
    return this.#newestMs;
  }

  add(metric: number, timeMs: number, value: number, quality: number, precedence: Precedence): void {
    this.#seriesOf(metric).add(timeMs, value, quality, precedence);
    if (!(timeMs <= this.#newestMs)) this.#newestMs = timeMs;
  }

  merge(batch: ReadingBatch, precedence: Precedence): void {
    for (const [metric, column] of batch) {
      if (column.timesMs.length === 0) continue;
      const series = this.#seriesOf(metric);
      series.merge(column, precedence);
      if (!(series.newestMs <= this.#newestMs)) this.#newestMs = series.newestMs;
    }
  }

  /** Some metrics as rows: every time at which one of them has a value, with NaN where another has none. */
  rows(metrics: readonly number[], fromMs: number, toMs: number): { timesMs: Float64Array; values: Float64Array[] } {
    const parts = metrics.map((metric) => {
      const { timesMs, values } = this.of(metric);
      const [from, to] = [lowerBound(timesMs, fromMs), lowerBound(timesMs, toMs)];
      return { timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) };
    });
    const times: number[] = [];
    const next = parts.map(() => 0);
    for (;;) {
      const timeMs = Math.min(...parts.map((part, p) => part.timesMs[next[p] as number] ?? Number.POSITIVE_INFINITY));
      if (timeMs === Number.POSITIVE_INFINITY) break;
      times.push(timeMs);
      for (const [p, part] of parts.entries()) {
        const at = next[p] as number;
        if (part.timesMs[at] === timeMs) next[p] = at + 1;
      }
    }
    const timesMs = Float64Array.from(times);
    const values = parts.map((part) => {
      let at = 0;
      return timesMs.map((timeMs) => (part.timesMs[at] === timeMs ? (part.values[at++] as number) : Number.NaN));
    });
    return { timesMs, values };
  }

  #seriesOf(metric: number): MetricSeries {
    let series = this.#byMetric.get(metric);
    if (series === undefined) {
      series = new MetricSeries(this.#capacityOf(metric));
      this.#byMetric.set(metric, series);
    }
    return series;
  }

  #capacityOf(metric: number): number {
    return this.#charted.has(metric) ? SERIES_CAPACITY : RECENT_CAPACITY;
  }
}
