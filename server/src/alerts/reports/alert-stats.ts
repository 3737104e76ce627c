// The KPIs of ANSI/ISA-18.2 clause 16, calculated in one pass over annunciations. Memory is bounded by range and machines.

import {
  type AlertKpi,
  type AlertKpiName,
  type AlertStats,
  isoTime,
  SEVERITIES,
  type Severity,
} from '@gonsters/contract';
import type { Annunciation } from '../store/alert-repository.ts';
import type { SilentRaise } from '../store/silent-raises.ts';
import { DurationHistogram } from './duration-histogram.ts';
import { FLOOD_BEGINS_OVER, findFloods, floodedMs, FLOOD_PERIOD_MS as WINDOW_MS } from './floods.ts';
import { KPI_TARGETS } from './kpi-targets.ts';
import { coveredMs, type TimeSpan } from './stats-filter.ts';

export interface StatsRange {
  fromMs: number;
  toMs: number;
  /** Since when alerts could have been raised; Infinity where there is no machine. */
  observedSinceMs: number;
  nowMs: number;
  /** The statistics are about these times only; absent: about the whole range. */
  shifts?: readonly TimeSpan[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HOUR_FULL_OVER = 30;
/** A raise that clears sooner, and does not chatter, is fleeting. */
const FLEETING_MS = MINUTE_MS;
const TOP = 10;
/** ISA-18.2 requires at least 30 days. */
const DAYS_FOR_VERDICT = 30;

interface Contributor {
  machineId: string | null;
  machineName: string;
  metric: Annunciation['metric'];
  count: number;
  chattering: number;
  fleeting: number;
}
/**
 * Each raise counts at the time when it was annunciated. What an alert has once, such as its acknowledgement, counts with its
 * newest raise. `annunciations` are pages that ascend by time; `nameOf` returns the current name of a machine.
 */
export async function computeAlertStats(
  annunciations: AsyncIterable<readonly Annunciation[]>,
  range: StatsRange,
  nameOf: (machineId: string) => string | undefined = () => undefined,
  silent: AsyncIterable<readonly Pick<SilentRaise, 'reason'>[]> = none(),
): Promise<AlertStats> {
  const perDay = new Map<number, number>();
  const perHour = new Map<number, number>();
  const perWindow = new Map<number, number>();
  const stalePerDay = new Map<number, number>();
  const contributors = new Map<string, Contributor>();
  const bySeverity: Record<Severity, number> = { critical: 0, warning: 0 };
  const acknowledged = new DurationHistogram();
  let total = 0;
  let stale = 0;
  let firstMs = range.observedSinceMs;

  const add = (raise: Annunciation) => {
    total++;
    firstMs = Math.min(firstMs, raise.atMs);
    bySeverity[raise.severity]++;
    increment(perDay, Math.floor(raise.atMs / DAY_MS));
    increment(perHour, Math.floor(raise.atMs / HOUR_MS));
    increment(perWindow, Math.floor(raise.atMs / WINDOW_MS));
    contribute(contributors, raise);
    if (raise.isNewest && raise.acknowledgedAtMs !== null) {
      acknowledged.add(Math.max(0, raise.acknowledgedAtMs - raise.unacknowledgedSinceMs));
    }
    const staleFromMs = raise.raisedAtMs + DAY_MS;
    const staleToMs = Math.min(raise.clearedAtMs ?? range.nowMs, range.toMs);
    if (staleToMs > staleFromMs) {
      stale++;
      for (let day = Math.floor(staleFromMs / DAY_MS); day <= Math.floor(staleToMs / DAY_MS); day++) {
        increment(stalePerDay, day);
      }
    }
  };
  for await (const page of annunciations) for (const raise of page) add(raise);

  const silently = { suppressed: 0, shelved: 0 };
  for await (const page of silent) for (const { reason } of page) silently[reason]++;
  const whole = { fromMs: Math.max(range.fromMs, firstMs), toMs: Math.min(range.toMs, range.nowMs) };
  const calendarMs = Math.max(0, whole.toMs - whole.fromMs);
  const spans = range.shifts ?? [whole];
  const observedMs = coveredMs(spans, whole.fromMs, whole.toMs);
  const ranked = [...contributors.values()].sort((a, b) => b.count - a.count);
  const top = ranked.slice(0, TOP);
  const chattering = ranked.filter((each) => each.chattering > 0).sort((a, b) => b.chattering - a.chattering);
  const average = (unitMs: number) => (observedMs === 0 ? null : total / Math.max(1, observedMs / unitMs));
  const windows = Math.ceil(observedMs / WINDOW_MS);
  const hours = Math.ceil(observedMs / HOUR_MS);
  const over = (counts: Map<number, number>, most: number) =>
    [...counts.values()].filter((count) => count > most).length;
  const floods = findFloods(perWindow);
  const share = (count: number) => (total === 0 ? null : count / total);
  const values: Record<AlertKpiName, number | null> = {
    // A shift has less than 24 hours in a day.
    alerts_per_day_average: calendarMs === 0 ? null : total / Math.max(1, calendarMs / DAY_MS),
    alerts_per_day_worst: largest(perDay),
    alerts_per_hour_average: average(HOUR_MS),
    alerts_per_hour_worst: largest(perHour),
    alerts_per_10_minutes_average: average(WINDOW_MS),
    alerts_per_10_minutes_worst: largest(perWindow),
    share_of_10_minutes_over_10: windows === 0 ? null : Math.min(1, over(perWindow, FLOOD_BEGINS_OVER) / windows),
    hours_over_30: hours === 0 ? null : Math.min(1, over(perHour, HOUR_FULL_OVER) / hours),
    flood_share: observedMs === 0 ? null : Math.min(1, floodedMs(floods, spans) / observedMs),
    floods: floods.length,
    top_10_share: share(top.reduce((sum, each) => sum + each.count, 0)),
    chattering: chattering.length,
    fleeting: ranked.filter((each) => each.fleeting > 0).length,
    stale_on_worst_day: largest(stalePerDay),
    time_to_acknowledge_median: acknowledged.quantileSeconds(0.5),
    time_to_acknowledge_p95: acknowledged.quantileSeconds(0.95),
    critical_share: share(bySeverity.critical),
    suppressed: silently.suppressed,
    shelved: silently.shelved,
    // Every route that changes limits writes an entry of the audit log, and nothing else changes them.
    unaudited_limit_changes: 0,
  };
  const contributorView = (each: Contributor, count: number) => ({
    machine_id: each.machineId,
    machine_name: (each.machineId === null ? undefined : nameOf(each.machineId)) ?? each.machineName,
    metric: each.metric,
    count,
    share: count / total,
  });
  return {
    from: isoTime(range.fromMs),
    to: isoTime(range.toMs),
    days_of_data: Math.floor((calendarMs / DAY_MS) * 10) / 10,
    total,
    kpis: kpisOf(values, calendarMs / DAY_MS),
    top_contributors: top.map((each) => contributorView(each, each.count)),
    chattering: chattering.slice(0, TOP).map((each) => contributorView(each, each.chattering)),
    stale,
    priority_mix: Object.fromEntries(
      SEVERITIES.map((severity) => [severity, total === 0 ? 0 : bySeverity[severity] / total]),
    ) as Record<Severity, number>,
  };
}

function kpisOf(values: Record<AlertKpiName, number | null>, days: number): AlertKpi[] {
  return (Object.keys(KPI_TARGETS) as AlertKpiName[]).map((name) => {
    const { unit, target, acceptable, manageable } = KPI_TARGETS[name];
    const value = values[name];
    const reason =
      target === null
        ? 'ISA-18.2 sets no target'
        : days < DAYS_FOR_VERDICT
          ? `A verdict needs ${DAYS_FOR_VERDICT} days of data; there are ${Math.floor(days)}`
          : value === null
            ? 'There was no alert'
            : null;
    const verdict = reason !== null || value === null || target === null ? null : value <= target ? 'met' : 'missed';
    return { name, value, unit, target, acceptable, manageable, verdict, reason };
  });
}

function contribute(contributors: Map<string, Contributor>, raise: Annunciation): void {
  const key = `${raise.machineId ?? raise.location} ${raise.metric}`;
  let known = contributors.get(key);
  if (known === undefined) {
    const { machineId, machineName, metric } = raise;
    known = { machineId, machineName, metric, count: 0, chattering: 0, fleeting: 0 };
    contributors.set(key, known);
  }
  known.count++;
  if (raise.chattering && raise.isNewest) known.chattering++;
  if (!raise.chattering && raise.clearedAtMs !== null && raise.clearedAtMs - raise.raisedAtMs < FLEETING_MS)
    known.fleeting++;
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function largest(counts: Map<number, number>): number {
  let most = 0;
  for (const count of counts.values()) most = Math.max(most, count);
  return most;
}

async function* none(): AsyncIterable<never> {}
