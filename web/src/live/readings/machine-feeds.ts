// The readings of the machines on screen: live frames, and history wherever live frames may have been missed.

import type { DetailFrame } from '@gonsters/contract';
import { ChangeSignal } from '../change-signal.ts';
import { BAD } from './metric-series.ts';
import {
  type FeedPhase,
  type LoadReadings,
  PastReadings,
  type ReadingSource,
  type TimeRange,
} from './past-readings.ts';
import { ReadingSeries } from './reading-series.ts';

export interface MachineFeedsParts {
  watchMachine: (machineId: string) => () => void;
  load: LoadReadings;
  /** The server's time. */
  now: () => number;
}

/** Readings can be stored a little after a break although they were measured before it. */
const MARGIN_MS = 60_000;
/** History is asked for up to here past now: the clocks of gateways differ. */
const AHEAD_MS = 5 * 60_000;
const RETRY_MS = 5_000;

/** One machine. Bounded by its series; the connection tells it when live may have left something out. */
export class MachineFeed implements ReadingSource {
  readonly machineId: string;
  readonly series = new ReadingSeries([]);
  /** New readings, from whichever side. */
  readonly data = new ChangeSignal();
  /** The phase changed. */
  readonly signal = new ChangeSignal();
  readonly #parts: MachineFeedsParts;
  /** How many views chart each metric. */
  readonly #charts = new Map<number, number>();
  #phase: FeedPhase = 'loading';
  #windowMs = 0;
  /** Nothing is missing from here on, except what `#missingFromMs` says. */
  #coveredFromMs = Number.POSITIVE_INFINITY;
  #missingFromMs: number | null = null;
  #loading: AbortController | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #stopped = false;

  constructor(machineId: string, parts: MachineFeedsParts) {
    this.machineId = machineId;
    this.#parts = parts;
  }

  get phase(): FeedPhase {
    return this.#phase;
  }

  /** The chart now shows this much; a longer window than before is filled from history. */
  setWindow(windowMs: number): void {
    this.#windowMs = windowMs;
    this.#catchUp();
  }

  /**
   * A view shows charts of these metrics: their window is filled from history, and they are kept for longer than others.
   *
   * @returns a function that ends it
   */
  chart(metrics: readonly number[]): () => void {
    const isNew = metrics.some((metric) => !this.series.charted.has(metric));
    this.#countCharts(metrics, 1);
    // Only now, and not when a view ends: it may be about to chart the same metrics and one more.
    this.series.setCharted(this.#charts.keys());
    if (isNew) {
      this.#coveredFromMs = Number.POSITIVE_INFINITY;
      // What is being loaded lacks them.
      this.#loading?.abort();
      this.#loading = null;
      this.#catchUp();
    }
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#countCharts(metrics, -1);
    };
  }

  /** Live may have left out readings since the newest one known. */
  missed(): void {
    const fromMs = this.#knownUntilMs() - MARGIN_MS;
    this.#missingFromMs = Math.min(this.#missingFromMs ?? Number.POSITIVE_INFINITY, fromMs);
    this.#catchUp();
  }

  add(frame: DetailFrame, machine: number): void {
    const { timestampsMs, machineIndex, starts, metrics, values, qualities } = frame;
    for (let row = 0; row < timestampsMs.length; row++) {
      if (machineIndex[row] !== machine) continue;
      const timeMs = timestampsMs[row] as number;
      for (let k = starts[row] as number; k < (starts[row + 1] as number); k++) {
        const quality = qualities[k] as number;
        const value = quality === BAD ? Number.NaN : (values[k] as number);
        this.series.add(metrics[k] as number, timeMs, value, quality, 'newer');
      }
    }
    this.data.tell();
  }

  /** Tries again at once after a failure. */
  retry(): void {
    this.#clearRetry();
    this.#catchUp();
  }

  stop(): void {
    this.#stopped = true;
    this.#clearRetry();
    this.#loading?.abort();
  }

  #knownUntilMs(): number {
    const newestMs = this.series.newestMs;
    if (!Number.isNaN(newestMs)) return Math.min(newestMs, this.#parts.now());
    // Nothing loaded yet: the request for the whole window is under way or comes next, only its end can be missing.
    return this.#coveredFromMs === Number.POSITIVE_INFINITY ? this.#parts.now() : Number.NEGATIVE_INFINITY;
  }

  /** One request at a time; what is missing by the time it ends is the next one. */
  #catchUp(): void {
    if (this.#stopped || this.#loading || this.#retry !== null) return;
    if (this.#windowMs === 0 || this.#charts.size === 0) return;
    const nowMs = this.#parts.now();
    const windowFromMs = nowMs - this.#windowMs - MARGIN_MS;
    const wider = windowFromMs < this.#coveredFromMs - MARGIN_MS;
    if (!wider && this.#missingFromMs === null) return;
    const fromMs = wider ? windowFromMs : Math.max(windowFromMs, this.#missingFromMs as number);
    // A window made wider needs only what is before the part already covered.
    const toMs =
      this.#missingFromMs === null && this.#coveredFromMs < nowMs ? this.#coveredFromMs + 1 : nowMs + AHEAD_MS;
    this.#missingFromMs = null;
    void this.#load(fromMs, toMs);
  }

  async #load(fromMs: number, toMs: number): Promise<void> {
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const batch = await this.#parts.load(this.machineId, [...this.#charts.keys()], fromMs, toMs, loading.signal);
      if (this.#loading !== loading) return;
      this.series.merge(batch, 'older');
      this.#coveredFromMs = Math.min(this.#coveredFromMs, fromMs);
      this.#loading = null;
      this.#move('ready');
      this.data.tell();
      this.#catchUp();
    } catch {
      if (this.#loading !== loading) return;
      this.#loading = null;
      if (this.#stopped) return;
      this.#missingFromMs = Math.min(this.#missingFromMs ?? Number.POSITIVE_INFINITY, fromMs);
      this.#move('failed');
      this.#retry = setTimeout(() => this.retry(), RETRY_MS);
    }
  }

  #countCharts(metrics: readonly number[], by: 1 | -1): void {
    for (const metric of metrics) {
      const count = (this.#charts.get(metric) ?? 0) + by;
      if (count === 0) this.#charts.delete(metric);
      else this.#charts.set(metric, count);
    }
  }

  #clearRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }

  #move(phase: FeedPhase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.signal.tell();
  }
}

export class MachineFeeds {
  readonly #parts: MachineFeedsParts;
  readonly #open = new Map<string, { feed: MachineFeed; users: number; endWatch: () => void }>();

  constructor(parts: MachineFeedsParts) {
    this.#parts = parts;
  }

  /** The same feed for all components that show the machine. */
  open(machineId: string): { feed: MachineFeed; close: () => void } {
    const known = this.#open.get(machineId);
    const entry = known ?? {
      feed: new MachineFeed(machineId, this.#parts),
      users: 0,
      endWatch: this.#parts.watchMachine(machineId),
    };
    if (!known) this.#open.set(machineId, entry);
    entry.users++;
    let closed = false;
    const close = () => {
      if (closed) return;
      closed = true;
      entry.users--;
      if (entry.users > 0) return;
      this.#open.delete(machineId);
      entry.endWatch();
      entry.feed.stop();
    };
    return { feed: entry.feed, close };
  }

  /** The readings of a past time; the caller starts and stops them. */
  past(machineId: string, range: TimeRange, metrics: readonly number[]): PastReadings {
    const known = this.#open.get(machineId)?.feed.series ?? null;
    return new PastReadings(this.#parts.load, machineId, metrics, range, known);
  }

  observe(frame: DetailFrame): void {
    frame.machineIds.forEach((machineId, machine) => {
      this.#open.get(machineId)?.feed.add(frame, machine);
    });
  }

  /** See `LiveHandlers.detailStarted`. */
  started(machineIds: readonly string[], continuous: ReadonlySet<string>): void {
    for (const machineId of machineIds) {
      if (!continuous.has(machineId)) this.#open.get(machineId)?.feed.missed();
    }
  }
}
