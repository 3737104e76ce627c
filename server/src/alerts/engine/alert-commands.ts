// What people do to alerts: acknowledge, shelve and unshelve. Executed on the leader; answered when the change is stored.

import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { acknowledgedAlert, isClosed, keyOf } from '../rules/alert-lifecycle.ts';
import type { AlertRecord, AlertRepository, ToldRecord } from '../store/alert-repository.ts';
import type { AlertWriter } from '../store/alert-writer.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { MetricAlerts } from './metric-alerts.ts';
import { checkShelf } from './shelves.ts';

export type AlertCommand =
  | { action: 'acknowledge'; id: string; by: string; note: string | null }
  | { action: 'shelve'; id: string; by: string; untilMs: number; reason: string }
  | { action: 'unshelve'; id: string };

export class AlertCommands {
  readonly #repository: AlertRepository;
  readonly #metricAlerts: MetricAlerts;
  readonly #changes: AlertChanges;
  readonly #writer: AlertWriter;
  readonly #clock: Clock;

  constructor(deps: {
    repository: AlertRepository;
    metricAlerts: MetricAlerts;
    changes: AlertChanges;
    writer: AlertWriter;
    clock: Clock;
  }) {
    this.#repository = deps.repository;
    this.#metricAlerts = deps.metricAlerts;
    this.#changes = deps.changes;
    this.#writer = deps.writer;
    this.#clock = deps.clock;
  }

  /** Rejects as the methods of `AlertService` say, and with `store_unavailable` where the change cannot be stored now. */
  execute(command: AlertCommand): Promise<AlertRecord> {
    switch (command.action) {
      case 'acknowledge':
        return this.#acknowledge(command.id, command.by, command.note);
      case 'shelve':
        return this.#shelve(command.id, command.by, command.untilMs, command.reason);
      case 'unshelve':
        return this.#unshelve(command.id);
    }
  }

  /** The newest version of an alert. Rejects with `not_found`. */
  async find(id: string): Promise<AlertRecord> {
    // The last change of a closed alert may still wait to be stored.
    const inMemory = this.#changes.open.get(id) ?? this.#writer.newestUnstored(id);
    const alert = inMemory ?? (await this.#repository.byId(id));
    if (alert === null) throw new AppError('not_found', `No alert with id ${id}`);
    return this.#metricAlerts.withFigures(alert);
  }

  /** People were told of an alert, or could not be. Does nothing where the alert says so already or is gone. */
  async noteTold(id: string, told: ToldRecord | null): Promise<void> {
    const inMemory = this.#changes.open.get(id) ?? this.#writer.newestUnstored(id);
    const alert = inMemory ?? (await this.#repository.byId(id));
    if (alert === null || isSameTold(alert.told, told)) return;
    this.#changes.change({ ...this.#metricAlerts.withFigures(alert), told, updatedAtMs: this.#clock.nowMs() }, null);
  }

  async #acknowledge(id: string, by: string, note: string | null): Promise<AlertRecord> {
    const alert = await this.find(id);
    if (alert.state === 'suppressed')
      throw new AppError('invalid_state', 'A suppressed alert needs no acknowledgement');
    const isDone = isClosed(alert) || alert.state === 'active_acked';
    const nowMs = this.#clock.nowMs();
    const changed = isDone ? alert : this.#changes.change(acknowledgedAlert(alert, by, note, nowMs), 'acknowledged');
    await this.#writer.whenStored(changed.seq);
    return changed;
  }

  async #shelve(id: string, by: string, untilMs: number, reason: string): Promise<AlertRecord> {
    const nowMs = this.#clock.nowMs();
    checkShelf(untilMs, nowMs);
    const alert = await this.find(id);
    if (isClosed(alert)) throw new AppError('invalid_state', 'A closed alert cannot be shelved');
    const changed = this.#changes.shelve(alert, { untilMs, by, reason }, nowMs);
    await this.#writer.whenStored(changed.seq);
    return changed;
  }

  async #unshelve(id: string): Promise<AlertRecord> {
    const alert = await this.find(id);
    if (alert.shelvedUntilMs === null) return alert;
    this.#changes.unshelve(keyOf(alert), this.#clock.nowMs());
    await this.#writer.whenStored(this.#changes.lastSeq);
    return this.find(id);
  }
}

const isSameTold = (a: ToldRecord | null, b: ToldRecord | null) =>
  a?.state === b?.state && a?.people === b?.people && a?.lastAtMs === b?.lastAtMs && a?.nextAtMs === b?.nextAtMs;
