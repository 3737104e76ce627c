// The rules of one metric at each scope: what is set for the machine, for its type and for the plant.

import type { Condition, LimitRule, Machine, MachineType, MetricDefinition } from '@gonsters/contract';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { conditionsApi } from '../../api/conditions-api.ts';
import { useApi } from '../../api/use-api.ts';
import { conditionAt } from '../../components/domain/conditions/condition-scopes.ts';
import { NO_RULES, type Rules, type WiderRules } from './model/rules-draft.ts';

export type ScopeName = 'machine' | 'type' | 'plant';

/** What is stored at one scope: its limits, and the condition that refines them. */
export interface ScopeRules {
  name: ScopeName;
  own: Rules;
  condition: Condition | null;
  /** More general, most specific first. */
  wider: readonly WiderRules[];
  /** How many machines it is for. */
  machines: number;
}

export interface RuleScopes {
  metric: MetricDefinition;
  machine: Machine | null;
  type: MachineType | null;
  /** The most specific first. */
  scopes: readonly ScopeRules[];
  /** Of the plant, where no number is set: in percent of the limit. */
  deadbandPercent: number | null;
}

export function useRuleScopes(metricName: string, machineId: string | null, typeName: string | null) {
  const api = useApi();
  const metrics = useQuery({ queryKey: ['metrics', 'all'], queryFn: ({ signal }) => api.metricCatalogue(signal) });
  const types = useQuery({ queryKey: ['machine-types'], queryFn: ({ signal }) => api.machineTypes(signal) });
  const settings = useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => api.settings(signal) });
  const summary = useQuery({ queryKey: ['machines', 'summary'], queryFn: () => api.machineSummary() });
  const machine = useQuery({
    queryKey: ['machines', 'one', machineId],
    queryFn: () => api.machine(machineId ?? ''),
    enabled: machineId !== null,
  });
  const limits = useQuery({
    queryKey: ['limits', machineId, 'rules'],
    queryFn: ({ signal }) => api.machineLimitRules(machineId ?? '', signal),
    enabled: machineId !== null,
  });
  const conditions = useQuery({
    queryKey: ['conditions', 'all', 'metric', metricName],
    queryFn: ({ signal }) => conditionsApi(api.client).list({ metric: metricName }, signal),
  });
  const needed = [metrics, types, settings, conditions, ...(machineId === null ? [] : [machine, limits])];
  const error = needed.find((query) => query.data === undefined && query.error !== null)?.error ?? null;
  const refetch = () => Promise.all(needed.map((query: UseQueryResult<unknown>) => query.refetch()));
  const isReady = needed.every((query) => query.data !== undefined);
  const metric = metrics.data?.find(({ name }) => name === metricName);
  if (!isReady || metric === undefined) return { data: null, missing: isReady, error, refetch };

  const sensorType = machine.data?.sensor_type ?? typeName;
  const type = types.data?.find(({ name }) => name.toLowerCase() === sensorType?.toLowerCase()) ?? null;
  const setting = (name: string) => {
    const text = settings.data?.find((each) => each.name === name)?.value ?? '';
    return text === '' ? null : Number(text);
  };
  const at = (scope: Condition['scope']) => conditionAt(conditions.data ?? [], 'level', metricName, scope);
  const rules = (own: LimitRule, condition: Condition | null): Rules => ({
    ...NO_RULES,
    limits: own,
    onDelay: condition?.on_delay_seconds ?? null,
    offDelay: condition?.off_delay_seconds ?? null,
    deadband: condition?.deadband ?? null,
    onlyWhile: condition?.only_while ?? null,
  });
  const plantCondition = at({ level: 'plant' });
  const plantOwn = rules(metric.limits, plantCondition);
  // Of a delay that no condition of the plant sets, the setting applies.
  const plantDelays: Rules = {
    ...NO_RULES,
    onDelay: setting('alert_on_delay_seconds'),
    offDelay: setting('alert_off_delay_seconds'),
  };
  const plantRules: Rules = {
    ...plantOwn,
    onDelay: plantOwn.onDelay ?? plantDelays.onDelay,
    offDelay: plantOwn.offDelay ?? plantDelays.offDelay,
  };
  const plant: WiderRules = { from: 'plant', rules: plantRules };
  const typeCondition = sensorType === null ? null : at({ level: 'type', sensor_type: sensorType });
  const typeOwn = rules(type?.limits?.[metricName] ?? {}, typeCondition);
  const machineCondition = machineId === null ? null : at({ level: 'machine', machine_id: machineId });
  const scopes: ScopeRules[] = [
    ...(machineId === null
      ? []
      : [
          {
            name: 'machine' as const,
            own: rules(limits.data?.limits[metricName] ?? {}, machineCondition),
            condition: machineCondition,
            wider: [{ from: 'type' as const, rules: typeOwn }, plant],
            machines: 1,
          },
        ]),
    ...(sensorType === null
      ? []
      : [
          {
            ...{ name: 'type' as const, own: typeOwn, condition: typeCondition, wider: [plant] },
            machines: type?.machines ?? 0,
          },
        ]),
    {
      ...{ name: 'plant' as const, own: plantOwn, condition: plantCondition },
      wider: [{ from: 'plant' as const, rules: plantDelays }],
      machines: summary.data?.total ?? 0,
    },
  ];
  const data: RuleScopes = {
    metric,
    machine: machine.data ?? null,
    type,
    scopes,
    deadbandPercent: setting('alert_deadband_percent'),
  };
  return { data, missing: false, error: null, refetch };
}
