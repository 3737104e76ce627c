// Runs background jobs on a schedule: compaction and rollups of readings, and retention. Runs do not overlap.

import type { Clock, TrustedClock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { RetentionDays } from './reading-store.ts';

/**
 * Does what is due at `nowMs`. Without a retention it deletes nothing because of its age. It resolves soon after
 * `signal` aborts; the next run continues.
 */
export type BackgroundJob = (nowMs: number, retention: RetentionDays | null, signal: AbortSignal) => Promise<void>;

const DEFAULT_EVERY_MS = 30_000;

export class BackgroundJobs {
  readonly #jobs: readonly BackgroundJob[];
  readonly #clock: Clock;
  readonly #guard: TrustedClock;
  readonly #log: Logger;
  readonly #retention: () => RetentionDays;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #abort = new AbortController();

  constructor(deps: {
    /** They run one after the other. A job that fails does not prevent the next one. */
    jobs: readonly BackgroundJob[];
    clock: Clock;
    /** Asked before each job: while the clock may be wrong, the job gets no retention. */
    guard: TrustedClock;
    log: Logger;
    /** Asked before each job, because the setting may change. */
    retention: () => RetentionDays;
    everyMs?: number | undefined;
  }) {
    this.#jobs = deps.jobs;
    this.#clock = deps.clock;
    this.#guard = deps.guard;
    this.#log = deps.log;
    this.#retention = deps.retention;
    this.#everyMs = deps.everyMs ?? DEFAULT_EVERY_MS;
  }

  /** The first run begins at once. */
  start(): void {
    if (this.#timer) return;
    this.#abort = new AbortController();
    this.#timer = setInterval(() => void this.run(), this.#everyMs);
    this.#timer.unref();
    void this.run();
  }

  /** Resolves when the current run, or a new one, has ended. Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#runOnce().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Interrupts the current run and waits for its end. Safe twice. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#abort.abort();
    await this.#running;
  }

  async #runOnce(): Promise<void> {
    const { signal } = this.#abort;
    for (const job of this.#jobs) {
      if (signal.aborted) return;
      try {
        const trustedMs = this.#guard.trustedNowMs();
        await job(trustedMs ?? this.#clock.nowMs(), trustedMs === null ? null : this.#retention(), signal);
      } catch (error) {
        this.#log.error({ err: error }, 'A background job failed. The next run tries again');
      }
    }
  }
}
