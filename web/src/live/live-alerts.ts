// All open alerts: a list that is loaded once and then updated by the alerts lane. The higher `seq` of an alert wins.

import { type Alert, type AlertState, isAboutMetric, type Severity } from '@gonsters/contract';
import { ChangeSignal } from './change-signal.ts';
import { KeyedSignal } from './keyed-signal.ts';

/** Closed alerts are remembered for a while, so that an older list that arrives late does not reopen them. */
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
  /** Anything changed. Views of a single machine subscribe to that machine. */
  readonly signal = new ChangeSignal();
  readonly #machines = new KeyedSignal();
  readonly #tellSoon: (tell: () => void) => void;
  readonly #byId = new Map<string, Alert>();
  readonly #byMachine = new Map<string, Map<string, Alert>>();
  #closed = 0;
  #phase: AlertsPhase = 'loading';
  #lastSeq = 0;
  #open: readonly Alert[] | null = [];
  /** The same object while the alerts of a machine are unchanged, so that views of other machines do not render. */
  readonly #alarms = new Map<string, MachineAlarm | null>();
  /** Changed machines whose listeners have not been called yet. */
  readonly #changed = new Set<string>();

  /** @param tellSoon decides when listeners are told: many changes at a time can be reported as one */
  constructor(tellSoon: (tell: () => void) => void = (tell) => tell()) {
    this.#tellSoon = tellSoon;
  }

  get phase(): AlertsPhase {
    return this.#phase;
  }

  /** The newest change seen: where a new connection resumes. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Unacknowledged first, what lasts before what has cleared, then worst, then newest. The same array until something changes. */
  get open(): readonly Alert[] {
    this.#open ??= [...this.#byId.values()].filter(isOpen).sort(worstFirst);
    return this.#open;
  }

  /** @returns a function that ends the watch */
  watchMachine(machineId: string, listener: () => void): () => void {
    return this.#machines.watch(machineId, listener);
  }

  alarmOf(machineId: string): MachineAlarm | null {
    const known = this.#alarms.get(machineId);
    if (known !== undefined) return known;
    const alerts = this.#byMachine.get(machineId);
    // There is no entry for the many machines without alerts.
    if (alerts === undefined) return null;
    const alarm = alarmFrom([...alerts.values()]);
    this.#alarms.set(machineId, alarm);
    return alarm;
  }

  /** As known here: open, or closed not long ago. */
  byId(id: string): Alert | null {
    return this.#byId.get(id) ?? null;
  }

  /** Open alerts and those closed since the page was loaded, of one machine, oldest first. */
  ofMachine(machineId: string): Alert[] {
    return [...(this.#byMachine.get(machineId)?.values() ?? [])].sort((a, b) => compare(a.raised_at, b.raised_at));
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
    for (const alert of [...this.#byId.values()]) {
      if (isOpen(alert) && !listed.has(alert.id) && alert.seq <= knownSeq) this.#forget(alert);
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
    if (known) this.#forget(known);
    this.#byId.set(alert.id, alert);
    if (!isOpen(alert)) this.#closed++;
    if (alert.machine_id === null) return true;
    const ofMachine = this.#byMachine.get(alert.machine_id);
    if (ofMachine) ofMachine.set(alert.id, alert);
    else this.#byMachine.set(alert.machine_id, new Map([[alert.id, alert]]));
    this.#noteMachine(alert.machine_id);
    return true;
  }

  #forget(alert: Alert): void {
    this.#byId.delete(alert.id);
    if (!isOpen(alert)) this.#closed--;
    if (alert.machine_id === null) return;
    const ofMachine = this.#byMachine.get(alert.machine_id);
    ofMachine?.delete(alert.id);
    if (ofMachine?.size === 0) this.#byMachine.delete(alert.machine_id);
    this.#noteMachine(alert.machine_id);
  }

  #noteMachine(machineId: string): void {
    this.#alarms.delete(machineId);
    this.#changed.add(machineId);
  }

  #tell(): void {
    this.#open = null;
    for (const alert of this.#byId.values()) {
      if (this.#closed <= MAX_CLOSED) break;
      if (!isOpen(alert)) this.#forget(alert);
    }
    this.#tellSoon(this.#tellListeners);
  }

  readonly #tellListeners = (): void => {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    this.#machines.tell(changed);
    this.signal.tell();
  };
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
/** Needs action: these alerts cause sound and notifications. */
export const isAlarming = (alert: Alert) => alert.state === 'active_unacked' && !isShelved(alert) && !alert.late;
/** What the counts in header, tabs and title are of. */
export const isUrgent = (alert: Alert) => alert.severity === 'critical' && isUnacknowledged(alert) && !isShelved(alert);
export const isActive = (alert: Alert) => alert.state === 'active_unacked' || alert.state === 'active_acked';

const STATE_RANK: Record<AlertState, number> = {
  active_unacked: 0,
  cleared_unacked: 2,
  active_acked: 4,
  suppressed: 6,
  closed: 6,
};

function worstFirst(a: Alert, b: Alert): number {
  const rank = (alert: Alert) => STATE_RANK[alert.state] + (alert.severity === 'critical' ? 0 : 1);
  return rank(a) - rank(b) || compare(b.raised_at, a.raised_at);
}

/** Times of one format, which need no alphabet of a language. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Of one machine. */
function alarmFrom(alerts: readonly Alert[]): MachineAlarm | null {
  const active = alerts.filter(
    (alert) => isActive(alert) && alert.shelved_until === null && isAboutMetric(alert.metric),
  );
  const metrics = new Map<Alert['metric'], { severity: Severity; acknowledged: boolean }>();
  let worst: { severity: Severity; acknowledged: boolean } | null = null;
  for (const alert of active.sort(worstFirst)) {
    const condition = { severity: alert.severity, acknowledged: alert.state === 'active_acked' };
    if (!metrics.has(alert.metric)) metrics.set(alert.metric, condition);
    // Sorted unacknowledged first, so an acknowledged critical may follow an unacknowledged warning.
    if (worst === null || (worst.severity === 'warning' && condition.severity === 'critical')) worst = condition;
  }
  return worst && { ...worst, metrics };
}
