// The pure life of an alert: what each event makes of the record. States and words follow ISA-18.2.

import type { AlertMetric, LimitKind, Severity } from '@gonsters/contract';
import type { AlertRecord } from './alert-repository.ts';
import type { Side } from './condition.ts';

export interface Raise {
  id: string;
  machineId: string | null;
  machineIds: string[];
  machineName: string;
  location: string;
  metric: AlertMetric;
  limitKind: LimitKind | 'stale';
  severity: Severity;
  message: string;
  threshold: number | null;
  value: number | null;
  peakValue: number | null;
  readingCount: number;
  atMs: number;
}

/** A record without its place in the order of changes; `AlertBook` numbers it. */
export function raisedAlert(raise: Raise, suppressed: boolean): AlertRecord {
  // Field by field: thousands may be raised by one commit, and objects made by spreading the rest are slow ones.
  return {
    id: raise.id,
    seq: 0,
    machineId: raise.machineId,
    machineIds: raise.machineIds,
    machineName: raise.machineName,
    location: raise.location,
    metric: raise.metric,
    limitKind: raise.limitKind,
    severity: raise.severity,
    state: suppressed ? 'suppressed' : 'active_unacked',
    message: raise.message,
    threshold: raise.threshold,
    value: raise.value,
    peakValue: raise.peakValue,
    readingCount: raise.readingCount,
    raiseCount: 1,
    chattering: false,
    raisedAtMs: raise.atMs,
    escalatedAtMs: null,
    clearedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    acknowledgeNote: null,
    shelvedUntilMs: null,
    shelvedBy: null,
    shelveReason: null,
    late: false,
    updatedAtMs: raise.atMs,
  };
}

/** The condition of a cleared, unacknowledged alert is back: the same alert is active again. */
export function returnedAlert(
  alert: AlertRecord,
  raise: Pick<Raise, 'limitKind' | 'severity' | 'message' | 'threshold' | 'atMs'>,
  suppressed: boolean,
): AlertRecord {
  const worse = alert.severity === 'warning' && raise.severity === 'critical';
  return {
    ...alert,
    ...(worse ? severityFields(raise) : {}),
    state: suppressed ? 'suppressed' : 'active_unacked',
    raiseCount: alert.raiseCount + 1,
    clearedAtMs: null,
    updatedAtMs: raise.atMs,
  };
}

/** It became critical: a change of the same alert that needs a new acknowledgement. */
export function escalatedAlert(
  alert: AlertRecord,
  raise: Pick<Raise, 'limitKind' | 'severity' | 'message' | 'threshold' | 'atMs'>,
): AlertRecord {
  return {
    ...alert,
    ...severityFields(raise),
    ...UNACKNOWLEDGED,
    state: alert.state === 'suppressed' ? 'suppressed' : 'active_unacked',
    updatedAtMs: raise.atMs,
  };
}

export function clearedAlert(alert: AlertRecord, atMs: number): AlertRecord {
  const state = alert.state === 'active_unacked' ? 'cleared_unacked' : 'closed';
  return { ...alert, state, clearedAtMs: atMs, updatedAtMs: atMs };
}

/** Ends an alert whose subject is gone, acknowledged or not. */
export function closedAlert(alert: AlertRecord, atMs: number): AlertRecord {
  return { ...alert, state: 'closed', clearedAtMs: alert.clearedAtMs ?? atMs, updatedAtMs: atMs };
}

export function acknowledgedAlert(alert: AlertRecord, by: string, note: string | null, atMs: number): AlertRecord {
  return {
    ...alert,
    state: alert.state === 'cleared_unacked' ? 'closed' : 'active_acked',
    acknowledgedAtMs: atMs,
    acknowledgedBy: by,
    acknowledgeNote: note,
    updatedAtMs: atMs,
  };
}

/** Suppression is by design (maintenance): an acknowledgement given before it does not outlive it. */
export function suppressedAlert(alert: AlertRecord, atMs: number): AlertRecord {
  return { ...alert, ...UNACKNOWLEDGED, state: 'suppressed', updatedAtMs: atMs };
}

export function unsuppressedAlert(alert: AlertRecord, atMs: number): AlertRecord {
  return { ...alert, state: 'active_unacked', updatedAtMs: atMs };
}

export interface Shelf {
  readonly untilMs: number;
  readonly by: string;
  readonly reason: string;
}

export function shelvedAlert(alert: AlertRecord, shelf: Shelf, atMs: number): AlertRecord {
  return {
    ...alert,
    shelvedUntilMs: shelf.untilMs,
    shelvedBy: shelf.by,
    shelveReason: shelf.reason,
    updatedAtMs: atMs,
  };
}

export function unshelvedAlert(alert: AlertRecord, atMs: number): AlertRecord {
  return { ...alert, ...UNSHELVED, updatedAtMs: atMs };
}

export function isActive(alert: AlertRecord): boolean {
  return alert.state === 'active_unacked' || alert.state === 'active_acked' || alert.state === 'suppressed';
}

export function isClosed(alert: AlertRecord): boolean {
  return alert.state === 'closed';
}

/** Active and meant to be noticed: neither shelved nor suppressed. */
export function isAnnunciated(alert: AlertRecord): boolean {
  return alert.shelvedUntilMs === null && (alert.state === 'active_unacked' || alert.state === 'active_acked');
}

/** A condition is known by its machine, metric and side; alerts about connection by machine alone. */
export function conditionKey(machineId: string, metric: AlertMetric, side: Side | 'stale'): string {
  return `${machineId} ${metric} ${side}`;
}

export function sideOf(limitKind: LimitKind | 'stale'): Side | 'stale' {
  if (limitKind === 'stale') return 'stale';
  return limitKind === 'high' || limitKind === 'high_high' ? 'high' : 'low';
}

/** Under which condition an alert stands; one that speaks for many machines stands for itself. */
export function keyOf(alert: AlertRecord): string {
  return conditionKey(alert.machineId ?? alert.id, alert.metric, sideOf(alert.limitKind));
}

const UNACKNOWLEDGED = { acknowledgedAtMs: null, acknowledgedBy: null, acknowledgeNote: null } as const;
const UNSHELVED = { shelvedUntilMs: null, shelvedBy: null, shelveReason: null } as const;

function severityFields(raise: Pick<Raise, 'limitKind' | 'severity' | 'message' | 'threshold' | 'atMs'>) {
  return {
    severity: raise.severity,
    limitKind: raise.limitKind,
    threshold: raise.threshold,
    message: raise.message,
    escalatedAtMs: raise.atMs,
  };
}
