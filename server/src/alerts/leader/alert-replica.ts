// The open alerts as stored, on every node. They follow from the changes that the leader announces.

import { OpenAlerts } from '../engine/open-alerts.ts';
import type { AlertRecord, AlertRepository } from '../store/alert-repository.ts';

const PAGE = 1000;

export class AlertReplica {
  readonly #repository: AlertRepository;
  readonly #open = new OpenAlerts();
  #lastSeq = 0;

  constructor(repository: AlertRepository) {
    this.#repository = repository;
  }

  get open(): OpenAlerts {
    return this.#open;
  }

  /** Number of the newest change that was applied. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  async start(): Promise<void> {
    // Read first, so that a change in between is applied twice and not lost.
    const lastSeq = await this.#repository.lastSeq();
    for (const alert of await this.#repository.open()) this.#open.put(alert);
    this.#lastSeq = lastSeq;
  }

  /** Applies changes, ascending by seq, which are announced on this node. Those that were applied before are ignored. */
  apply(alerts: readonly AlertRecord[]): void {
    for (const alert of alerts) {
      if (alert.seq <= this.#lastSeq) continue;
      this.#lastSeq = alert.seq;
      this.#open.put(alert);
    }
  }

  /** Of changes that another node announced, those that are new here, with the ones before them that did not arrive. */
  async newOf(announced: readonly AlertRecord[]): Promise<readonly AlertRecord[]> {
    const unknown = announced.filter((alert) => alert.seq > this.#lastSeq);
    return unknown[0] === undefined || unknown[0].seq === this.#lastSeq + 1 ? unknown : this.missed();
  }

  /** Every stored change that was not applied yet. */
  async missed(): Promise<AlertRecord[]> {
    const missed: AlertRecord[] = [];
    for (;;) {
      const page = await this.#repository.changedSince(missed.at(-1)?.seq ?? this.#lastSeq, PAGE);
      missed.push(...page);
      if (page.length < PAGE) return missed;
    }
  }
}
