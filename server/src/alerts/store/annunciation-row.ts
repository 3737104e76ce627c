// Annunciations, as they are read from raises and their alerts.

import type { AlertCondition } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { CHANNEL_METRIC } from '../rules/alert-lifecycle.ts';
import type { AlertRecord, Annunciation } from './alert-repository.ts';

/** The columns of the raise, joined as `raise`, and of its alert that the statistics need. */
export const ANNUNCIATION_COLUMNS = [
  'raise.alert_id',
  'raise.number',
  'raise.annunciated_at',
  'raise.raised_at',
  'raise.cleared_at',
  'raise.severity',
  'raise.limit_kind',
  'raise.escalated_at as raise_escalated_at',
  'alerts.machine_id',
  'alerts.machine_name',
  'alerts.location',
  'alerts.metric',
  'alerts.condition',
  'alerts.gateway_id',
  'alerts.threshold',
  'alerts.raise_count',
  'alerts.chattering',
  'alerts.first_raised_at',
  'alerts.escalated_at',
  'alerts.acknowledged_at',
] as const;

type Alert = Selectable<Schema['alerts']>;
type Raise = Selectable<Schema['alert_raises']>;
type AnnunciationRow = Pick<
  Alert,
  | 'machine_id'
  | 'machine_name'
  | 'location'
  | 'metric'
  | 'condition'
  | 'gateway_id'
  | 'threshold'
  | 'raise_count'
  | 'chattering'
  | 'first_raised_at'
  | 'escalated_at'
  | 'acknowledged_at'
> &
  Pick<Raise, 'alert_id' | 'number' | 'annunciated_at' | 'raised_at' | 'cleared_at' | 'severity' | 'limit_kind'> & {
    raise_escalated_at: number | null;
  };

export const toAnnunciation = (row: AnnunciationRow): Annunciation => ({
  atMs: row.annunciated_at as number,
  raisedAtMs: row.raised_at,
  clearedAtMs: row.cleared_at,
  severity: row.raise_escalated_at === null ? row.severity : 'critical',
  isNewest: row.number === row.raise_count,
  machineId: row.machine_id,
  machineName: row.machine_name,
  location: row.location,
  metric: row.metric,
  limitKind: row.limit_kind,
  condition:
    row.condition ??
    conditionWithoutDetails({
      metric: row.metric,
      gatewayId: row.gateway_id,
      limitKind: row.limit_kind,
      threshold: row.threshold,
    }),
  chattering: row.chattering === 1,
  acknowledgedAtMs: row.acknowledged_at,
  unacknowledgedSinceMs: row.escalated_at ?? (row.number === 1 ? (row.annunciated_at as number) : row.first_raised_at),
});

/** The kind of condition of an alert of which no condition that people set says more. */
export function conditionWithoutDetails({
  metric,
  gatewayId,
  limitKind,
  threshold,
}: Pick<AlertRecord, 'metric' | 'gatewayId' | 'limitKind' | 'threshold'>): AlertCondition {
  if (gatewayId !== null) return 'gateway';
  if (metric === CHANNEL_METRIC) return 'notification';
  // Of an older version. The threshold is the timeout of the machines, which does not count while their gateway is offline.
  if (metric === 'connection') return threshold === null ? 'gateway' : 'connection';
  return limitKind === 'stale' ? 'bad_quality' : 'level';
}
