// Long calculations that people wait for: a few at once, each of one user, and their results for a while.

import { randomUUID } from 'node:crypto';
import { type BacktestJob, isoTime } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';

const AT_ONCE = 2;
const MAX_KEPT = 20;
const KEPT_MS = 3_600_000;
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 30;

export interface JobView<Result> {
  readonly job: BacktestJob;
  readonly result: Result | null;
}
type Work<Result> = (signal: AbortSignal, onProgress: (share: number) => void) => Promise<Result>;

interface Job<Result> {
  readonly id: string;
  readonly owner: string;
  readonly createdAtMs: number;
  readonly work: Work<Result>;
  readonly cancellation: AbortController;
  state: BacktestJob['state'];
  progress: number;
  result: Result | null;
  resultBytes: number;
  error: string | null;
  endedAtMs: number;
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** Results are kept for an hour, 20 at most and 64 MB at most: the oldest ones go first. */
export class JobQueue<Result> {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #sizeOf: (result: Result) => number;
  /** In the order in which they were submitted. */
  readonly #jobs = new Map<string, Job<Result>>();
  #running = 0;
  #isStopped = false;

  /** @param sizeOf about how many bytes a result takes */
  constructor(deps: { clock: Clock; log: Logger; sizeOf: (result: Result) => number }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#sizeOf = deps.sizeOf;
  }

  /** @throws AppError `rate_limited` while as many wait or run as are kept; `closed` */
  submit(owner: string, work: Work<Result>): string {
    if (this.#isStopped) throw new AppError('closed');
    this.#forgetOld(MAX_KEPT - 1);
    if (this.#jobs.size >= MAX_KEPT) {
      const message = `${MAX_KEPT} back-tests are waiting or running; try again when one has ended`;
      throw new AppError('rate_limited', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const job: Job<Result> = {
      id: randomUUID(),
      owner,
      createdAtMs: this.#clock.nowMs(),
      work,
      cancellation: new AbortController(),
      state: 'waiting',
      progress: 0,
      result: null,
      resultBytes: 0,
      error: null,
      endedAtMs: 0,
      ended,
      end,
    };
    this.#jobs.set(job.id, job);
    this.#startNext();
    return job.id;
  }

  /** null for a job that is not here, or not of this owner. */
  view(id: string, owner: string): JobView<Result> | null {
    this.#forgetOld(MAX_KEPT);
    const job = this.#jobs.get(id);
    if (job === undefined || job.owner !== owner) return null;
    return {
      job: {
        id,
        state: job.state,
        progress: Math.floor(job.progress * 1000) / 1000,
        created_at: isoTime(job.createdAtMs),
        error: job.error,
      },
      result: job.result,
    };
  }

  /** Resolves when the job has ended in whichever way, at the latest after `withinMs`. */
  async whenEnded(id: string, withinMs: number): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const moment = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([job.ended, moment]);
    clearTimeout(timer);
  }

  /** Ends a job that waits or runs, and forgets one that has ended. @returns whether it was here */
  cancel(id: string, owner: string): boolean {
    const job = this.#jobs.get(id);
    if (job === undefined || job.owner !== owner) return false;
    this.#jobs.delete(id);
    this.#abort(job);
    return true;
  }

  /** Cancels every job, and waits for those that run. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const jobs = [...this.#jobs.values()];
    for (const job of jobs) this.#abort(job);
    await Promise.all(jobs.map(({ ended }) => ended));
  }

  #abort(job: Job<Result>): void {
    const wasWaiting = job.state === 'waiting';
    job.cancellation.abort();
    if (wasWaiting) this.#finish(job, 'cancelled');
  }

  #startNext(): void {
    for (const job of this.#jobs.values()) {
      if (this.#running >= AT_ONCE) return;
      if (job.state === 'waiting') void this.#run(job);
    }
  }

  async #run(job: Job<Result>): Promise<void> {
    this.#running++;
    job.state = 'running';
    const { signal } = job.cancellation;
    try {
      job.result = await job.work(signal, (share) => {
        job.progress = share;
      });
      job.resultBytes = this.#sizeOf(job.result);
      job.progress = 1;
      this.#finish(job, 'done');
    } catch (error) {
      if (!signal.aborted) {
        job.error = isAppError(error) ? error.message : 'The back-test failed; the log of the server says why';
        if (!isAppError(error)) this.#log.error({ err: error }, 'A back-test failed');
      }
      this.#finish(job, signal.aborted ? 'cancelled' : 'failed');
    } finally {
      this.#running--;
      this.#startNext();
    }
  }

  #finish(job: Job<Result>, state: BacktestJob['state']): void {
    job.state = state;
    job.endedAtMs = this.#clock.nowMs();
    job.end();
    this.#forgetOld(MAX_KEPT);
  }

  /** Forgets results that are too old, and the oldest ones while there are more than `most` jobs or too many bytes. */
  #forgetOld(most: number): void {
    const nowMs = this.#clock.nowMs();
    let bytes = 0;
    for (const { resultBytes } of this.#jobs.values()) bytes += resultBytes;
    for (const [id, job] of this.#jobs) {
      if (job.state === 'waiting' || job.state === 'running') continue;
      const isOld = nowMs - job.endedAtMs > KEPT_MS;
      if (!isOld && this.#jobs.size <= most && bytes <= MAX_KEPT_BYTES) continue;
      this.#jobs.delete(id);
      bytes -= job.resultBytes;
    }
  }
}
