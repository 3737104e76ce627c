// The alerts of one dashboard: every change, in order, none conflated, resumed where the page left off.

import type { AlertsFrame } from '@gonsters/contract';
import type { AlertService } from '../../alerts/alert-service.ts';
import { alertEvent, type PresentMachines } from '../../alerts/alert-view.ts';
import type { AlertRecord } from '../../alerts/store/alert-repository.ts';
import { type EventPacket, eventText, packEvents } from '../event-packet.ts';
import type { LiveClient } from '../live-client.ts';

/** More missed changes than these: the page reloads its list instead. */
const MAX_MISSED = 2000;
/** Changes that may come in while the missed ones are looked up. */
const MAX_HELD = 5000;

export class AlertLane {
  readonly #client: LiveClient;
  readonly #alerts: AlertService;
  readonly #machines: PresentMachines;
  #lastSeq = 0;
  /** Changes that came in during a look-up; null while there is none. */
  #held: AlertRecord[] | null = null;
  #lookups = 0;

  constructor(client: LiveClient, alerts: AlertService, machines: PresentMachines) {
    this.#client = client;
    this.#alerts = alerts;
    this.#machines = machines;
  }

  /** Sends what changed after `seq`, then what comes in. Rejects as `AlertService.changedSince` does. */
  async resume(seq: number): Promise<void> {
    const lookup = ++this.#lookups;
    this.#held ??= [];
    const missed = await this.#alerts.changedSince(seq, MAX_MISSED);
    // A later request has taken over.
    if (lookup !== this.#lookups) return;
    const held = this.#held;
    this.#held = null;
    // A page that has to reload its list takes whatever comes from here on, be the number it named real or not.
    const alerts = missed.complete ? missed.alerts : [];
    this.#lastSeq = missed.complete ? (alerts.at(-1)?.seq ?? seq) : 0;
    this.#client.outflow.write(packAlerts(alerts, missed.complete, this.#machines));
    if (held !== null && held.length > 0) this.changed(held, packAlerts(held, true, this.#machines));
  }

  /** @param packet the same changes, encoded for all dashboards. @returns false where too many are held */
  changed(alerts: readonly AlertRecord[], packet: EventPacket): boolean {
    if (this.#held !== null) {
      this.#held.push(...alerts);
      return this.#held.length <= MAX_HELD;
    }
    const fresh = alerts.filter((alert) => alert.seq > this.#lastSeq);
    if (fresh.length === 0) return true;
    this.#lastSeq = fresh.at(-1)?.seq ?? this.#lastSeq;
    this.#client.outflow.write(fresh.length === alerts.length ? packet : packAlerts(fresh, true, this.#machines));
    return true;
  }
}

export function packAlerts(alerts: readonly AlertRecord[], complete: boolean, machines: PresentMachines): EventPacket {
  const frame: AlertsFrame = { complete, alerts: alerts.map((alert) => alertEvent(alert, machines)) };
  return packEvents([eventText('alerts', frame)]);
}
