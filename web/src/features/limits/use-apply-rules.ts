// Applies edited rules at a scope, and takes them back: the limits where they live, and the condition that refines them.

import { ASCENDING_LIMITS, type Condition, type ConditionInput, type LimitRule } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { conditionsApi } from '../../api/conditions-api.ts';
import { useApi } from '../../api/use-api.ts';
import type { Rationale } from '../../components/domain/conditions/rationale-fields.tsx';
import { rationaleWritten } from '../../components/domain/conditions/rationale-fields.tsx';
import { draftRules, type RuleEdits } from './model/rules-draft.ts';
import type { RuleScopes, ScopeRules } from './use-rule-scopes.ts';

const LIMIT_FIELDS: readonly string[] = ASCENDING_LIMITS;

/** The function that is resolved to takes everything back. */
export function useApplyRules({ metric, machine, type }: RuleScopes) {
  const api = useApi();
  const conditions = conditionsApi(api.client);
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all(
      [['limits'], ['conditions'], ['metrics'], ['machine-types']].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );

  const writeLimits = async (scope: ScopeRules, limits: LimitRule): Promise<void> => {
    const set = Object.fromEntries(
      ASCENDING_LIMITS.flatMap((kind) => (limits[kind] == null ? [] : [[kind, limits[kind]]])),
    );
    if (scope.name === 'plant') {
      const all = Object.fromEntries(ASCENDING_LIMITS.map((kind) => [kind, limits[kind] ?? null]));
      await api.updateMetric(metric.name, { limits: all });
    } else if (scope.name === 'type') {
      const name = type?.name ?? machine?.sensor_type ?? '';
      // The newest of it, so that nothing that somebody else has changed meanwhile is lost.
      const now = (await api.machineTypes()).find((each) => each.name === name);
      const { name: _, machines, created_at, updated_at, updated_by, ...definition } = now ?? EMPTY_TYPE;
      await api.saveMachineType(name, { ...definition, limits: without({ ...definition.limits, [metric.name]: set }) });
    } else if (machine !== null) {
      const { limits: now } = await api.machineLimitRules(machine.machine_id);
      await api.saveMachineLimits(machine.machine_id, without({ ...now, [metric.name]: set }));
    }
  };

  return async (scope: ScopeRules, edits: RuleEdits, rationale: Partial<Rationale>): Promise<() => Promise<void>> => {
    const draft = draftRules(scope.own, edits);
    const changesLimits = Object.keys(edits).some((field) => LIMIT_FIELDS.includes(field));
    const before = scope.condition;
    const written: Partial<Condition> = {
      ...('onDelay' in edits ? { on_delay_seconds: draft.onDelay } : {}),
      ...('offDelay' in edits ? { off_delay_seconds: draft.offDelay } : {}),
      ...('deadband' in edits ? { deadband: draft.deadband } : {}),
      ...(edits.onlyWhile === undefined ? {} : { only_while: draft.onlyWhile }),
      ...pick(rationaleWritten({ response: '', cause: '', consequence: '', minutes: null, ...rationale }), rationale),
    };
    const undo: (() => Promise<unknown>)[] = [];
    if (changesLimits) {
      await writeLimits(scope, draft.limits);
      undo.push(() => writeLimits(scope, scope.own.limits));
    }
    try {
      if (Object.keys(written).length > 0 && before !== null) {
        await conditions.change(before.id, written);
        undo.push(() =>
          conditions.change(
            before.id,
            Object.fromEntries(Object.keys(written).map((field) => [field, before[field as keyof Condition]])),
          ),
        );
      } else if (Object.keys(written).length > 0) {
        const made = await conditions.add({
          ...({ kind: 'level', scope: scopeOf(scope), metric: metric.name, is_active: true } satisfies ConditionInput),
          ...written,
        } as ConditionInput);
        undo.push(() => conditions.remove(made.id));
      }
    } catch (error) {
      // Both or neither.
      for (const step of undo) await step().catch(() => undefined);
      throw error;
    } finally {
      await refresh();
    }
    return async () => {
      try {
        for (const step of undo) await step();
      } finally {
        await refresh();
      }
    };
  };

  function scopeOf({ name }: ScopeRules): Condition['scope'] {
    if (name === 'machine' && machine !== null) return { level: 'machine', machine_id: machine.machine_id };
    if (name === 'type') return { level: 'type', sensor_type: type?.name ?? machine?.sensor_type ?? '' };
    return { level: 'plant' };
  }
}

const EMPTY_TYPE = {
  ...{ name: '', machines: 0, created_at: '', updated_at: '', updated_by: null },
  ...{ metrics: [], headline: [], charts: [], limits: {} },
};

/** Metrics that have no limit left are not listed. */
const without = <Limits extends Record<string, object | undefined>>(limits: Limits): Limits =>
  Object.fromEntries(
    Object.entries(limits).filter(([, set]) => set !== undefined && Object.keys(set).length > 0),
  ) as Limits;

/** Of the written texts those that were edited. */
function pick(written: ReturnType<typeof rationaleWritten>, edited: Partial<Rationale>): Partial<Condition> {
  return {
    ...('response' in edited ? { response: written.response } : {}),
    ...('cause' in edited ? { cause: written.cause } : {}),
    ...('consequence' in edited ? { consequence: written.consequence } : {}),
    ...('minutes' in edited ? { time_to_respond_seconds: written.time_to_respond_seconds } : {}),
  };
}
