// The conditions of one machine, as they are evaluated: what each compares, and how far it has come.

import type { Condition, Severity } from '@gonsters/contract';
import type { ConditionTiming } from '../rules/condition.ts';
import { type GateRule, type GateState, openSinceMs } from '../rules/condition-gate.ts';
import type { MoreRule } from '../rules/condition-rule.ts';
import { type EvaluationContext, newRuleState, type RuleState } from '../rules/evaluate-condition.ts';
import type { AlertDetails, AlertRecord } from '../store/alert-repository.ts';

/** The state that a condition is tied to. */
export interface Gate {
  readonly rule: GateRule;
  /** Of the metric, shared by all conditions of the machine that are tied to it. */
  readonly state: GateState;
}

/** What a condition of the kind `level` changes of the limits of a metric. */
export interface LevelRefinement {
  readonly timing: ConditionTiming;
  readonly gate: Gate | null;
  readonly details: AlertDetails;
}

/** What a condition changes of an alert that a machine has anyway: about bad quality, or about its connection. */
export interface AlertRefinement {
  /** Without one, nothing is raised. */
  readonly isActive: boolean;
  readonly severity: Severity;
  readonly onDelayMs: number | null;
  readonly gate: Gate | null;
  readonly details: AlertDetails;
}

/** An excursion in readings that were history or out of order: it becomes a closed, silent alert. */
export interface SilentEntry {
  readonly alertId: string;
  readonly fromMs: number;
  readonly value: number;
  toMs: number;
  /** Longest gap between its readings. */
  spacingMs: number;
  peakValue: number | null;
  readingCount: number;
  endNotSeen: boolean;
  /** By the server's clock, when it changed last. */
  changedAtMs: number;
  isStored: boolean;
  /** An alert that was raised live covers it. */
  isKnown: boolean;
}

/** Mutable on purpose, as the state of its metric is. `Metric` is that state. */
export class ActiveCondition<Metric> {
  readonly metric: Metric;
  readonly condition: Condition;
  readonly details: AlertDetails;
  readonly rule: MoreRule;
  readonly gate: Gate | null;
  state: RuleState = newRuleState();
  /** The excursion that readings in order of the history are in; null while there is none. */
  silent: SilentEntry | null = null;
  /** Readings that are out of order are evaluated by themselves. */
  outOfOrder: { state: RuleState; silent: SilentEntry | null } | null = null;
  /** Count and peak of the alert before this raise; null while it is not active. */
  figures: Pick<AlertRecord, 'readingCount' | 'peakValue'> | null = null;
  /** By the server's clock, when its state was stored last. */
  storedAtMs = 0;

  constructor(parts: Pick<ActiveCondition<Metric>, 'metric' | 'condition' | 'details' | 'rule' | 'gate'>) {
    this.metric = parts.metric;
    this.condition = parts.condition;
    this.details = parts.details;
    this.rule = parts.rule;
    this.gate = parts.gate;
  }

  contextAt(atMs: number, heardMs: number): EvaluationContext {
    return { openSinceMs: openSince(this.gate, atMs), heardMs };
  }
}

/** The conditions of a machine besides its limits. */
export class MachineConditions<Metric> {
  active: ActiveCondition<Metric>[] = [];
  /** The states that conditions are tied to, by the number of their metric. */
  gates = new Map<number, GateState>();
  /** Time alone changes no condition before this time of the machine. */
  dueMs = Number.POSITIVE_INFINITY;
  /** When its newest reading arrived, by the server's clock; NaN before the first since the start. */
  arrivedMs = Number.NaN;
  /** The newest reading was history: nothing is raised because time passes. */
  isHistory = false;
}

/** Since when what is tied to the gate counts; -Infinity without a gate. */
export function openSince(gate: Gate | null, atMs: number): number {
  return gate === null ? Number.NEGATIVE_INFINITY : openSinceMs(gate.rule, gate.state, atMs);
}
