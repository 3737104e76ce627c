// The rules that are in force on a machine, as the alert engine has them.

import type { Condition, ConditionKind, EffectiveLimits, OnlyWhile } from '@gonsters/contract';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { metricIndexOf } from '../../metric-index.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import type { ConditionService } from '../conditions/condition-service.ts';
import { gateRuleOf, levelTiming, ruleOf } from '../conditions/rule-of.ts';
import type { TriedRule } from './rule-run.ts';
import type { LevelTried } from './true-excursions.ts';

const NO_LIMITS: EffectiveLimits = { low_low: null, low: null, high: null, high_high: null };
/** Where nobody has described how much time there is. */
const DEFAULT_RESPOND_MS = 300_000;

export interface RulesInForceDeps {
  machines: Pick<MachineService, 'limits' | 'timeouts'>;
  settings: SettingsService;
  conditions: Pick<ConditionService, 'effectiveOf'>;
  catalogue: Pick<AlertCatalogue, 'get'>;
}

export class RulesInForce {
  readonly #deps: RulesInForceDeps;

  constructor(deps: RulesInForceDeps) {
    this.#deps = deps;
  }

  /** The limits of a metric with their delays. */
  of(machineId: string, metric: string): LevelTried {
    const { machines, settings } = this.#deps;
    const plant = {
      deadbandPercent: settings.number('alert_deadband_percent') ?? 0,
      onDelayMs: (settings.number('alert_on_delay_seconds') ?? 0) * 1000,
      offDelayMs: (settings.number('alert_off_delay_seconds') ?? 0) * 1000,
    };
    const limits = machines.limits.effective(machineId)[metric] ?? NO_LIMITS;
    const level = this.#inForce(machineId, metric, 'level');
    const timing = level === undefined ? plant : levelTiming(level, plant);
    return { rule: { kind: 'level', limits, timing }, gate: this.gate(level?.only_while ?? null) };
  }

  /** The condition of another kind; null where none is active. */
  other(machineId: string, metric: string, kind: ConditionKind): TriedRule | null {
    const condition = this.#inForce(machineId, metric, kind);
    return condition?.is_active === true ? this.tried(machineId, condition) : null;
  }

  /** The rule of a condition that is not about limits. */
  tried(machineId: string, condition: Condition): TriedRule | null {
    const { catalogue, machines } = this.#deps;
    const rule = ruleOf(condition, catalogue, machines.timeouts.of(machineId));
    return rule && { rule, gate: this.gate(condition.only_while) };
  }

  gate(onlyWhile: OnlyWhile | null): TriedRule['gate'] {
    if (onlyWhile === null) return null;
    return { metric: metricIndexOf(onlyWhile.metric), rule: gateRuleOf(onlyWhile, this.#deps.catalogue) };
  }

  /** The time to respond that the condition of this kind names. */
  respondMs(machineId: string, metric: string, kind: ConditionKind = 'level'): number {
    const seconds = this.#inForce(machineId, metric, kind)?.time_to_respond_seconds ?? null;
    return seconds === null ? DEFAULT_RESPOND_MS : seconds * 1000;
  }

  #inForce(machineId: string, metric: string, kind: ConditionKind): Condition | undefined {
    return this.#deps.conditions.effectiveOf(machineId).find((each) => each.kind === kind && each.metric === metric);
  }
}
