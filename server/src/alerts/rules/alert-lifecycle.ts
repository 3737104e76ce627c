// The lifecycle of an alert: functions that return the record after each event. States and terms follow ISA-18.2.

import type { AlertMetric, Condition, LimitKind, Severity } from '@gonsters/contract';
import type { AlertDetails, AlertRecord, RaiseRecord } from '../store/alert-repository.ts';
import type { Side } from './condition.ts';

export interface Raise {
  id: string;
  machineId: string | null;
  machineIds: string[];
  machineName: string;
  location: string;
  /** Of an alert about a gateway. */
  gatewayId?: string;
  metric: AlertMetric;
  limitKind: LimitKind | 'stale';
  severity: Severity;
  message: string;
  threshold: number | null;
  value: number | null;
  peakValue: number | null;
  readingCount: number;
  clearsAt: number | null;
  /** Absent where its condition says nothing more. */
  details?: AlertDetails | null;
  atMs: number;
}
/** What a return or an escalation changes. */
type RaiseNumbers = Pick<
  Raise,
  | 'limitKind'
  | 'severity'
  | 'message'
  | 'threshold'
  | 'value'
  | 'peakValue'
  | 'readingCount'
  | 'clearsAt'
  | 'details'
  | 'atMs'
>;

/** A new alert. `AlertChanges` numbers it. */
export function raisedAlert(raise: Raise, suppressed: boolean): AlertRecord {
  // Field by field, because spreading makes slower objects, and one commit may raise thousands of alerts.
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
    clearsAt: raise.clearsAt,
    firstRaisedAtMs: raise.atMs,
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
    endNotSeen: false,
    updatedAtMs: raise.atMs,
    annunciatedSeq: 0,
    gatewayId: raise.gatewayId ?? null,
    details: raise.details ?? null,
    formerFactoryId: null,
    told: null,
    raise: newRaise(1, raise),
  };
}

/** The alert about an excursion in late data: closed from the start. `clearedAtMs` is the time of its last reading. */
export function lateAlert(raise: Raise, end: { clearedAtMs: number; endNotSeen: boolean }): AlertRecord {
  const alert = closedAlert(raisedAlert(raise, false), end.clearedAtMs);
  return { ...alert, late: true, endNotSeen: end.endNotSeen };
}

/**
 * The condition of a cleared, unacknowledged alert is active again: the same alert with one more raise. A critical alert that
 * returns as a warning is a warning; its peak and its raises show that it was critical (decision 62).
 */
export function returnedAlert(alert: AlertRecord, raise: RaiseNumbers, suppressed: boolean): AlertRecord {
  return {
    ...alert,
    ...numbersOf(raise),
    state: suppressed ? 'suppressed' : 'active_unacked',
    raiseCount: alert.raiseCount + 1,
    raisedAtMs: raise.atMs,
    escalatedAtMs: null,
    clearedAtMs: null,
    updatedAtMs: raise.atMs,
    raise: newRaise(alert.raiseCount + 1, raise),
  };
}

/** The alert becomes critical within the same raise, and needs a new acknowledgement. */
export function escalatedAlert(alert: AlertRecord, raise: RaiseNumbers): AlertRecord {
  return {
    ...alert,
    ...numbersOf(raise),
    ...UNACKNOWLEDGED,
    state: alert.state === 'suppressed' ? 'suppressed' : 'active_unacked',
    escalatedAtMs: raise.atMs,
    updatedAtMs: raise.atMs,
    raise: {
      ...alert.raise,
      escalatedAtMs: raise.atMs,
      escalatedThreshold: raise.threshold,
      escalatedValue: raise.value,
    },
  };
}

/** The alert is about further machines, too: it needs a new acknowledgement, as when it escalates. */
export function extendedAlert(
  alert: AlertRecord,
  extended: Pick<AlertRecord, 'machineId' | 'machineIds' | 'machineName' | 'message'>,
  atMs: number,
): AlertRecord {
  return { ...alert, ...extended, ...UNACKNOWLEDGED, state: 'active_unacked', updatedAtMs: atMs };
}

/** The name or place of the machine has changed. */
export function movedAlert(
  alert: AlertRecord,
  place: Pick<AlertRecord, 'machineName' | 'location'>,
  atMs: number,
): AlertRecord {
  return { ...alert, ...place, updatedAtMs: atMs };
}

export function clearedAlert(alert: AlertRecord, atMs: number): AlertRecord {
  const state = alert.state === 'active_unacked' ? 'cleared_unacked' : 'closed';
  return { ...alert, state, clearedAtMs: atMs, updatedAtMs: atMs, raise: { ...alert.raise, clearedAtMs: atMs } };
}

/** Closes an alert whose machine was deleted, acknowledged or not. */
export function closedAlert(alert: AlertRecord, atMs: number): AlertRecord {
  const clearedAtMs = alert.clearedAtMs ?? atMs;
  return { ...alert, state: 'closed', clearedAtMs, updatedAtMs: atMs, raise: { ...alert.raise, clearedAtMs } };
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

/** Suppressed by design, because its machine is in maintenance or inactive. An acknowledgement from before does not hold afterwards. */
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

/** The shelf that an alert carries; null where it is not shelved. */
export function shelfOf(alert: AlertRecord): Shelf | null {
  if (alert.shelvedUntilMs === null) return null;
  return { untilMs: alert.shelvedUntilMs, by: alert.shelvedBy ?? '', reason: alert.shelveReason ?? '' };
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

/** Kinds of conditions of a metric that have an alert of their own. */
export const MORE_KINDS = ['rate_of_change', 'stuck', 'state', 'no_count'] as const;
export type MoreKind = (typeof MORE_KINDS)[number];
/** What is abnormal of a metric: a side of its limits, another kind, or `stale` for connection and bad quality. */
export type ConditionSide = Side | MoreKind | 'stale';

/** Identifies a condition: machine, metric, and what is abnormal of it. */
export function conditionKey(machineId: string, metric: AlertMetric, side: ConditionSide): string {
  return `${machineId} ${metric} ${side}`;
}

/** Identifies the condition that most of what a gateway sends is refused. */
export const refusalKey = (gatewayId: string): string => conditionKey(gatewayId, 'gateway', 'stale');

/** What an alert about a channel of notifications has in place of a metric. */
export const CHANNEL_METRIC = 'notification';
/** Identifies the condition that a channel of notifications fails; names are unique among channels. */
export const channelKey = (name: string): string => conditionKey(name, CHANNEL_METRIC, 'stale');

/** What is abnormal of the metric of an alert. */
export function conditionSideOf({ limitKind, details }: Pick<AlertRecord, 'limitKind' | 'details'>): ConditionSide {
  const kind = limitKind === 'stale' ? MORE_KINDS.find((each) => each === details?.kind) : undefined;
  return kind ?? sideOf(limitKind);
}

export function sideOf(limitKind: LimitKind | 'stale'): Side | 'stale' {
  if (limitKind === 'stale') return 'stale';
  return limitKind === 'high' || limitKind === 'high_high' ? 'high' : 'low';
}

/** The condition of an alert. An alert about several machines has a condition of its own. */
export function keyOf(alert: AlertRecord): string {
  if (alert.metric === 'gateway') return refusalKey(alert.gatewayId as string);
  if (alert.metric === CHANNEL_METRIC) return channelKey(alert.machineName);
  return conditionKey(alert.machineId ?? alert.id, alert.metric, conditionSideOf(alert));
}

/** What an alert says of the condition that raised it. */
export function detailsOf(condition: Condition): AlertDetails {
  return {
    kind: condition.kind,
    conditionId: condition.id,
    cause: condition.cause,
    consequence: condition.consequence,
    response: condition.response,
    timeToRespondSeconds: condition.time_to_respond_seconds,
  };
}

const UNACKNOWLEDGED = { acknowledgedAtMs: null, acknowledgedBy: null, acknowledgeNote: null } as const;
const UNSHELVED = { shelvedUntilMs: null, shelvedBy: null, shelveReason: null } as const;

function numbersOf(raise: RaiseNumbers) {
  return {
    severity: raise.severity,
    limitKind: raise.limitKind,
    threshold: raise.threshold,
    value: raise.value,
    message: raise.message,
    clearsAt: raise.clearsAt,
    details: raise.details ?? null,
  };
}

function newRaise(number: number, raise: RaiseNumbers): RaiseRecord {
  return {
    number,
    seq: 0,
    raisedAtMs: raise.atMs,
    clearedAtMs: null,
    limitKind: raise.limitKind,
    severity: raise.severity,
    threshold: raise.threshold,
    value: raise.value,
    peakValue: raise.peakValue,
    readingCount: raise.readingCount,
    escalatedAtMs: null,
    escalatedThreshold: null,
    escalatedValue: null,
    annunciatedAtMs: null,
  };
}
