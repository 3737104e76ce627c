// The port to the stored alerts and to the state of their evaluation.

import type { AlertMetric, AlertState, LimitKind, MetricName, Severity } from '@gonsters/contract';

/** An alert as stored; times are UTC ms by the readings' clock, acknowledgement and shelving by the server's. */
export interface AlertRecord {
  id: string;
  /** Number of the newest change of this alert; unique and growing over all alerts. */
  seq: number;
  /** null where one alert speaks for many machines. */
  machineId: string | null;
  machineIds: string[];
  machineName: string;
  location: string;
  metric: AlertMetric;
  limitKind: LimitKind | 'stale';
  severity: Severity;
  state: AlertState;
  message: string;
  threshold: number | null;
  value: number | null;
  peakValue: number | null;
  readingCount: number;
  /** How often its condition became active: once, and once more each time it came back before anybody acknowledged. */
  raiseCount: number;
  /** It became active three times within a minute at least once. */
  chattering: boolean;
  raisedAtMs: number;
  escalatedAtMs: number | null;
  clearedAtMs: number | null;
  acknowledgedAtMs: number | null;
  acknowledgedBy: string | null;
  acknowledgeNote: string | null;
  shelvedUntilMs: number | null;
  shelvedBy: string | null;
  shelveReason: string | null;
  late: boolean;
  updatedAtMs: number;
}

/** Where the evaluation of one machine and metric stands, as far as it must survive a restart. */
export interface EvaluationRecord {
  machineId: string;
  metric: MetricName;
  /** JSON of the evaluation state; opaque to the repository. */
  state: string;
}

export interface AlertQuery {
  states?: readonly AlertState[];
  shelved?: boolean;
  severity?: Severity;
  machineId?: string;
  metric?: AlertMetric;
  /** By `raisedAtMs`, from included, to excluded. */
  fromMs?: number;
  toMs?: number;
  limit: number;
  cursor?: string;
}

/** What one step changes, written in one transaction: alerts, evaluation states and outgoing notifications. */
export interface AlertChanges {
  alerts: readonly AlertRecord[];
  evaluations: readonly EvaluationRecord[];
  /** The outbox, which no channel empties yet. A row whose id is stored already stays as it is. */
  notifications: readonly {
    id: string;
    alertId: string;
    kind: string;
    payload: string;
    createdAtMs: number;
  }[];
}

export interface AlertRepository {
  /** Alerts that are not closed. */
  open(): Promise<AlertRecord[]>;
  evaluations(): Promise<EvaluationRecord[]>;
  lastSeq(): Promise<number>;
  /**
   * Writes all or nothing. `epoch` is that of the node's watch, null where no other node exists. Rejects with `deposed`
   * where another node has taken the watch since: then nothing was written.
   */
  save(changes: AlertChanges, epoch: number | null): Promise<void>;
  byId(id: string): Promise<AlertRecord | null>;
  /** Newest raised first. Rejects a cursor that is none of its own with `validation_failed`. */
  page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }>;
  /** The newest state of each alert changed after `seq`, ascending by seq, at most `limit`. */
  changedSince(seq: number, limit: number): Promise<AlertRecord[]>;
  /** All alerts raised in [fromMs, toMs), ascending, for the statistics and the export. */
  raisedBetween(fromMs: number, toMs: number): AsyncIterable<AlertRecord>;
}
