// The alerts of one dashboard: every change, in order, without conflation, resumed after the last change that the page received.

import type { AlertsFrame } from '@gonsters/contract';
import type { AlertService } from '../../alerts/alert-service.ts';
import { alertEvent, type PresentMachines } from '../../alerts/alert-view.ts';
import type { AlertRecord } from '../../alerts/store/alert-repository.ts';
import type { MachineScope } from '../../machines/machine-scope.ts';
import { type EventPacket, eventText, packEvents } from '../event-packet.ts';
import type { LiveClient } from '../live-client.ts';

/** Where a page has missed more changes than this, it reloads its list instead. */
const MAX_MISSED = 2000;
/** Changes that may arrive while the missed ones are read. */
const MAX_QUEUED = 5000;

export class AlertLane {
  readonly #client: LiveClient;
  readonly #alerts: AlertService;
  readonly #machines: PresentMachines;
  readonly #scope: MachineScope;
  #lastSeq = 0;
  /** Changes that arrived while missed ones are read; null otherwise. */
  #queued: AlertRecord[] | null = null;
  #reads = 0;

  constructor(client: LiveClient, deps: { alerts: AlertService; machines: PresentMachines; scope: MachineScope }) {
    this.#client = client;
    this.#alerts = deps.alerts;
    this.#machines = deps.machines;
    this.#scope = deps.scope;
  }

  /** Sends the changes after `seq`, then new ones as they arrive. Rejects as `AlertService.changedSince` does. */
  async resume(seq: number): Promise<void> {
    const read = ++this.#reads;
    this.#queued ??= [];
    const missed = await this.#alerts.changedSince(seq, MAX_MISSED, this.#scope);
    // A later request has replaced this one.
    if (read !== this.#reads) return;
    const queued = this.#queued;
    this.#queued = null;
    // A page that reloads its list receives every change from here on, whatever `seq` it sent.
    const alerts = missed.complete ? missed.alerts : [];
    this.#lastSeq = missed.complete ? (alerts.at(-1)?.seq ?? seq) : 0;
    this.#client.sendBuffer.write(packAlerts(alerts, missed.complete, this.#machines));
    if (queued !== null && queued.length > 0) this.send(queued, packAlerts(queued, true, this.#machines));
  }

  /** @param packet the same changes, encoded for all dashboards. @returns false where too many are queued */
  send(alerts: readonly AlertRecord[], packet: EventPacket): boolean {
    if (this.#queued !== null) {
      this.#queued.push(...alerts);
      return this.#queued.length <= MAX_QUEUED;
    }
    const fresh = alerts.filter((alert) => alert.seq > this.#lastSeq);
    if (fresh.length === 0) return true;
    this.#lastSeq = fresh.at(-1)?.seq ?? this.#lastSeq;
    this.#client.sendBuffer.write(fresh.length === alerts.length ? packet : packAlerts(fresh, true, this.#machines));
    return true;
  }
}

export function packAlerts(alerts: readonly AlertRecord[], complete: boolean, machines: PresentMachines): EventPacket {
  const frame: AlertsFrame = { complete, alerts: alerts.map((alert) => alertEvent(alert, machines)) };
  return packEvents([eventText('alerts', frame)]);
}
