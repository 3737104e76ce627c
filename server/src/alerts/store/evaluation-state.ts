// How the state of an evaluation is stored, and how it is taken up again after a restart.

import { METRICS, type Severity } from '@gonsters/contract';
import { z } from 'zod';
import type { MachineAlarmState } from '../engine/machine-alarm-state.ts';
import { conditionKey, isActive } from '../rules/alert-lifecycle.ts';
import { type ConditionState, QUIET, QUIET_SIDE, SIDES, type Side, type SideState } from '../rules/condition.ts';
import type { Excursion, MetricHistory } from '../rules/excursion.ts';
import type { AlertRecord, EvaluationRecord } from './alert-repository.ts';

/** Of one metric and side; older ones are in the history of alerts by then. */
const MAX_STORED_EXCURSIONS = 20;
/** One that changed longer ago is over, whatever comes. */
const TAKEN_UP_WITHIN_MS = 600_000;

const storedSideSchema = z.object({
  active: z.enum(['critical', 'warning']).nullable(),
  pastSinceMs: z.number().nullable(),
  criticalSinceMs: z.number().nullable(),
  insideSinceMs: z.number().nullable(),
  readingCount: z.number(),
  peakValue: z.number().nullable(),
});
const spanSchema = z.tuple([z.number(), z.number()]).nullable();
const storedExcursionSchema = z.object({
  side: z.enum(SIDES),
  fromMs: z.number(),
  toMs: z.number(),
  firstValue: z.number(),
  peakValue: z.number(),
  readingCount: z.number(),
  before: spanSchema,
  after: spanSchema,
  alertId: z.string().nullable(),
  isTold: z.boolean(),
  hasChanged: z.boolean(),
  changedAtMs: z.number(),
});
const storedSchema = z.object({
  /** Where the newest reading in order counts. */
  newestMs: z.number(),
  /** Its own time. Versions that took order per machine stored none. */
  ownMs: z.number().optional(),
  high: storedSideSchema,
  low: storedSideSchema,
  history: z.object({ spacingMs: z.number(), excursions: z.array(storedExcursionSchema) }).optional(),
});
const storedWindowSchema = z.object({ gapsMs: z.array(z.number()) });

export function evaluationRecord(watch: MachineAlarmState, metricIndex: number): EvaluationRecord {
  const metric = METRICS[metricIndex] as (typeof METRICS)[number];
  const stored: z.input<typeof storedSchema> = {
    newestMs: watch.countedMs[metricIndex] as number,
    ownMs: watch.ownMs[metricIndex] as number,
    ...(watch.states[metricIndex] as ConditionState),
    ...storedHistory(watch.histories[metricIndex] ?? null),
  };
  return { machineId: watch.machineId, metric: metric.name, state: JSON.stringify(stored) };
}

/** How often the machine is heard, beside the states of its metrics. */
export function liveWindowRecord(watch: MachineAlarmState): EvaluationRecord {
  return { machineId: watch.machineId, metric: 'connection', state: watch.liveWindow.store() };
}

/**
 * Takes up a machine where it stood. Alerts have the last word on what is active, evaluations on what is pending; a
 * stored state that cannot be read counts as none.
 */
export function restoreAlarmState(
  watch: MachineAlarmState,
  stored: readonly EvaluationRecord[],
  openByKey: (key: string) => AlertRecord | undefined,
  nowMs: number,
): void {
  const { latestTimesMs, latestValues } = watch.entry;
  for (let m = 0; m < METRICS.length; m++) {
    const metric = METRICS[m] as (typeof METRICS)[number];
    const known = parsed(storedSchema, stored, metric.name);
    if (known !== null) {
      const ownMs = known.ownMs ?? known.newestMs;
      watch.newestMs = Math.max(watch.newestMs, known.newestMs);
      watch.countedMs[m] = known.newestMs;
      watch.ownMs[m] = ownMs;
      if (ownMs === latestTimesMs[m]) watch.newestValues[m] = latestValues[m] as number;
      watch.histories[m] = restoredHistory(known.history, nowMs);
    }
    const side = (of: Side): SideState => {
      const alert = openByKey(conditionKey(watch.machineId, metric.name, of));
      return restoredSide(known?.[of] ?? QUIET_SIDE, alert && isActive(alert) ? alert.severity : null);
    };
    const state: ConditionState = { high: side('high'), low: side('low') };
    watch.states[m] = state.high === QUIET_SIDE && state.low === QUIET_SIDE ? QUIET : state;
  }
  const window = parsed(storedWindowSchema, stored, 'connection');
  if (window !== null) watch.liveWindow.restore(window.gapsMs);
}

/** The record counts what was seen before: figures start again from zero where an alert is active. */
function restoredSide(stored: SideState, active: Severity | null): SideState {
  if (active === null) return stored.active === null && stored.pastSinceMs !== null ? stored : QUIET_SIDE;
  if (stored.active === null) return { ...QUIET_SIDE, active };
  return { ...stored, active, readingCount: 0, peakValue: null };
}

/** Excursions that may go on, or that are not in the history of alerts yet. */
function storedHistory(history: MetricHistory | null) {
  if (history === null) return {};
  const excursions = SIDES.flatMap((side) =>
    history.excursions[side]
      .filter((each) => each.hasChanged || Number.isNaN(each.after.fromMs))
      .slice(-MAX_STORED_EXCURSIONS)
      .map(storedExcursion),
  );
  return { history: { spacingMs: history.spacingMs, excursions } };
}

function storedExcursion(excursion: Excursion): z.input<typeof storedExcursionSchema> {
  const { isGone: _isGone, storedAtMs: _storedAtMs, before, after, ...rest } = excursion;
  const span = ({ fromMs, toMs }: Excursion['before']): [number, number] | null =>
    Number.isNaN(fromMs) ? null : [fromMs, toMs];
  return { ...rest, before: span(before), after: span(after) };
}

function restoredHistory(stored: z.output<typeof storedSchema>['history'], nowMs: number): MetricHistory | null {
  if (stored === undefined) return null;
  const history: MetricHistory = {
    spacingMs: stored.spacingMs,
    insideMs: { high: Number.NaN, low: Number.NaN },
    excursions: { high: [], low: [] },
  };
  const span = (of: [number, number] | null) => ({ fromMs: of?.[0] ?? Number.NaN, toMs: of?.[1] ?? Number.NaN });
  for (const { before, after, ...rest } of stored.excursions) {
    if (Math.abs(nowMs - rest.changedAtMs) > TAKEN_UP_WITHIN_MS && !rest.hasChanged) continue;
    const times = { isGone: false, storedAtMs: Number.NEGATIVE_INFINITY };
    history.excursions[rest.side].push({ ...rest, ...times, before: span(before), after: span(after) });
  }
  return history;
}

function parsed<T>(schema: z.ZodType<T>, stored: readonly EvaluationRecord[], metric: string): T | null {
  const record = stored.find((each) => each.metric === metric);
  if (record === undefined) return null;
  const result = schema.safeParse(parseJson(record.state));
  return result.success ? result.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
