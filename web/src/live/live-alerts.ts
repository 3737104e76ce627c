// All open alerts as the page knows them: a list loaded once, then kept by the alerts lane. The higher `seq` of an alert wins.

import type { Alert, AlertState, Severity } from '@gonsters/contract';
import { ChangeSignal } from './change-signal.ts';

/** Closed alerts are kept a while: a list that was on its way must not bring them back to life. */
const MAX_CLOSED = 500;

export type AlertsPhase = 'loading' | 'ready' | 'failed';

/** What is shown of a machine: its worst open alert. */
export interface MachineAlarm {
  severity: Severity;
  acknowledged: boolean;
  /** Metrics beyond a limit, with the severity of each; a cleared one is not among them. */
  metrics: ReadonlyMap<Alert['metric'], { severity: Severity; acknowledged: boolean }>;
}

export class LiveAlerts {
  readonly signal = new ChangeSignal();
  readonly #byId = new Map<string, Alert>();
  #phase: AlertsPhase = 'loading';
  #lastSeq = 0;
  #open: readonly Alert[] | null = [];
  #alarms: ReadonlyMap<string, MachineAlarm> | null = new Map();

  get phase(): AlertsPhase {
    return this.#phase;
  }

  /** The newest change seen: where a new connection resumes. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Unacknowledged first, then worst, then newest. The same array until something changes. */
  get open(): readonly Alert[] {
    this.#open ??= [...this.#byId.values()].filter(isOpen).sort(worstFirst);
    return this.#open;
  }

  alarmOf(machineId: string): MachineAlarm | null {
    this.#alarms ??= alarmsOf(this.open);
    return this.#alarms.get(machineId) ?? null;
  }

  /** As known here: open, or closed not long ago. */
  byId(id: string): Alert | null {
    return this.#byId.get(id) ?? null;
  }

  /** Open alerts and those closed since the page was loaded, of one machine, oldest first. */
  ofMachine(machineId: string): Alert[] {
    return [...this.#byId.values()]
      .filter((alert) => alert.machine_id === machineId)
      .sort((a, b) => a.raised_at.localeCompare(b.raised_at));
  }

  /** Changes, in any order; older ones than known are left aside. */
  apply(changes: readonly Alert[]): void {
    let changed = false;
    for (const alert of changes) changed = this.#take(alert) || changed;
    if (changed) this.#tell();
  }

  /** The full list of open alerts as it was after change `knownSeq`: what is open here but not there has been closed. */
  load(list: readonly Alert[], knownSeq: number): void {
    const listed = new Set(list.map((alert) => alert.id));
    for (const [id, alert] of this.#byId) {
      if (isOpen(alert) && !listed.has(id) && alert.seq <= knownSeq) this.#byId.delete(id);
    }
    for (const alert of list) this.#take(alert);
    this.#phase = 'ready';
    this.#tell();
  }

  fail(): void {
    if (this.#phase === 'ready') return;
    this.#phase = 'failed';
    this.#tell();
  }

  retry(): void {
    if (this.#phase !== 'failed') return;
    this.#phase = 'loading';
    this.#tell();
  }

  #take(alert: Alert): boolean {
    this.#lastSeq = Math.max(this.#lastSeq, alert.seq);
    const known = this.#byId.get(alert.id);
    if (known && known.seq >= alert.seq) return false;
    // Set anew at the end: the map's order is the order of changes, which the bound below relies on.
    this.#byId.delete(alert.id);
    this.#byId.set(alert.id, alert);
    return true;
  }

  #tell(): void {
    this.#open = null;
    this.#alarms = null;
    let surplus = [...this.#byId.values()].filter((alert) => !isOpen(alert)).length - MAX_CLOSED;
    for (const [id, alert] of this.#byId) {
      if (surplus <= 0) break;
      if (isOpen(alert)) continue;
      this.#byId.delete(id);
      surplus--;
    }
    this.signal.tell();
  }
}

const isOpen = (alert: Alert) => OPEN[alert.state];
const OPEN: Record<AlertState, boolean> = {
  active_unacked: true,
  active_acked: true,
  cleared_unacked: true,
  closed: false,
  suppressed: false,
};

export const isUnacknowledged = (alert: Alert) => alert.state === 'active_unacked' || alert.state === 'cleared_unacked';
export const isShelved = (alert: Alert) => alert.shelved_until !== null;
/** Calls for somebody: sound and notifications are for these. */
export const isAlarming = (alert: Alert) => alert.state === 'active_unacked' && !isShelved(alert) && !alert.late;
/** What the counts in header, tabs and title are of. */
export const isUrgent = (alert: Alert) => alert.severity === 'critical' && isUnacknowledged(alert) && !isShelved(alert);
export const isActive = (alert: Alert) => alert.state === 'active_unacked' || alert.state === 'active_acked';

function worstFirst(a: Alert, b: Alert): number {
  const rank = (alert: Alert) => (isUnacknowledged(alert) ? 0 : 2) + (alert.severity === 'critical' ? 0 : 1);
  return rank(a) - rank(b) || b.raised_at.localeCompare(a.raised_at);
}

function alarmsOf(open: readonly Alert[]): Map<string, MachineAlarm> {
  const alarms = new Map<
    string,
    MachineAlarm & { metrics: Map<Alert['metric'], { severity: Severity; acknowledged: boolean }> }
  >();
  for (const alert of open) {
    if (
      !isActive(alert) ||
      alert.shelved_until !== null ||
      alert.metric === 'connection' ||
      alert.machine_id === null
    ) {
      continue;
    }
    const condition = { severity: alert.severity, acknowledged: alert.state === 'active_acked' };
    const alarm = alarms.get(alert.machine_id);
    if (!alarm) {
      alarms.set(alert.machine_id, { ...condition, metrics: new Map([[alert.metric, condition]]) });
      continue;
    }
    if (!alarm.metrics.has(alert.metric)) alarm.metrics.set(alert.metric, condition);
    // Sorted unacknowledged first, so an acknowledged critical may follow an unacknowledged warning.
    if (alarm.severity === 'warning' && condition.severity === 'critical') {
      alarm.severity = 'critical';
      alarm.acknowledged = condition.acknowledged;
    }
  }
  return alarms;
}
