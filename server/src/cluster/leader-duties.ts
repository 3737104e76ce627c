// What the leader of a plant with several nodes does: it evaluates alerts, and runs the background jobs of the shared stores.

import type { LeaderDuty, LeaderTerm } from '../alerts/leader/leadership.ts';
import { withTimeout } from '../with-timeout.ts';

/** A job may wait for a server that does not answer; a stop does not wait longer than this for it. */
const STOP_WITHIN_MS = 1000;

export class LeaderDuties implements LeaderDuty {
  readonly #alerts: LeaderDuty;
  readonly #backgroundJobs: { start(): void; stop(): Promise<void> };

  constructor(alerts: LeaderDuty, backgroundJobs: { start(): void; stop(): Promise<void> }) {
    this.#alerts = alerts;
    this.#backgroundJobs = backgroundJobs;
  }

  async becomeLeader(term: LeaderTerm): Promise<void> {
    this.#backgroundJobs.start();
    await this.#alerts.becomeLeader(term);
  }

  /** Does not wait for a job in progress. Jobs are idempotent, so two nodes may run the same one for a moment. */
  async loseLeadership(): Promise<void> {
    const alertsStopped = this.#alerts.loseLeadership();
    void this.#backgroundJobs.stop();
    await alertsStopped;
  }

  async resign(): Promise<void> {
    await Promise.all([this.#alerts.resign(), withTimeout(this.#backgroundJobs.stop(), STOP_WITHIN_MS)]);
  }

  get isUpToDate(): boolean {
    return this.#alerts.isUpToDate;
  }

  advanceWatermarks(): void {
    this.#alerts.advanceWatermarks();
  }
}
