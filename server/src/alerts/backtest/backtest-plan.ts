// From what a request asks to the series and rules of a back-test.

import type { BacktestRequest, Condition, EffectiveLimits, Fault } from '@gonsters/contract';
import { ASCENDING_LIMITS } from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import { type AlertCatalogue, hasLimits } from '../../machines/alert-catalogue.ts';
import type { MachineScope } from '../../machines/machine-scope.ts';
import { inScope, isInScope } from '../../machines/machine-scope.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { metricIndexOf } from '../../metric-index.ts';
import { conditionFaults } from '../conditions/condition-faults.ts';
import type { TriedRule } from './rule-run.ts';
import type { RulesInForce } from './rules-in-force.ts';
import type { BacktestPlan, BacktestSeries } from './run-backtest.ts';
import type { LevelTried } from './true-excursions.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;

/** @throws AppError `validation_failed`; `not_found` for a machine that the user may not see */
export function planBacktest(
  request: BacktestRequest,
  scope: MachineScope,
  deps: { machines: MachineService; catalogue: AlertCatalogue; rules: RulesInForce; maxRaises: number },
): BacktestPlan {
  const { from: fromMs, to: toMs } = request;
  const { metric: name } = request;
  const kind = request.condition?.kind ?? 'level';
  const { rules, catalogue } = deps;
  refuse(rangeFaults(request), metricFaults(request, catalogue), fieldFaults(request));
  const condition = triedCondition(request);
  refuse(conditionFaults(condition, catalogue));
  const metric = metricIndexOf(name);
  const series = machineIds(request, scope, deps.machines).map((machineId): BacktestSeries => {
    const respondMs = rules.respondMs(machineId, name, kind);
    if (kind !== 'level') {
      const would = rules.tried(machineId, condition) as TriedRule;
      return { machineId, metric, now: rules.other(machineId, name, kind), would, respondMs };
    }
    const now = rules.of(machineId, name);
    const gate = request.only_while === undefined ? now.gate : rules.gate(request.only_while);
    return { machineId, metric, now, would: { ...triedLevel(request, now), gate }, respondMs };
  });
  return { fromMs, toMs, series, maxRaises: deps.maxRaises };
}

/** What the request describes, as a condition of the plant. */
function triedCondition(request: BacktestRequest): Condition {
  const { condition, metric, on_delay_seconds, off_delay_seconds, deadband, only_while } = request;
  const { kind, ...parameters } = condition ?? { kind: 'level' as const };
  return {
    ...{ id: '', scope: { level: 'plant' }, is_active: true, created_at: '', updated_at: '' },
    ...{ units_per_minute: null, window_seconds: null, direction: null, duration_seconds: null },
    ...{ epsilon: null, values: null, severity: null },
    ...{ cause: null, consequence: null, response: null, time_to_respond_seconds: null },
    ...parameters,
    kind,
    metric,
    on_delay_seconds: on_delay_seconds ?? null,
    off_delay_seconds: off_delay_seconds ?? null,
    deadband: deadband ?? null,
    only_while: only_while ?? null,
  };
}

/** What only limits have. */
function fieldFaults({ condition, limits, deadband_percent }: BacktestRequest): Fault[] {
  if (condition === undefined || condition.kind === 'level') return [];
  const error = `A condition of the kind ${condition.kind} has none`;
  return [
    ...(limits === undefined ? [] : [{ field: 'limits', error }]),
    ...(deadband_percent === undefined ? [] : [{ field: 'deadband_percent', error }]),
  ];
}

function machineIds({ machine_ids, sensor_type }: BacktestRequest, scope: MachineScope, machines: MachineService) {
  if (machine_ids !== undefined) {
    for (const id of machine_ids) {
      const entry = machines.get(id);
      if (entry === undefined || !isInScope(scope, entry.record))
        throw new AppError('not_found', `No machine with id ${id} exists`);
    }
    return [...new Set(machine_ids)];
  }
  const found = Array.from(inScope(machines.entries(), scope))
    .filter(({ record }) => record.sensorType === sensor_type)
    .map(({ record }) => record.id);
  if (found.length === 0) refuse([{ field: 'sensor_type', error: 'No machine has this type', value: sensor_type }]);
  return found;
}

/** The rules of the request; what it leaves out is as in force. */
function triedLevel(request: BacktestRequest, now: LevelTried): LevelTried {
  const { rule, gate } = now;
  const limits: EffectiveLimits = { ...rule.limits };
  for (const kind of ASCENDING_LIMITS) {
    const given = request.limits?.[kind];
    if (given !== undefined) limits[kind] = given;
  }
  const timing = {
    ...rule.timing,
    ...(request.on_delay_seconds === undefined ? {} : { onDelayMs: request.on_delay_seconds * 1000 }),
    ...(request.off_delay_seconds === undefined ? {} : { offDelayMs: request.off_delay_seconds * 1000 }),
    ...(request.deadband_percent === undefined ? {} : { deadbandPercent: request.deadband_percent, deadband: null }),
    ...(request.deadband === undefined ? {} : { deadband: request.deadband }),
  };
  refuse(orderFaults(limits));
  return { rule: { ...rule, limits, timing }, gate };
}

function rangeFaults({ from, to }: BacktestRequest): Fault[] {
  if (to - from <= MAX_DAYS * DAY_MS) return [];
  return [{ field: 'from', error: `must be at most ${MAX_DAYS} days before to` }];
}

function metricFaults({ metric, condition }: BacktestRequest, catalogue: AlertCatalogue): Fault[] {
  const definition = catalogue.get(metric);
  if (definition === undefined) return [{ field: 'metric', error: 'must be a metric of the catalogue', value: metric }];
  if ((condition?.kind ?? 'level') === 'level' && !hasLimits(definition))
    return [{ field: 'metric', error: `has no limits, because it is a ${definition.kind}`, value: metric }];
  return [];
}

/** Limits of the request may contradict those that stay in force. */
export function orderFaults(limits: EffectiveLimits, field?: string): Fault[] {
  const set = ASCENDING_LIMITS.filter((kind) => limits[kind] !== null);
  return set.flatMap((kind, i) => {
    const below = set[i - 1];
    if (below === undefined || (limits[below] as number) < (limits[kind] as number)) return [];
    const error = `must be greater than ${below}, which is ${limits[below]}`;
    return [{ field: field ?? `limits.${kind}`, error, value: limits[kind] }];
  });
}

function refuse(...faults: readonly (readonly Fault[])[]): void {
  const all = faults.flat();
  if (all.length > 0) throw new AppError('validation_failed', undefined, { faults: all });
}
