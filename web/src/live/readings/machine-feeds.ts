// The readings of the machines on screen: live frames, and history wherever live frames may have been missed.

import { type DetailFrame, METRICS } from '@gonsters/contract';
import { ChangeSignal } from '../change-signal.ts';
import {
  type FeedPhase,
  type LoadReadings,
  PastReadings,
  type ReadingSource,
  type TimeRange,
} from './past-readings.ts';
import { type ReadingBatch, ReadingSeries } from './reading-series.ts';

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
  readonly series = new ReadingSeries();
  /** New readings, from whichever side. */
  readonly data = new ChangeSignal();
  /** The phase changed. */
  readonly signal = new ChangeSignal();
  readonly #parts: MachineFeedsParts;
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

  /** Live may have left out readings since the newest one known. */
  missed(): void {
    const fromMs = this.#knownUntilMs() - MARGIN_MS;
    this.#missingFromMs = Math.min(this.#missingFromMs ?? Number.POSITIVE_INFINITY, fromMs);
    this.#catchUp();
  }

  add(frame: DetailFrame, machine: number): void {
    let row = 0;
    const valueAt = (metric: number) => (frame.values[metric] as Float32Array)[row] as number;
    for (; row < frame.timestampsMs.length; row++) {
      if (frame.machineIndex[row] === machine) this.series.add(frame.timestampsMs[row] as number, valueAt, 'newer');
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
    const timesMs = this.series.timesMs;
    const newest = timesMs[timesMs.length - 1];
    if (newest !== undefined) return Math.min(newest, this.#parts.now());
    // Nothing loaded yet: the request for the whole window is under way or comes next, only its end can be missing.
    return this.#coveredFromMs === Number.POSITIVE_INFINITY ? this.#parts.now() : Number.NEGATIVE_INFINITY;
  }

  /** One request at a time; what is missing by the time it ends is the next one. */
  #catchUp(): void {
    if (this.#stopped || this.#loading || this.#retry !== null || this.#windowMs === 0) return;
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
      const batch = await this.#parts.load(this.machineId, fromMs, toMs, loading.signal);
      this.series.merge(batch, 'older');
      this.#coveredFromMs = Math.min(this.#coveredFromMs, fromMs);
      this.#loading = null;
      this.#move('ready');
      this.data.tell();
      this.#catchUp();
    } catch {
      this.#loading = null;
      if (this.#stopped) return;
      this.#missingFromMs = Math.min(this.#missingFromMs ?? Number.POSITIVE_INFINITY, fromMs);
      this.#move('failed');
      this.#retry = setTimeout(() => this.retry(), RETRY_MS);
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
  past(machineId: string, range: TimeRange): PastReadings {
    return new PastReadings(this.#parts.load, machineId, range, this.#open.get(machineId)?.feed.series ?? null);
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

/** History rows as a batch, catalogue order. */
export function batchOf(rows: readonly ({ timestamp: string } & { [metric: string]: unknown })[]): ReadingBatch {
  return {
    timesMs: Float64Array.from(rows, (row) => Date.parse(row.timestamp)),
    values: METRICS.map((metric) =>
      Float32Array.from(rows, (row) => {
        const value = row[metric.name];
        return typeof value === 'number' ? value : Number.NaN;
      }),
    ),
  };
}
