// Alerts and raises as rows of their tables, in both directions, and the query that selects them.

import type { Selectable } from 'kysely';
import type { Connection } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import type { AlertDetails, AlertRecord, RaiseRecord, ToldRecord } from './alert-repository.ts';

export type AlertRow = Selectable<Schema['alerts']>;
export type RaiseRow = Selectable<Schema['alert_raises']>;
/** An alert with the columns of its newest raise, which have a prefix. */
export type AlertWithRaise = AlertRow & { [Column in RaiseColumn as `raise_${Column}`]: RaiseRow[Column] };

export const toRow = (alert: AlertRecord): AlertRow => ({
  id: alert.id,
  seq: alert.seq,
  machine_id: alert.machineId,
  machine_ids: JSON.stringify(alert.machineIds),
  machine_name: alert.machineName,
  location: alert.location,
  metric: alert.metric,
  limit_kind: alert.limitKind,
  severity: alert.severity,
  state: alert.state,
  message: alert.message,
  threshold: alert.threshold,
  value: alert.value,
  peak_value: alert.peakValue,
  reading_count: alert.readingCount,
  raise_count: alert.raiseCount,
  chattering: Number(alert.chattering),
  raised_at: alert.raisedAtMs,
  escalated_at: alert.escalatedAtMs,
  cleared_at: alert.clearedAtMs,
  acknowledged_at: alert.acknowledgedAtMs,
  acknowledged_by: alert.acknowledgedBy,
  acknowledge_note: alert.acknowledgeNote,
  shelved_until: alert.shelvedUntilMs,
  shelved_by: alert.shelvedBy,
  shelve_reason: alert.shelveReason,
  late: Number(alert.late),
  updated_at: alert.updatedAtMs,
  first_raised_at: alert.firstRaisedAtMs,
  end_not_seen: Number(alert.endNotSeen),
  clears_at: alert.clearsAt,
  annunciated_seq: alert.annunciatedSeq,
  gateway_id: alert.gatewayId,
  factory_id: alert.formerFactoryId,
  told: alert.told === null ? null : toldText(alert.told),
  condition: alert.details?.kind ?? null,
  condition_id: alert.details?.conditionId ?? null,
  cause: alert.details?.cause ?? null,
  consequence: alert.details?.consequence ?? null,
  response: alert.details?.response ?? null,
  time_to_respond: alert.details?.timeToRespondSeconds ?? null,
});

/** The state comes first, as the index of the table and the query for alerts of which nobody could be told need it. */
const toldText = ({ state, people, lastAtMs, nextAtMs }: ToldRecord) =>
  JSON.stringify({ state, people, lastAtMs, nextAtMs });

export const toRecord = (row: AlertWithRaise): AlertRecord => ({
  id: row.id,
  seq: row.seq,
  machineId: row.machine_id,
  machineIds: JSON.parse(row.machine_ids) as string[],
  machineName: row.machine_name,
  location: row.location,
  metric: row.metric,
  limitKind: row.limit_kind,
  severity: row.severity,
  state: row.state,
  message: row.message,
  threshold: row.threshold,
  value: row.value,
  peakValue: row.peak_value,
  readingCount: row.reading_count,
  raiseCount: row.raise_count,
  chattering: row.chattering === 1,
  raisedAtMs: row.raised_at,
  escalatedAtMs: row.escalated_at,
  clearedAtMs: row.cleared_at,
  acknowledgedAtMs: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  acknowledgeNote: row.acknowledge_note,
  shelvedUntilMs: row.shelved_until,
  shelvedBy: row.shelved_by,
  shelveReason: row.shelve_reason,
  late: row.late === 1,
  updatedAtMs: row.updated_at,
  firstRaisedAtMs: row.first_raised_at,
  endNotSeen: row.end_not_seen === 1,
  clearsAt: row.clears_at,
  annunciatedSeq: row.annunciated_seq,
  gatewayId: row.gateway_id,
  formerFactoryId: row.factory_id,
  told: row.told === null ? null : (JSON.parse(row.told) as ToldRecord),
  details: detailsOf(row),
  raise: toRaiseRecord(newestRaiseOf(row)),
});

function detailsOf(row: AlertRow): AlertDetails | null {
  if (row.condition === null) return null;
  return {
    kind: row.condition,
    conditionId: row.condition_id,
    cause: row.cause,
    consequence: row.consequence,
    response: row.response,
    timeToRespondSeconds: row.time_to_respond,
  };
}

export const toRaiseRow = (alertId: string, raise: RaiseRecord): RaiseRow => ({
  alert_id: alertId,
  number: raise.number,
  seq: raise.seq,
  raised_at: raise.raisedAtMs,
  cleared_at: raise.clearedAtMs,
  limit_kind: raise.limitKind,
  severity: raise.severity,
  threshold: raise.threshold,
  value: raise.value,
  peak_value: raise.peakValue,
  reading_count: raise.readingCount,
  escalated_at: raise.escalatedAtMs,
  escalated_threshold: raise.escalatedThreshold,
  escalated_value: raise.escalatedValue,
  annunciated_at: raise.annunciatedAtMs,
});

export const toRaiseRecord = (row: RaiseRow): RaiseRecord => ({
  number: row.number,
  seq: row.seq,
  raisedAtMs: row.raised_at,
  clearedAtMs: row.cleared_at,
  limitKind: row.limit_kind,
  severity: row.severity,
  threshold: row.threshold,
  value: row.value,
  peakValue: row.peak_value,
  readingCount: row.reading_count,
  escalatedAtMs: row.escalated_at,
  escalatedThreshold: row.escalated_threshold,
  escalatedValue: row.escalated_value,
  annunciatedAtMs: row.annunciated_at,
});

/** Every column except the key, which is the alert and the number of the raise. */
const RAISE_COLUMNS = [
  'seq',
  'raised_at',
  'cleared_at',
  'limit_kind',
  'severity',
  'threshold',
  'value',
  'peak_value',
  'reading_count',
  'escalated_at',
  'escalated_threshold',
  'escalated_value',
  'annunciated_at',
] as const satisfies readonly Exclude<keyof RaiseRow, 'alert_id' | 'number'>[];
type RaiseColumn = (typeof RAISE_COLUMNS)[number];

const RAISE_SELECTION = RAISE_COLUMNS.map((column) => `raise.${column} as raise_${column}`) as {
  [Column in RaiseColumn]: `raise.${Column} as raise_${Column}`;
}[RaiseColumn][];

/** Alerts, each with its newest raise. Every query for stored alerts begins with this. */
export function selectAlerts(db: Connection) {
  return db
    .selectFrom('alerts')
    .innerJoin('alert_raises as raise', (join) =>
      join.onRef('raise.alert_id', '=', 'alerts.id').onRef('raise.number', '=', 'alerts.raise_count'),
    )
    .selectAll('alerts')
    .select(RAISE_SELECTION);
}

const newestRaiseOf = (row: AlertWithRaise): RaiseRow => ({
  alert_id: row.id,
  number: row.raise_count,
  seq: row.raise_seq,
  raised_at: row.raise_raised_at,
  cleared_at: row.raise_cleared_at,
  limit_kind: row.raise_limit_kind,
  severity: row.raise_severity,
  threshold: row.raise_threshold,
  value: row.raise_value,
  peak_value: row.raise_peak_value,
  reading_count: row.raise_reading_count,
  escalated_at: row.raise_escalated_at,
  escalated_threshold: row.raise_escalated_threshold,
  escalated_value: row.raise_escalated_value,
  annunciated_at: row.raise_annunciated_at,
});
