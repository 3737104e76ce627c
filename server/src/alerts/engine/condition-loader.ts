// Gives each machine the conditions that are in force for it, whenever they may have changed.

import type { Condition } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { metricIndexOf } from '../../metric-index.ts';
import { BAD } from '../../readings/reading-batch.ts';
import type { ConditionService } from '../conditions/condition-service.ts';
import { gateRuleOf, levelTiming, ruleOf } from '../conditions/rule-of.ts';
import { conditionSideOf, detailsOf, isActive, MORE_KINDS } from '../rules/alert-lifecycle.ts';
import { newGateState, noteGate } from '../rules/condition-gate.ts';
import { beginCondition, nextDueMs } from '../rules/evaluate-condition.ts';
import { restoreCondition } from '../store/condition-state.ts';
import { ActiveCondition, type AlertRefinement, type Gate, MachineConditions, openSince } from './active-condition.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { ConditionAlerts } from './condition-alerts.ts';
import type { MachineAlarmState, MetricAlarmState, MetricCondition } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';

/** Machines whose conditions are read again in one turn of the event loop: a few milliseconds. */
const RELOADED_AT_ONCE = 500;
const NONE: readonly Condition[] = [];

export class ConditionLoader {
  readonly #conditions: Pick<ConditionService, 'effectiveOf'>;
  readonly #states: MachineAlarmStates;
  readonly #changes: AlertChanges;
  readonly #alerts: ConditionAlerts;
  readonly #machines: Pick<MachineService, 'timeouts'>;
  readonly #clock: Clock;
  /** Machines that have conditions besides limits. */
  readonly loaded = new Set<MachineAlarmState>();
  #pending: MachineAlarmState[] = [];

  constructor(deps: {
    conditions: Pick<ConditionService, 'effectiveOf'>;
    states: MachineAlarmStates;
    changes: AlertChanges;
    alerts: ConditionAlerts;
    machines: Pick<MachineService, 'timeouts'>;
    clock: Clock;
  }) {
    this.#conditions = deps.conditions;
    this.#states = deps.states;
    this.#changes = deps.changes;
    this.#alerts = deps.alerts;
    this.#machines = deps.machines;
    this.#clock = deps.clock;
  }

  /** Conditions have changed: those of every machine are read again, some in each second, or with its next reading. */
  reloadAll(): void {
    this.#pending = [...this.#states.all()];
  }

  /** Called each second. */
  continueReload(): void {
    for (const machine of this.#pending.splice(0, RELOADED_AT_ONCE)) {
      if (machine.isDeleted) continue;
      this.reload(machine);
      this.#states.reloadLimits(machine);
    }
  }

  /** Reads the conditions of a machine again; what they have come to so far stays. Alerts of those that are gone clear. */
  reload(machine: MachineAlarmState): void {
    const inForce = this.#conditions.effectiveOf(machine.machineId);
    const before = machine.conditions;
    if (inForce.length === 0 && before === null && machine.attach === null) {
      this.#clearOthers(machine);
      return;
    }
    const own = new MachineConditions<MetricAlarmState>();
    if (before !== null) Object.assign(own, { arrivedMs: before.arrivedMs, isHistory: before.isHistory });
    machine.connectionRule = refinementOf(
      inForce.find(({ kind }) => kind === 'connection'),
      null,
    );
    const byMetric = new Map<string, Condition[]>();
    for (const each of inForce) {
      if (each.metric === null || this.#states.isSilent(each.metric)) continue;
      byMetric.set(each.metric, [...(byMetric.get(each.metric) ?? []), each]);
    }
    const former = before;
    machine.conditions = own;
    machine.attach = (metric) => this.#attach(own, former, metric, byMetric.get(metric.name) ?? NONE);
    for (const metric of machine.metrics) machine.attach(metric);
    if (byMetric.size === 0) {
      machine.conditions = null;
      machine.attach = machine.connectionRule === null ? null : machine.attach;
    }
    // A gate without conditions of its own matters to limits only.
    if (machine.conditions === null) this.loaded.delete(machine);
    else this.loaded.add(machine);
    this.#clearOthers(machine);
  }

  #attach(
    own: MachineConditions<MetricAlarmState>,
    former: MachineConditions<MetricAlarmState> | null,
    metric: MetricAlarmState,
    inForce: readonly Condition[],
  ): void {
    metric.level = null;
    metric.badRule = null;
    const before = metric.conditions ?? [];
    metric.conditions = null;
    for (const condition of inForce) {
      const gate = this.#gateOf(own, former, metric.machine, condition);
      if (condition.kind === 'level') {
        const timing = levelTiming(condition, this.#states.timing);
        metric.level = { timing, gate, details: detailsOf(condition) };
      } else if (condition.kind === 'bad_quality') metric.badRule = refinementOf(condition, gate);
      else if (condition.is_active) this.#add(own, metric, condition, gate, before);
    }
    if (metric.conditions === null) metric.storedConditions = null;
    else metric.lower = Number.POSITIVE_INFINITY;
  }

  #add(
    own: MachineConditions<MetricAlarmState>,
    metric: MetricAlarmState,
    condition: Condition,
    gate: Gate | null,
    before: readonly MetricCondition[],
  ): void {
    const { machine } = metric;
    const rule = ruleOf(condition, this.#states.catalogue, this.#machines.timeouts.of(machine.machineId));
    if (rule === null) return;
    const active = new ActiveCondition({ metric, condition, details: detailsOf(condition), rule, gate });
    const known = before.find((each) => each.condition.id === condition.id);
    if (known !== undefined) {
      const { state, silent, outOfOrder, storedAtMs, figures } = known;
      Object.assign(active, { state, silent, outOfOrder, storedAtMs, figures });
    } else {
      const alert = this.#alerts.alertOf(active);
      const stored = metric.storedConditions?.[condition.kind];
      restoreCondition(active, stored, alert !== undefined && isActive(alert));
      const { latest } = machine.entry;
      const atMs = Math.min(latest.timeMs(metric.index), this.#clock.nowMs());
      const isNew = active.state.newestMs === Number.NEGATIVE_INFINITY;
      if (isNew && Number.isFinite(atMs) && atMs <= metric.effectiveMs && latest.quality(metric.index) !== BAD)
        beginCondition(rule, active.state, atMs, latest.value(metric.index));
    }
    this.#alerts.resume(active);
    metric.conditions = [...(metric.conditions ?? []), active];
    own.active.push(active);
    own.dueMs = Math.min(own.dueMs, nextDueMs(rule, active.state, openSince(gate, this.#clock.nowMs())));
  }

  #gateOf(
    own: MachineConditions<MetricAlarmState>,
    former: MachineConditions<MetricAlarmState> | null,
    machine: MachineAlarmState,
    { only_while: tied }: Condition,
  ): Gate | null {
    if (tied === null) return null;
    const index = metricIndexOf(tied.metric);
    let state = own.gates.get(index) ?? former?.gates.get(index);
    if (state === undefined) {
      state = newGateState();
      const stored = machine.find(index)?.storedGate ?? [];
      for (const [fromMs, code] of stored) noteGate(state, fromMs, code);
      const { latest } = machine.entry;
      const atMs = latest.timeMs(index);
      const isNewer = Number.isFinite(atMs) && atMs >= (stored.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY);
      if (isNewer && latest.quality(index) !== BAD) noteGate(state, atMs, latest.value(index));
    }
    own.gates.set(index, state);
    return { rule: gateRuleOf(tied, this.#states.catalogue), state };
  }

  /** Alerts whose condition is in force no more. */
  #clearOthers(machine: MachineAlarmState): void {
    for (const alert of this.#changes.open.ofMachine(machine.machineId)) {
      const kind = conditionSideOf(alert);
      if (!(MORE_KINDS as readonly string[]).includes(kind)) continue;
      const metric = machine.find(metricIndexOf(alert.metric));
      if (metric?.conditions?.some(({ condition }) => condition.kind === kind)) continue;
      this.#alerts.clear(alert, this.#clock.nowMs());
    }
  }
}

function refinementOf(condition: Condition | undefined, gate: Gate | null): AlertRefinement | null {
  if (condition === undefined) return null;
  const { is_active, severity, on_delay_seconds: delay } = condition;
  return {
    ...{ isActive: is_active, severity: severity ?? 'warning', gate, details: detailsOf(condition) },
    onDelayMs: delay === null ? null : delay * 1000,
  };
}
