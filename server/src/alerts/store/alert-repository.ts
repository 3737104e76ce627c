// The port for stored alerts and the evaluation states of machines.

import type { AlertCondition, AlertMetric, AlertState, LimitKind, Severity, ToldState } from '@gonsters/contract';
import type { MachineScope } from '../../machines/machine-scope.ts';
import type { SilentRaise } from './silent-raises.ts';

/** One time that an alert became active, with the limits of that time. Times are UTC ms by the clock of the readings. */
export interface RaiseRecord {
  /** Counted from 1 within the alert. */
  number: number;
  /** Number of the change that began the raise; 0 until it has one. */
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
  /** When it was annunciated; null while it was not, because it is late, suppressed or shelved. */
  annunciatedAtMs: number | null;
}

/** Whether people were told of an alert; see `Alert` of the contract. Times are UTC ms. */
export interface ToldRecord {
  state: ToldState;
  people: number;
  lastAtMs: number | null;
  nextAtMs: number | null;
}

/** What the condition of an alert says, as of its newest raise. */
export interface AlertDetails {
  readonly kind: AlertCondition;
  /** null where a default of the server raised it. */
  readonly conditionId: string | null;
  readonly cause: string | null;
  readonly consequence: string | null;
  readonly response: string | null;
  readonly timeToRespondSeconds: number | null;
}

/** Times are UTC ms by the clock of the readings; those of acknowledgement and shelving by the clock of the server. */
export interface AlertRecord {
  id: string;
  /** Number of the newest change of this alert; ascending and unique over all alerts. */
  seq: number;
  /** null for an alert about several machines. */
  machineId: string | null;
  machineIds: string[];
  machineName: string;
  location: string;
  metric: AlertMetric;
  limitKind: LimitKind | 'stale';
  severity: Severity;
  state: AlertState;
  /** Without the name of the machine, which `alertView` adds. */
  message: string;
  /** Threshold, value and message are those of the newest raise or of its escalation. */
  threshold: number | null;
  value: number | null;
  /** Of all raises, like `readingCount`. */
  peakValue: number | null;
  readingCount: number;
  /** The value at which the condition clears. */
  clearsAt: number | null;
  /** How often the condition became active while the alert was open. */
  raiseCount: number;
  /** It was raised three times within a minute at least once. */
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
  /** Its last known reading is past the limit, so that its end was not observed. */
  endNotSeen: boolean;
  updatedAtMs: number;
  /** Number of the newest change that was annunciated; 0 where none was. */
  annunciatedSeq: number;
  /** Of the condition `gateway`, else null. */
  gatewayId: string | null;
  /** null where no condition that people set says more than its limit. */
  details: AlertDetails | null;
  /** The factory of a machine that was deleted; null while it exists, and for one of every factory. */
  formerFactoryId: string | null;
  /** null where no route tells anybody of it. */
  told: ToldRecord | null;
  /** The newest raise. */
  raise: RaiseRecord;
}

/** The evaluation state of one metric of a machine or, with the metric `connection`, the live window of the machine. */
export interface EvaluationRecord {
  machineId: string;
  metric: AlertMetric;
  /** JSON, which the repository does not interpret. */
  state: string;
}

export interface AlertQuery {
  states?: readonly AlertState[];
  shelved?: boolean;
  severity?: Severity;
  told?: ToldState;
  machineId?: string;
  metric?: AlertMetric;
  /** Default: every alert. */
  scope?: MachineScope;
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

/** One raise that was annunciated, with the fields of its alert that the statistics need. */
export interface Annunciation {
  /** Later than the raise where it was shelved or suppressed at first. */
  atMs: number;
  raisedAtMs: number;
  clearedAtMs: number | null;
  /** The highest severity of the raise. */
  severity: Severity;
  /** The newest raise of its alert: what is counted once per alert is counted with this one. */
  isNewest: boolean;
  machineId: string | null;
  machineName: string;
  location: string;
  metric: AlertMetric;
  /** At the raise. */
  limitKind: LimitKind | 'stale';
  condition: AlertCondition;
  chattering: boolean;
  acknowledgedAtMs: number | null;
  /** Since when people had to acknowledge it. */
  unacknowledgedSinceMs: number;
}

/** A filter that narrows what is read. More machines than fit into a statement may bring those of others, too. */
export interface AnnunciationFilter {
  readonly metric?: AlertMetric;
  readonly machineIds?: readonly string[];
}

/** What is written in one transaction: alerts, evaluation states and notifications. */
export interface AlertChangeSet {
  alerts: readonly AlertRecord[];
  /** Raises of these alerts that ended before they could be stored. The newest raise is part of its alert. */
  earlierRaises?: readonly { alertId: string; raise: RaiseRecord }[];
  evaluations: readonly EvaluationRecord[];
  /** For the outbox, from which `notifications` takes them. A notification whose id is stored already is ignored. */
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
   * Writes all or nothing. `epoch` is that of the term of leadership, null where there are no other nodes. Rejects with
   * `deposed` if another node has become leader since: then nothing is written.
   */
  save(changes: AlertChangeSet, epoch: number | null): Promise<void>;
  byId(id: string): Promise<AlertRecord | null>;
  /** The raises of an alert, newest first. Rejects an invalid cursor with `validation_failed`. */
  raises(alertId: string, query: RaiseQuery): Promise<{ raises: RaiseRecord[]; nextCursor: string | null }>;
  /**
   * The newest raise first, as of the time when the first page was read: an alert that returns while a client pages is
   * neither skipped nor listed twice. Rejects an invalid cursor with `validation_failed`.
   */
  page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }>;
  /** The newest state of each alert changed after `seq`, ascending by seq, at most `limit`. */
  changedSince(seq: number, limit: number): Promise<AlertRecord[]>;
  /** All alerts raised at least once in [fromMs, toMs), ascending by the newest raise, each once, for the export. */
  raisedBetween(fromMs: number, toMs: number, scope?: MachineScope): AsyncIterable<AlertRecord>;
  /** All raises that were annunciated in [fromMs, toMs), ascending, in pages, for the statistics. */
  annunciations(
    fromMs: number,
    toMs: number,
    scope?: MachineScope,
    only?: AnnunciationFilter,
  ): AsyncIterable<readonly Annunciation[]>;
  /** All raises of [fromMs, toMs) that were suppressed or shelved, ascending, in pages, for the statistics. */
  silentRaises(fromMs: number, toMs: number, scope?: MachineScope): AsyncIterable<readonly SilentRaise[]>;
}
