// The port to the stored alerts and to the state of their evaluation.

import type { AlertMetric, AlertState, LimitKind, Severity } from '@gonsters/contract';

/** One of the times that an alert became active, with the limit in force then; times are UTC ms by the readings' clock. */
export interface RaiseRecord {
  /** From 1 on within its alert. */
  number: number;
  /** Number of the change that began it; 0 until it is numbered. */
  seq: number;
  raisedAtMs: number;
  clearedAtMs: number | null;
  limitKind: LimitKind | 'stale';
  severity: Severity;
  threshold: number | null;
  value: number | null;
  peakValue: number | null;
  readingCount: number;
  escalatedAtMs: number | null;
  escalatedThreshold: number | null;
  escalatedValue: number | null;
  /** When people heard of it; null while they have not, since it is late, suppressed or shelved. */
  annunciatedAtMs: number | null;
}

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
  /** Without the machine, see `messageOf`. */
  message: string;
  /** Limit, value and message are those of the newest raise, or of its escalation. */
  threshold: number | null;
  value: number | null;
  /** Over all raises, like the number of readings. */
  peakValue: number | null;
  readingCount: number;
  /** The value at which the condition clears. */
  clearsAt: number | null;
  /** How often its condition became active: once, and once more each time it came back before anybody acknowledged. */
  raiseCount: number;
  /** It became active three times within a minute at least once. */
  chattering: boolean;
  firstRaisedAtMs: number;
  /** Of the newest raise. */
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
  /** It ended with the last reading that is known of it, which was still past the limit. */
  endNotSeen: boolean;
  updatedAtMs: number;
  /** Number of the newest change that people had to hear of; 0 where there was none. */
  annunciatedSeq: number;
  /** The newest. */
  raise: RaiseRecord;
}

/** Where the evaluation of one machine and metric stands, or how often the machine is heard: what must survive a restart. */
export interface EvaluationRecord {
  machineId: string;
  metric: AlertMetric;
  /** JSON of the evaluation state; opaque to the repository. */
  state: string;
}

export interface AlertQuery {
  states?: readonly AlertState[];
  shelved?: boolean;
  severity?: Severity;
  machineId?: string;
  metric?: AlertMetric;
  /** Raised at least once in this range, from included, to excluded. */
  fromMs?: number;
  toMs?: number;
  limit: number;
  cursor?: string;
}

export interface RaiseQuery {
  /** By the time they were raised, from included, to excluded. */
  fromMs?: number;
  toMs?: number;
  limit: number;
  cursor?: string;
}

/** One raise that people had to hear of, with what the statistics need of its alert. */
export interface Annunciation {
  /** Later than the raise where it was shelved or suppressed at first. */
  atMs: number;
  raisedAtMs: number;
  clearedAtMs: number | null;
  /** The worst of the raise. */
  severity: Severity;
  /** Of its alert: what is counted once for an alert is counted with this one. */
  isNewest: boolean;
  machineId: string | null;
  machineName: string;
  location: string;
  metric: AlertMetric;
  chattering: boolean;
  acknowledgedAtMs: number | null;
  /** Since when people had to acknowledge it. */
  unacknowledgedSinceMs: number;
}

/** What one step changes, written in one transaction: alerts, evaluation states and outgoing notifications. */
export interface AlertChangeSet {
  alerts: readonly AlertRecord[];
  /** Raises of these alerts that ended before they could be stored; the newest of each stands in its alert. */
  earlierRaises?: readonly { alertId: string; raise: RaiseRecord }[];
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
  save(changes: AlertChangeSet, epoch: number | null): Promise<void>;
  byId(id: string): Promise<AlertRecord | null>;
  /** The raises of an alert, newest first. Rejects a cursor that is none of its own with `validation_failed`. */
  raises(alertId: string, query: RaiseQuery): Promise<{ raises: RaiseRecord[]; nextCursor: string | null }>;
  /**
   * The newest raise first, as it was when the first page was read: an alert that returns while somebody pages is neither
   * skipped nor shown twice. Rejects a cursor that is none of its own with `validation_failed`.
   */
  page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }>;
  /** The newest state of each alert changed after `seq`, ascending by seq, at most `limit`. */
  changedSince(seq: number, limit: number): Promise<AlertRecord[]>;
  /** All alerts raised at least once in [fromMs, toMs), ascending by the newest raise, each once, for the export. */
  raisedBetween(fromMs: number, toMs: number): AsyncIterable<AlertRecord>;
  /** All raises that people heard of in [fromMs, toMs), ascending, for the statistics. */
  annunciations(fromMs: number, toMs: number): AsyncIterable<Annunciation>;
}
