// The requests of the history. Previous data stays visible until the new data has arrived; late replies are dropped by their
// key.

import { type Alert, fromLocalMs, type IntervalName, type Machine, toLocalMs } from '@gonsters/contract';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Api } from '../../api/api.ts';
import { ApiError } from '../../api/http/send.ts';
import { useApi } from '../../api/use-api.ts';
import {
  type HistoryData,
  type HistoryMachine,
  type HistoryPoints,
  INTERVAL_MS,
  readComparison,
} from '../../charts/history/history-lines.ts';
import { spanOf, type TimeSpan } from '../../charts/history/history-zoom.ts';
import { eachRaise } from '../../components/domain/alerts/alert-raises.ts';
import { useAlertRaises } from '../../components/domain/alerts/use-alert-raises.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import type { Ghost, HistoryChoice } from './history-search.ts';
import type { Series, SeriesChart } from './series.ts';

const MOST_POINTS = 10_000;
const POINTS_PER_PX = 2;
/** A width that changes by a few pixels asks for nothing new. */
const LIMIT_STEP = 100;
const LEAST_POINTS = 200;
const OVERVIEW_POINTS = 600;
/** Nothing is coarser than days: a range of many years has more of them than there are pixels. */
const enoughPoints = (points: number, range: TimeSpan) =>
  Math.min(MOST_POINTS, Math.max(points, Math.ceil(spanOf(range) / INTERVAL_MS['1d']) + 2));
/** An alert that was raised this long before the range may still have been active in it. */
const BEFORE_MS = 7 * 86_400_000;

export interface HistoryMachines {
  pending: boolean;
  /** In the order chosen, without those that are not there. */
  found: Machine[];
  missing: string[];
}

export function useHistoryMachines(machineIds: readonly string[]): HistoryMachines {
  const api = useApi();
  const isMissing = (error: unknown) => error instanceof ApiError && (error.status === 404 || error.status === 400);
  return useQueries({
    queries: machineIds.map((id) => ({ queryKey: ['machines', 'one', id], queryFn: () => api.machine(id) })),
    combine: (queries) => ({
      pending: queries.some((query) => query.isPending),
      found: queries.flatMap((query) => query.data ?? []),
      missing: machineIds.filter((_, i) => !queries[i]?.data && isMissing(queries[i]?.error)),
    }),
  });
}

/** What a chart has asked for, with the zone whose days were answered. */
export interface ChartAnswer extends HistoryData {
  zone: string;
}

const FINEST_INCREASE = '1m';

/** `widthPx` of the plot, 0 before it is known. The machines of the answer are the series, by their keys. */
export function useChartAnswer(
  chart: SeriesChart | undefined,
  { interval, zone }: Pick<HistoryChoice, 'interval' | 'zone'>,
  range: TimeSpan,
  widthPx: number,
) {
  const api = useApi();
  const points = enoughPoints(
    Math.max(LEAST_POINTS, Math.round((widthPx * POINTS_PER_PX) / LIMIT_STEP) * LIMIT_STEP),
    range,
  );
  const unitKey = chart?.unitKey ?? '';
  const keys = chart?.series.map(({ key }) => key) ?? [];
  return useQuery<ChartAnswer>({
    queryKey: ['readings', 'compare', unitKey, keys, range.fromMs, range.toMs, interval, zone, points],
    enabled: chart !== undefined && widthPx > 0,
    queryFn: ({ signal }) => askChart(api, chart as SeriesChart, { interval, zone, range, points, signal }),
    placeholderData: (previous) => (previous?.metric === unitKey ? previous : undefined),
  });
}

interface ChartQuestion {
  interval: HistoryChoice['interval'];
  zone: string;
  range: TimeSpan;
  points: number;
  signal: AbortSignal;
}

/** One request for each metric. All lines of a chart have the same interval, that of the coarsest. */
async function askChart(api: Api, chart: SeriesChart, question: ChartQuestion): Promise<ChartAnswer> {
  const metrics = [...new Set(chart.series.map(({ metric }) => metric))];
  const isIncrease = chart.series.some(({ view }) => view.kind === 'counter');
  const ask = (metric: string, interval: ChartQuestion['interval']) => {
    const ids = chart.series.filter((each) => each.metric === metric).map(({ machineId }) => machineId);
    return askMetric(api, ids, metric, { ...question, interval });
  };
  let answers = await Promise.all(metrics.map((metric) => ask(metric, question.interval)));
  const widest = answers.reduce(
    (most, { interval }) => (INTERVAL_MS[interval] > INTERVAL_MS[most] ? interval : most),
    'raw' as IntervalName,
  );
  // Single readings of a counter are the meter; what is drawn is how much it has increased.
  const common = isIncrease && widest === 'raw' && question.interval === 'auto' ? FINEST_INCREASE : widest;
  answers = await Promise.all(
    answers.map((answer) => (answer.interval === common ? answer : ask(answer.metric, common))),
  );
  const [first] = answers as [ChartAnswer];
  const machines = answers.flatMap((answer) =>
    answer.machines.map((machine) => {
      const points = isIncrease && common !== 'raw' ? increases(machine.points) : machine.points;
      return { ...machine, points, id: `${machine.id}.${answer.metric}` };
    }),
  );
  return { ...first, metric: chart.unitKey, machines };
}

/** Lowest and highest of a counter are of the meter; what is drawn is its increase, once for each bucket. */
const increases = (points: HistoryPoints): HistoryPoints => ({
  ...points,
  min: points.mean,
  max: points.mean,
  count: points.mean.map(() => 1),
});

async function askMetric(
  api: Api,
  machineIds: readonly string[],
  metric: string,
  { interval, zone, range, points, signal }: ChartQuestion,
): Promise<ChartAnswer> {
  const ask = async (wanted: typeof interval, limit: number, days: string) => {
    const reply = await api.compareReadings(machineIds, metric, range, wanted, limit, signal, days);
    return { ...readComparison(reply), zone: days };
  };
  try {
    return await ask(interval, interval === 'auto' ? points : MOST_POINTS, zone);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code === 'query_too_large' && interval === 'auto')) throw error;
    // Too fine for one picture: the table shows it all the same, page by page.
    if (error.code === 'query_too_large') return ask('auto', points, zone);
    // Days of this zone do not reach back so far; those of UTC do.
    if (error.code === 'validation_failed' && zone !== 'UTC')
      return ask(interval === 'auto' ? 'auto' : '1d', MOST_POINTS, 'UTC');
    throw error;
  }
}

/** The same time of the day or the week before, moved to now: in local time, so that a change of the clocks moves nothing. */
export function useGhost(
  series: Series | null,
  ghost: Ghost | null,
  zone: string,
  /** What it is drawn beside. */
  shown: HistoryData | undefined,
): HistoryMachine | null {
  const api = useApi();
  const { fromMs, toMs, interval } = shown ?? { fromMs: 0, toMs: 0, interval: 'raw' as const };
  const { data } = useQuery<HistoryMachine | null>({
    queryKey: ['readings', 'ghost', series?.key, ghost, fromMs, toMs, interval, zone],
    enabled: series !== null && ghost !== null && toMs > fromMs,
    queryFn: async ({ signal }) => {
      const days = ghost === 'week' ? 7 : 1;
      const earlier = { fromMs: movedByDays(zone, fromMs, -days), toMs: movedByDays(zone, toMs, -days) };
      const { machineId, metric } = series as Series;
      const reply = await api.compareReadings([machineId], metric, earlier, interval, MOST_POINTS, signal, zone);
      const [machine] = readComparison(reply).machines;
      if (machine === undefined) return null;
      const moved = (times: readonly number[]) => times.map((timeMs) => movedByDays(zone, timeMs, days));
      const { points } = machine;
      return { ...machine, points: { ...points, timesMs: moved(points.timesMs), xs: moved(points.xs) } };
    },
  });
  return ghost === null ? null : (data ?? null);
}

const movedByDays = (zone: string, timeMs: number, days: number) =>
  fromLocalMs(zone, toLocalMs(zone, timeMs) + days * INTERVAL_MS['1d']);

export function useOverviewLine(series: Series | null, whole: TimeSpan) {
  const api = useApi();
  return useQuery<HistoryData>({
    queryKey: ['readings', 'overview', series?.key, whole.fromMs, whole.toMs],
    enabled: series !== null,
    queryFn: async ({ signal }) => {
      const { machineId, metric, key } = series as Series;
      const points = enoughPoints(OVERVIEW_POINTS, whole);
      const reply = await api.compareReadings([machineId], metric, whole, 'auto', points, signal, 'UTC');
      const data = readComparison(reply);
      return { ...data, machines: data.machines.map((machine) => ({ ...machine, id: key })) };
    },
    placeholderData: (previous) => (previous?.machines[0]?.id === series?.key ? previous : undefined),
  });
}

/** Those that were active at some time in the range, once for each raise, oldest first. */
export function useRangeAlerts(machineId: string | null, metric: string, whole: TimeSpan): Alert[] {
  const api = useApi();
  const { alerts: open } = useOpenAlerts();
  const { data } = useQuery<Alert[]>({
    queryKey: ['alerts', 'raised', machineId, metric, whole.fromMs, whole.toMs],
    enabled: machineId !== null,
    queryFn: ({ signal }) => api.alertsBetween(machineId ?? '', whole.fromMs - BEFORE_MS, whole.toMs, signal, metric),
    placeholderData: (previous) => previous,
  });
  const known = useMemo(() => {
    const known = new Map((data ?? []).map((alert) => [alert.id, alert]));
    // An open one is known better here than from the last answer, and may be older than what was asked for.
    for (const alert of open) known.set(alert.id, alert);
    return [...known.values()].filter((alert) => alert.machine_id === machineId && alert.metric === metric);
  }, [data, open, machineId, metric]);
  const range = useMemo(() => ({ fromMs: whole.fromMs - BEFORE_MS, toMs: whole.toMs }), [whole]);
  const raisesOf = useAlertRaises(known, range);
  return useMemo(
    () =>
      eachRaise(known, raisesOf)
        .filter((alert) => Date.parse(alert.raised_at) < whole.toMs && endOf(alert) >= whole.fromMs)
        .sort((a, b) => Date.parse(a.raised_at) - Date.parse(b.raised_at)),
    [known, raisesOf, whole],
  );
}

export const endOf = (alert: Alert): number =>
  alert.cleared_at === null ? Number.POSITIVE_INFINITY : Date.parse(alert.cleared_at);
