// How the state of an evaluation is stored, and how it is taken up again after a restart.

import { METRICS, type Severity } from '@gonsters/contract';
import { z } from 'zod';
import { conditionKey, isActive } from './alert-lifecycle.ts';
import type { AlertRecord, EvaluationRecord } from './alert-repository.ts';
import { type ConditionState, QUIET, QUIET_SIDE, type Side, type SideState } from './condition.ts';
import type { MachineWatch } from './machine-watch.ts';

const storedSideSchema = z.object({
  active: z.enum(['critical', 'warning']).nullable(),
  pastSinceMs: z.number().nullable(),
  criticalSinceMs: z.number().nullable(),
  insideSinceMs: z.number().nullable(),
  readingCount: z.number(),
  peakValue: z.number().nullable(),
});
const storedSchema = z.object({ newestMs: z.number(), high: storedSideSchema, low: storedSideSchema });

export function evaluationRecord(watch: MachineWatch, metricIndex: number): EvaluationRecord {
  const metric = METRICS[metricIndex] as (typeof METRICS)[number];
  const state = watch.states[metricIndex] as ConditionState;
  return {
    machineId: watch.machineId,
    metric: metric.name,
    state: JSON.stringify({ newestMs: watch.newestMs, ...state }),
  };
}

/**
 * Takes up a machine where it stood. Alerts have the last word on what is active, evaluations on what is pending; a
 * stored state that cannot be read counts as none.
 */
export function restoreWatch(
  watch: MachineWatch,
  stored: readonly EvaluationRecord[],
  openByKey: (key: string) => AlertRecord | undefined,
): void {
  const { latestMs, latestTimesMs, latestValues } = watch.entry;
  for (let m = 0; m < METRICS.length; m++) {
    const metric = METRICS[m] as (typeof METRICS)[number];
    const record = stored.find((each) => each.metric === metric.name);
    const parsed = record === undefined ? null : storedSchema.safeParse(parseJson(record.state));
    const known = parsed?.success ? parsed.data : null;
    if (known !== null) {
      watch.newestMs = Math.max(watch.newestMs, known.newestMs);
      if (known.newestMs === latestMs && latestTimesMs[m] === latestMs)
        watch.newestValues[m] = latestValues[m] as number;
    }
    const side = (of: Side): SideState => {
      const alert = openByKey(conditionKey(watch.machineId, metric.name, of));
      return restoredSide(known?.[of] ?? QUIET_SIDE, alert && isActive(alert) ? alert.severity : null);
    };
    const state: ConditionState = { high: side('high'), low: side('low') };
    watch.states[m] = state.high === QUIET_SIDE && state.low === QUIET_SIDE ? QUIET : state;
  }
}

/** The record counts what was seen before: figures start again from zero where an alert is active. */
function restoredSide(stored: SideState, active: Severity | null): SideState {
  if (active === null) return stored.active === null && stored.pastSinceMs !== null ? stored : QUIET_SIDE;
  if (stored.active === null) return { ...QUIET_SIDE, active };
  return { ...stored, active, readingCount: 0, peakValue: null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
