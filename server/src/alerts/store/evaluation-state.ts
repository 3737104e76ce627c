// How the evaluation state of a machine is stored, and how it is restored after a restart or a change of leader.

import { isAboutMetric, type Severity } from '@gonsters/contract';
import { z } from 'zod';
import { metricIndexOf } from '../../metric-index.ts';
import { BAD } from '../../readings/reading-batch.ts';
import type { MachineAlarmState, MetricAlarmState } from '../engine/machine-alarm-state.ts';
import { conditionSideOf, isActive } from '../rules/alert-lifecycle.ts';
import { QUIET, QUIET_SIDE, SIDES, type Side, type SideState } from '../rules/condition.ts';
import type { Excursion, MetricHistory } from '../rules/excursion.ts';
import type { AlertRecord, EvaluationRecord } from './alert-repository.ts';
import { storedParts } from './condition-state.ts';
import { storedConditionsSchema, storedGateSchema } from './stored-conditions.ts';

/** Of one metric and side. Older ones have been recorded as alerts. */
const MAX_STORED_EXCURSIONS = 20;
/** An excursion that has not changed for this time is over. */
const EXPIRES_AFTER_MS = 600_000;

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
  /** `Excursion.hasLiveAlert` */
  isTold: z.boolean(),
  hasChanged: z.boolean(),
  changedAtMs: z.number(),
});
const storedSchema = z.object({
  /** Effective time of the newest reading in order. */
  newestMs: z.number(),
  /** Its timestamp; missing in states of versions that kept order per machine. */
  ownMs: z.number().optional(),
  high: storedSideSchema,
  low: storedSideSchema,
  /** `BadSpell.sinceMs` */
  badSinceMs: z.number().optional(),
  conditions: storedConditionsSchema.optional().catch(undefined),
  gate: storedGateSchema.optional().catch(undefined),
  history: z.object({ spacingMs: z.number(), excursions: z.array(storedExcursionSchema) }).optional(),
});
const storedWindowSchema = z.object({ gapsMs: z.array(z.number()) });

export function evaluationRecord(metric: MetricAlarmState): EvaluationRecord {
  const stored: z.input<typeof storedSchema> = {
    newestMs: metric.effectiveMs,
    ownMs: metric.timestampMs,
    ...metric.condition,
    ...(metric.bad === null ? {} : { badSinceMs: metric.bad.sinceMs }),
    ...storedParts(metric),
    ...storedHistory(metric.history),
  };
  return { machineId: metric.machine.machineId, metric: metric.name, state: JSON.stringify(stored) };
}

/** The live window of a machine, stored beside the states of its metrics. */
export function liveWindowRecord(machine: MachineAlarmState): EvaluationRecord {
  return { machineId: machine.machineId, metric: 'connection', state: machine.liveWindow.toStored() };
}

/**
 * Restores a machine. Alerts decide which conditions are active, stored states which are pending; a stored state that cannot
 * be read is ignored.
 *
 * @param openAlerts those of the machine
 */
export function restoreAlarmState(
  machine: MachineAlarmState,
  stored: readonly EvaluationRecord[],
  openAlerts: readonly AlertRecord[],
  nowMs: number,
): void {
  const active = openAlerts.filter((alert) => isAboutMetric(alert.metric) && isActive(alert));
  for (const name of new Set([...stored, ...active].map((each) => each.metric))) {
    if (name === 'connection') continue;
    const metric = machine.metric(metricIndexOf(name));
    const known = parsed(storedSchema, stored, name);
    if (known !== null) restoreNewest(metric, known, nowMs);
    metric.storedConditions = known?.conditions ?? null;
    metric.storedGate = known?.gate ?? null;
    const alertOf = (side: Side | 'stale') =>
      active.find((alert) => alert.metric === name && conditionSideOf(alert) === side);
    const side = (of: Side) => restoredSide(known?.[of] ?? QUIET_SIDE, alertOf(of)?.severity ?? null);
    const state = { high: side('high'), low: side('low') };
    metric.condition = state.high === QUIET_SIDE && state.low === QUIET_SIDE ? QUIET : state;
    const bad = alertOf('stale');
    const badSinceMs = known?.badSinceMs ?? bad?.raisedAtMs;
    if (badSinceMs !== undefined) {
      metric.bad = { sinceMs: badSinceMs, value: bad?.value ?? Number.NaN, isRaised: bad !== undefined };
    }
  }
  const window = parsed(storedWindowSchema, stored, 'connection');
  if (window !== null) machine.liveWindow.restore(window.gapsMs);
}

function restoreNewest(metric: MetricAlarmState, known: z.output<typeof storedSchema>, nowMs: number): void {
  const { machine, index } = metric;
  const timestampMs = known.ownMs ?? known.newestMs;
  machine.lastHeardMs = Math.max(machine.lastHeardMs, known.newestMs);
  const { latest } = machine.entry;
  const isKnown = latest.timeMs(index) === timestampMs && latest.quality(index) !== BAD;
  metric.setNewest(timestampMs, known.newestMs, isKnown ? latest.value(index) : Number.NaN);
  metric.history = restoredHistory(known.history, nowMs);
}

/** The alert has the count and peak of the time before, so those of an active condition start from zero. */
function restoredSide(stored: SideState, active: Severity | null): SideState {
  if (active === null) return stored.active === null && stored.pastSinceMs !== null ? stored : QUIET_SIDE;
  if (stored.active === null) return { ...QUIET_SIDE, active };
  return { ...stored, active, readingCount: 0, peakValue: null };
}

/** Excursions that may continue, or that are not recorded as alerts yet. */
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
  const { isRemoved: _isRemoved, recordedAtMs: _recordedAtMs, hasLiveAlert, before, after, ...rest } = excursion;
  const span = ({ fromMs, toMs }: Excursion['before']): [number, number] | null =>
    Number.isNaN(fromMs) ? null : [fromMs, toMs];
  return { ...rest, isTold: hasLiveAlert, before: span(before), after: span(after) };
}

function restoredHistory(stored: z.output<typeof storedSchema>['history'], nowMs: number): MetricHistory | null {
  if (stored === undefined) return null;
  const history: MetricHistory = {
    spacingMs: stored.spacingMs,
    insideMs: { high: Number.NaN, low: Number.NaN },
    excursions: { high: [], low: [] },
  };
  const span = (of: [number, number] | null) => ({ fromMs: of?.[0] ?? Number.NaN, toMs: of?.[1] ?? Number.NaN });
  for (const { before, after, isTold: hasLiveAlert, ...rest } of stored.excursions) {
    if (Math.abs(nowMs - rest.changedAtMs) > EXPIRES_AFTER_MS && !rest.hasChanged) continue;
    const unrecorded = { isRemoved: false, recordedAtMs: Number.NEGATIVE_INFINITY };
    history.excursions[rest.side].push({
      ...rest,
      ...unrecorded,
      hasLiveAlert,
      before: span(before),
      after: span(after),
    });
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
