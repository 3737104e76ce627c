// The readings of a past window: taken from live ones as far as they reach, and loaded from history otherwise.

import { ChangeSignal } from '../change-signal.ts';
import { lowerBound } from './metric-series.ts';
import { type ReadingBatch, ReadingSeries } from './reading-series.ts';

export type FeedPhase = 'loading' | 'ready' | 'failed';

/** Single readings of some metrics (`LiveMetrics`). */
export type LoadReadings = (
  machineId: string,
  metrics: readonly number[],
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
) => Promise<ReadingBatch>;

/** What charts and tables show: the live feed of a machine, or the readings of a past time. */
export interface ReadingSource {
  readonly series: ReadingSeries;
  readonly phase: FeedPhase;
  /** New readings. */
  readonly data: ChangeSignal;
  /** The phase changed. */
  readonly signal: ChangeSignal;
  retry(): void;
}

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** The line enters from a reading before the window, and leaves to one after it. */
const MARGIN_MS = 60_000;

/** One machine and one range; does not change once loaded. */
export class PastReadings implements ReadingSource {
  readonly series: ReadingSeries;
  readonly data = new ChangeSignal();
  readonly signal = new ChangeSignal();
  readonly #load: LoadReadings;
  readonly #machineId: string;
  readonly #fromMs: number;
  readonly #toMs: number;
  #phase: FeedPhase = 'loading';
  #loading: AbortController | null = null;

  /** What is in `known` is there at once: pausing must not empty the chart. */
  constructor(
    load: LoadReadings,
    machineId: string,
    metrics: readonly number[],
    { fromMs, toMs }: TimeRange,
    known: ReadingSeries | null,
  ) {
    this.series = new ReadingSeries(metrics);
    this.#load = load;
    this.#machineId = machineId;
    this.#fromMs = fromMs - MARGIN_MS;
    this.#toMs = toMs + MARGIN_MS;
    if (known) copyRange(known, this.series, this.#fromMs, this.#toMs);
  }

  get phase(): FeedPhase {
    return this.#phase;
  }

  start(): void {
    this.retry();
  }

  retry(): void {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#move('loading');
    this.#load(this.#machineId, [...this.series.charted], this.#fromMs, this.#toMs, loading.signal).then(
      (batch) => {
        if (loading.signal.aborted) return;
        this.series.merge(batch, 'older');
        this.#move('ready');
        this.data.tell();
      },
      () => {
        if (!loading.signal.aborted) this.#move('failed');
      },
    );
  }

  stop(): void {
    this.#loading?.abort();
  }

  #move(phase: FeedPhase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.signal.tell();
  }
}

function copyRange(from: ReadingSeries, to: ReadingSeries, fromMs: number, toMs: number): void {
  for (const metric of to.charted) {
    const { timesMs, values, qualities } = from.of(metric);
    const [first, end] = [lowerBound(timesMs, fromMs), lowerBound(timesMs, toMs + 1)];
    const column = {
      timesMs: timesMs.subarray(first, end),
      values: values.subarray(first, end),
      qualities: qualities.subarray(first, end),
    };
    to.merge(new Map([[metric, column]]), 'newer');
  }
}
