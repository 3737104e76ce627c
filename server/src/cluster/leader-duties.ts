// What the watching node does beside the alerts: the housekeeping of what all nodes share.

import { withTimeout } from '../with-timeout.ts';
import type { LeaderDuty, LeaderTerm } from './leadership.ts';

/** A run that waits for a server that does not answer holds up no stop. */
const STOP_WITHIN_MS = 1000;

export class LeaderDuties implements LeaderDuty {
  readonly #alerts: LeaderDuty;
  readonly #housekeeping: { start(): void; stop(): Promise<void> };

  constructor(alerts: LeaderDuty, housekeeping: { start(): void; stop(): Promise<void> }) {
    this.#alerts = alerts;
    this.#housekeeping = housekeeping;
  }

  async take(term: LeaderTerm): Promise<void> {
    this.#housekeeping.start();
    await this.#alerts.take(term);
  }

  /** A run of the housekeeping that is under way ends by itself: run twice it writes the same. */
  async leave(): Promise<void> {
    const left = this.#alerts.leave();
    void this.#housekeeping.stop();
    await left;
  }

  async finish(): Promise<void> {
    await Promise.all([this.#alerts.finish(), withTimeout(this.#housekeeping.stop(), STOP_WITHIN_MS)]);
  }

  get isUpToDate(): boolean {
    return this.#alerts.isUpToDate;
  }

  kept(): void {
    this.#alerts.kept();
  }
}
