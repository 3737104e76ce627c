// Evaluates readings, and the time between them, by the conditions of a machine besides its limits. Live readings raise alerts;
// those that are history or out of order raise silent entries (decision 61).

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { BAD } from '../../readings/reading-batch.ts';
import { differsBeyondFigures, QUIET, rebaseDelays, type Transition } from '../rules/condition.ts';
import { noteGate } from '../rules/condition-gate.ts';
import {
  advanceCondition,
  endCondition,
  evaluateCondition,
  interruptCondition,
  newRuleState,
  nextDueMs,
  type RuleState,
} from '../rules/evaluate-condition.ts';
import { type MachineConditions, openSince, type SilentEntry } from './active-condition.ts';
import type { ArrivedReadings } from './arrived-readings.ts';
import type { ConditionAlerts } from './condition-alerts.ts';
import type { ConditionLoader } from './condition-loader.ts';
import type { MachineAlarmState, MetricAlarmState, MetricCondition } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';
import type { MetricAlerts } from './metric-alerts.ts';
import type { SilentEntries } from './silent-entries.ts';

/** A live reading continues an excursion of the history if it follows within this many of the gaps before it. */
const GAPS_TO_PRESENT = 3;
/** What only readings change of a state is stored this often, and of this many conditions in one second. */
const STORED_EVERY_MS = 30_000;
const STORED_AT_ONCE = 100;
/** Readings out of order are forgotten after this time: a backlog does not pause for longer. */
const FORGOTTEN_AFTER_MS = 600_000;

export class ConditionEvaluator {
  readonly #states: MachineAlarmStates;
  readonly #loader: ConditionLoader;
  readonly #alerts: ConditionAlerts;
  readonly #metricAlerts: MetricAlerts;
  readonly #entries: SilentEntries;
  readonly #clock: Clock;

  constructor(deps: {
    states: MachineAlarmStates;
    loader: ConditionLoader;
    conditionAlerts: ConditionAlerts;
    metricAlerts: MetricAlerts;
    entries: SilentEntries;
    clock: Clock;
  }) {
    this.#states = deps.states;
    this.#loader = deps.loader;
    this.#alerts = deps.conditionAlerts;
    this.#metricAlerts = deps.metricAlerts;
    this.#entries = deps.entries;
    this.#clock = deps.clock;
  }

  /** What time alone has changed before this reading, and the states in it that conditions are tied to. */
  beforeRow(
    machine: MachineAlarmState,
    own: MachineConditions<MetricAlarmState>,
    readings: ArrivedReadings,
    row: number,
    isLive: boolean,
  ): void {
    const atMs = readings.effectiveMs[row] as number;
    const { lastHeardMs } = machine;
    if (atMs >= own.dueMs && atMs >= lastHeardMs) this.#advance(own, atMs, lastHeardMs, isLive);
    if (own.gates.size === 0) return;
    const end = readings.starts[row + 1] as number;
    for (let k = readings.starts[row] as number; k < end; k++) {
      const gate = own.gates.get(readings.metrics[k] as number);
      if (gate === undefined || readings.qualities[k] === BAD) continue;
      const last = gate.changes.at(-1);
      // A time in the future was recorded before the server's clock was set back.
      if (last !== undefined && last[0] > readings.arrivedMs) gate.changes.length = 0;
      else if (last !== undefined && atMs < last[0]) continue;
      const metric = machine.metric(readings.metrics[k] as number);
      if (!metric.isInOrder(atMs, readings.arrivedMs) || !noteGate(gate, atMs, readings.values[k] as number)) continue;
      this.#states.save(metric);
      this.#endGated(machine, own, atMs, isLive);
    }
  }

  /** A good value in order of a metric that has conditions. */
  addValue(metric: MetricAlarmState, atMs: number, value: number, isLive: boolean): void {
    const own = metric.machine.conditions;
    if (own === null) return;
    for (const active of metric.conditions ?? []) {
      const { state, rule } = active;
      if (atMs < state.newestMs) rebase(state, atMs);
      if (isLive && active.silent !== null && !isNear(active, active.silent, atMs)) leaveHistory(active);
      const wasHistory = active.silent;
      const before = state.condition;
      const heardMs = Math.min(metric.machine.lastHeardMs, atMs);
      const context = active.contextAt(atMs, heardMs);
      const transitions = evaluateCondition(rule, state, atMs, value, context);
      this.#apply(active, before, transitions, isLive);
      if (active.silent !== null && active.silent === wasHistory) {
        if (isLive) this.#sound(active, active.silent);
        else this.#extend(active, active.silent, state, atMs);
      }
      own.dueMs = Math.min(own.dueMs, nextDueMs(rule, state, context.openSinceMs));
    }
  }

  /** A good value that is older than the newest one of its metric: it changes no alert, and may be part of a silent entry. */
  addOutOfOrder(metric: MetricAlarmState, atMs: number, value: number): void {
    for (const active of metric.conditions ?? []) {
      let late = active.outOfOrder;
      if (late === null || atMs < late.state.newestMs) {
        late = { state: newRuleState(), silent: null };
        active.outOfOrder = late;
      }
      const { state } = late;
      const heardMs = Math.min(state.newestMs, atMs);
      for (const each of evaluateCondition(active.rule, state, atMs, value, active.contextAt(atMs, heardMs))) {
        if (each.change === 'raised') late.silent = this.#begin(active, each);
        else if (late.silent !== null) late.silent = this.#finish(active, late.silent, each);
      }
      if (late.silent !== null) this.#extend(active, late.silent, state, atMs);
    }
  }

  /** A bad value of a metric that has conditions. */
  addBad(metric: MetricAlarmState): void {
    for (const { rule, state } of metric.conditions ?? []) interruptCondition(rule, state);
  }

  /** The machine was heard at this time: what still lasts is known to have lasted until now. */
  afterRow(own: MachineConditions<MetricAlarmState>, atMs: number, readings: ArrivedReadings, isLive: boolean): void {
    own.arrivedMs = readings.isArrival ? readings.arrivedMs : this.#clock.nowMs();
    own.isHistory = !isLive;
    if (atMs >= own.dueMs) this.#advance(own, atMs, atMs, isLive);
  }

  /** Whether the limits of a metric count at this time, or their state is another one: then what they raised clears. */
  isLevelOpen(metric: MetricAlarmState, atMs: number): boolean {
    return metric.level === null || atMs >= openSince(metric.level.gate, atMs);
  }

  /** Called each second. */
  tick(nowMs: number): void {
    let stored = 0;
    for (const machine of this.#loader.loaded) {
      const own = machine.conditions;
      if (own === null || machine.isDeleted) {
        this.#loader.loaded.delete(machine);
        continue;
      }
      const { lastHeardMs } = machine;
      // By the clock of its device, which may be behind.
      const toMs = Number.isNaN(own.arrivedMs) ? nowMs : lastHeardMs + Math.max(0, nowMs - own.arrivedMs);
      if (toMs >= own.dueMs && !own.isHistory && machine.connection !== 'stale' && Number.isFinite(lastHeardMs))
        this.#advance(own, toMs, lastHeardMs, true);
      for (const active of own.active) {
        if (stored >= STORED_AT_ONCE || Math.abs(nowMs - active.storedAtMs) < STORED_EVERY_MS) continue;
        const isForgotten = Math.abs(nowMs - (active.outOfOrder?.silent?.changedAtMs ?? 0)) > FORGOTTEN_AFTER_MS;
        if (isForgotten) active.outOfOrder = null;
        if (active.storedAtMs !== 0 && active.state.newestMs > active.storedAtMs - STORED_EVERY_MS) {
          this.#states.save(active.metric);
          stored++;
        }
        active.storedAtMs = nowMs;
      }
    }
    this.#alerts.storeFigures(nowMs);
    this.#entries.tick();
  }

  /** Stores what is not stored yet of every condition, before a stop. */
  saveAll(): void {
    for (const { conditions } of this.#loader.loaded)
      for (const { metric } of conditions?.active ?? []) this.#states.save(metric);
  }

  #advance(own: MachineConditions<MetricAlarmState>, toMs: number, heardMs: number, isLive: boolean): void {
    own.dueMs = Number.POSITIVE_INFINITY;
    for (const active of own.active) {
      const before = active.state.condition;
      const context = active.contextAt(toMs, heardMs);
      this.#apply(active, before, advanceCondition(active.rule, active.state, toMs, context), isLive);
      own.dueMs = Math.min(own.dueMs, nextDueMs(active.rule, active.state, context.openSinceMs));
    }
  }

  /** Conditions clear that are tied to a state that has ended. */
  #endGated(machine: MachineAlarmState, own: MachineConditions<MetricAlarmState>, atMs: number, isLive: boolean): void {
    own.dueMs = Math.min(own.dueMs, atMs);
    for (const active of own.active) {
      if (atMs >= openSince(active.gate, atMs)) continue;
      const { state, rule } = active;
      const before = state.condition;
      this.#apply(active, before, endCondition(rule, state, atMs, before.high.peakValue ?? 0), isLive);
    }
    for (const metric of machine.metrics) {
      if (metric.condition !== QUIET && !this.isLevelOpen(metric, atMs)) this.endLevel(metric, atMs);
    }
  }

  /** The state that the limits of the metric are tied to has ended. */
  endLevel(metric: MetricAlarmState, atMs: number): void {
    const { limits, condition: before, newestValue } = metric;
    if (limits === null || before === QUIET) return;
    const state: RuleState = { ...newRuleState(), condition: before };
    const timing = this.#states.timingOf(metric);
    const transitions = endCondition({ kind: 'level', limits, timing }, state, atMs, newestValue);
    this.#states.setCondition(metric, QUIET);
    if (transitions.length > 0) this.#metricAlerts.applyTransitions(metric, before, transitions, null);
  }

  #apply(
    active: MetricCondition,
    before: RuleState['condition'],
    transitions: readonly Transition[],
    isLive: boolean,
  ): void {
    for (const each of transitions) {
      if (each.change === 'cleared' && active.silent !== null)
        active.silent = this.#finish(active, active.silent, each);
      else if (each.change === 'cleared' || isLive) this.#alerts.apply(active, before, each, null);
      else if (each.change === 'raised') active.silent = this.#begin(active, each);
    }
    const after = active.state.condition;
    if (before !== after && differsBeyondFigures(before, after)) {
      this.#states.save(active.metric);
      active.storedAtMs = this.#clock.nowMs();
    }
  }

  /** An excursion of the history goes on in the present. */
  #sound(active: MetricCondition, entry: SilentEntry): void {
    const { condition } = active.state;
    active.silent = null;
    this.#entries.forget(entry);
    const severity = condition.high.active ?? active.rule.severity;
    const raised = { change: 'raised', side: 'high', limitKind: 'high', threshold: null } as const;
    const transition: Transition = { ...raised, severity, value: entry.value, timestampMs: entry.fromMs };
    this.#alerts.apply(active, condition, transition, entry.isStored ? entry.alertId : null);
    this.#states.save(active.metric);
  }

  #begin(active: MetricCondition, { timestampMs, value }: Transition): SilentEntry {
    const entry: SilentEntry = {
      ...{ alertId: randomUUID(), fromMs: timestampMs, toMs: timestampMs, value, peakValue: null, readingCount: 1 },
      ...{ spacingMs: 0, endNotSeen: true, changedAtMs: 0, isStored: false, isKnown: false },
    };
    this.#entries.note(active, entry);
    return entry;
  }

  #extend(active: MetricCondition, entry: SilentEntry, { condition }: RuleState, atMs: number): void {
    entry.spacingMs = Math.max(entry.spacingMs, atMs - entry.toMs);
    // Inside the limit, and waiting for the off-delay.
    if (condition.high.insideSinceMs === null) entry.toMs = Math.max(entry.toMs, atMs);
    entry.peakValue = condition.high.peakValue;
    entry.readingCount = condition.high.readingCount;
    this.#entries.note(active, entry);
  }

  #finish(active: MetricCondition, entry: SilentEntry, { timestampMs }: Transition): null {
    if (active.rule.kind !== 'rate_of_change') entry.toMs = Math.max(entry.toMs, timestampMs);
    entry.endNotSeen = false;
    this.#entries.note(active, entry);
    return null;
  }
}

/** Whether a live reading may continue an excursion of the history. */
function isNear({ metric }: MetricCondition, { toMs, spacingMs }: SilentEntry, atMs: number): boolean {
  return atMs - toMs <= Math.max(metric.machine.liveWindow.ms, GAPS_TO_PRESENT * spacingMs);
}

/** The gap is too long: the entry stays as it is, and the condition begins again. */
function leaveHistory(active: MetricCondition): void {
  active.silent = null;
  active.state.condition = QUIET;
  if (active.state.lasting !== null) active.state.lasting.sinceMs = Number.NaN;
}

/** The server's clock was set back. */
function rebase(state: RuleState, atMs: number): void {
  state.rate = null;
  if (state.lasting !== null) state.lasting.sinceMs = Math.min(state.lasting.sinceMs, atMs);
  state.condition = rebaseDelays(state.condition, atMs);
}
