// The open alerts as they are stored, on every node: kept up by the changes that the watching node announces.

import { OpenAlerts } from '../engine/open-alerts.ts';
import type { AlertRecord, AlertRepository } from '../store/alert-repository.ts';

const PAGE = 1000;

export class AlertReplica {
  readonly #repository: AlertRepository;
  #open = new OpenAlerts();
  #lastSeq = 0;

  constructor(repository: AlertRepository) {
    this.#repository = repository;
  }

  get open(): OpenAlerts {
    return this.#open;
  }

  /** Of the newest change that was told here. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  async start(): Promise<void> {
    // Asked for first: what changes in between comes again, and does not get lost.
    const lastSeq = await this.#repository.lastSeq();
    for (const alert of await this.#repository.open()) this.#open.put(alert);
    this.#lastSeq = lastSeq;
  }

  /** Changes that are being told here, ascending by seq; those told before change nothing. */
  take(alerts: readonly AlertRecord[]): void {
    for (const alert of alerts) {
      if (alert.seq <= this.#lastSeq) continue;
      this.#lastSeq = alert.seq;
      this.#open.put(alert);
    }
  }

  /** Of announced changes those that were not told here yet, and with them whatever got lost before them. */
  async untold(announced: readonly AlertRecord[]): Promise<readonly AlertRecord[]> {
    const fresh = announced.filter((alert) => alert.seq > this.#lastSeq);
    return fresh[0] === undefined || fresh[0].seq === this.#lastSeq + 1 ? fresh : this.missed();
  }

  /** Everything stored that was not told here. */
  async missed(): Promise<AlertRecord[]> {
    const missed: AlertRecord[] = [];
    for (;;) {
      const page = await this.#repository.changedSince(missed.at(-1)?.seq ?? this.#lastSeq, PAGE);
      missed.push(...page);
      if (page.length < PAGE) return missed;
    }
  }
}
