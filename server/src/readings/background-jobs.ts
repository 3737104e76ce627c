// Runs the stores' housekeeping on a schedule, one run at a time; a failed run is logged and tried again at the next.

import type { Clock, TrustedClock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { RetentionDays } from './reading-store.ts';

/** What has to be kept in order now and then. Without a retention nothing goes because of its age. */
interface Kept {
  /** Resolves soon after `signal` aborts. */
  maintain(nowMs: number, retention: RetentionDays | null, signal: AbortSignal): Promise<void>;
}

const DEFAULT_EVERY_MS = 30_000;

export class Maintenance {
  readonly #stores: readonly Kept[];
  readonly #clock: Clock;
  readonly #guard: TrustedClock;
  readonly #log: Logger;
  readonly #retention: () => RetentionDays;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #interruption = new AbortController();

  /** `retention` is asked at every run, since a setting may change. */
  constructor(parts: {
    /** One after the other; what fails holds up none of the others. */
    stores: readonly Kept[];
    clock: Clock;
    /** Asked before each store: while the clock is in doubt nothing is old. */
    guard: TrustedClock;
    log: Logger;
    retention: () => RetentionDays;
    everyMs?: number | undefined;
  }) {
    this.#stores = parts.stores;
    this.#clock = parts.clock;
    this.#guard = parts.guard;
    this.#log = parts.log;
    this.#retention = parts.retention;
    this.#everyMs = parts.everyMs ?? DEFAULT_EVERY_MS;
  }

  /** The first run begins at once. */
  start(): void {
    if (this.#timer) return;
    this.#interruption = new AbortController();
    this.#timer = setInterval(() => void this.run(), this.#everyMs);
    this.#timer.unref();
    void this.run();
  }

  /** Resolves when the run that is under way, or the new one, has ended; never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#runOnce().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Interrupts a run that is under way, and waits for its end. Safe twice. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#interruption.abort();
    await this.#running;
  }

  async #runOnce(): Promise<void> {
    const { signal } = this.#interruption;
    for (const store of this.#stores) {
      if (signal.aborted) return;
      try {
        const trustedMs = this.#guard.trustedNowMs();
        await store.maintain(trustedMs ?? this.#clock.nowMs(), trustedMs === null ? null : this.#retention(), signal);
      } catch (error) {
        this.#log.error({ err: error }, 'Housekeeping failed; it is tried again');
      }
    }
  }
}
