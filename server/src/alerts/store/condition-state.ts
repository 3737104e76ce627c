// How the states of conditions other than limits are stored, beside that of their metric.

import type { z } from 'zod';
import type { SilentEntry } from '../engine/active-condition.ts';
import type { MetricAlarmState, MetricCondition } from '../engine/machine-alarm-state.ts';
import { QUIET, QUIET_SIDE } from '../rules/condition.ts';
import { RateWindow } from '../rules/rate-window.ts';
import type { StoredConditions, storedGateSchema } from './stored-conditions.ts';

/** What `evaluationRecord` adds for the metric; what was restored and not taken over yet stays as it is. */
export function storedParts(metric: MetricAlarmState): {
  conditions?: StoredConditions;
  gate?: z.input<typeof storedGateSchema>;
} {
  const gate = metric.machine.conditions?.gates.get(metric.index)?.changes ?? metric.storedGate;
  const active = metric.conditions?.map((each) => [each.condition.kind, storedCondition(each)]);
  const conditions = active === undefined ? metric.storedConditions : Object.fromEntries(active);
  return {
    ...(conditions !== null && { conditions }),
    ...(gate !== null && { gate: gate.map(([fromMs, code]): [number, number] => [fromMs, code]) }),
  };
}

function storedCondition({ condition, state, silent }: MetricCondition): StoredConditions[string] {
  const { rate, lasting, newestMs } = state;
  return {
    conditionId: condition.id,
    newestMs: Number.isFinite(newestMs) ? newestMs : null,
    ...(state.condition !== QUIET && { high: state.condition.high }),
    ...(rate !== null && { windowMs: rate.windowMs, points: rate.points() }),
    ...(lasting !== null && { lasting: { value: lasting.value, sinceMs: finite(lasting.sinceMs) } }),
    ...(silent !== null && { silent }),
  };
}

/**
 * Continues as stored. The alert decides whether it is active.
 *
 * @param isActive there is an active alert about it
 */
export function restoreCondition(
  active: MetricCondition,
  stored: StoredConditions[string] | undefined,
  isActive: boolean,
): void {
  const { state, rule, condition } = active;
  const known = stored?.conditionId === condition.id ? stored : undefined;
  if (known !== undefined) {
    state.newestMs = known.newestMs ?? Number.NEGATIVE_INFINITY;
    if (known.points !== undefined && known.windowMs !== undefined) {
      state.rate = new RateWindow(known.windowMs);
      state.rate.restore(known.points);
    }
    if (known.lasting !== undefined) {
      state.lasting = { value: known.lasting.value, sinceMs: known.lasting.sinceMs ?? Number.NaN };
    }
  }
  const high = known?.high;
  const silent = known?.silent ?? null;
  if (isActive) {
    // The alert has the count and peak of the time before.
    const figures = { readingCount: 0, peakValue: null };
    const side = high?.active != null ? { ...high, ...figures } : { ...QUIET_SIDE, active: rule.severity };
    state.condition = { high: side, low: QUIET_SIDE };
  } else if (high !== undefined && (high.active === null || silent !== null)) {
    state.condition = { high, low: QUIET_SIDE };
    active.silent = silent as SilentEntry | null;
  }
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);
