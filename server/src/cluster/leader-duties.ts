// What the leader of a plant with several nodes does: it evaluates alerts, runs the background jobs of the shared stores,
// and sends the notifications.

import type { LeaderDuty, LeaderTerm } from '../alerts/leader/leadership.ts';
import { withTimeout } from '../with-timeout.ts';

/** A job may wait for a server that does not answer; a stop does not wait longer than this for it. */
const STOP_WITHIN_MS = 1000;

export class LeaderDuties implements LeaderDuty {
  readonly #alerts: LeaderDuty;
  readonly #jobs: readonly { start(): void; stop(): Promise<void> }[];

  constructor(alerts: LeaderDuty, jobs: readonly { start(): void; stop(): Promise<void> }[]) {
    this.#alerts = alerts;
    this.#jobs = jobs;
  }

  async becomeLeader(term: LeaderTerm): Promise<void> {
    for (const job of this.#jobs) job.start();
    await this.#alerts.becomeLeader(term);
  }

  /** Does not wait for a job in progress. Two nodes may run the same one for a moment. */
  async loseLeadership(): Promise<void> {
    const alertsStopped = this.#alerts.loseLeadership();
    void this.#stopJobs();
    await alertsStopped;
  }

  async resign(): Promise<void> {
    await Promise.all([this.#alerts.resign(), withTimeout(this.#stopJobs(), STOP_WITHIN_MS)]);
  }

  get isUpToDate(): boolean {
    return this.#alerts.isUpToDate;
  }

  advanceWatermarks(): void {
    this.#alerts.advanceWatermarks();
  }

  #stopJobs(): Promise<unknown> {
    return Promise.all(this.#jobs.map((job) => job.stop()));
  }
}
