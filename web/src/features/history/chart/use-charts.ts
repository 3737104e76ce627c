// The charts as they are drawn: at most two, each with its answer, and with the overview and the ghost where the focus is.

import { useMemo } from 'react';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import type { HistoryChoice } from '../history-search.ts';
import type { TimeRange } from '../range/use-time-range.ts';
import type { Series, SeriesChart, SeriesPlaces } from '../series.ts';
import {
  type ChartAnswer,
  type HistoryMachines,
  useChartAnswer,
  useGhost,
  useOverviewLine,
} from '../use-history-data.ts';
import { type ChartData, chartDataOf } from './chart-data.ts';

export interface ShownChart {
  chart: SeriesChart;
  chartData: ChartData | null;
  /** Of the line in focus, whose limits are drawn. */
  view: MetricView;
  /** Whether the series in focus is on it; the other chart has its first line in focus. */
  hasFocus: boolean;
  /** What is shown belongs to an earlier question. */
  stale: boolean;
  /** Whose days the buckets are. */
  zone: string;
}

export function useCharts(
  { charts }: SeriesPlaces,
  focus: Series | null,
  {
    choice,
    time,
    machines,
    widthPx,
  }: { choice: HistoryChoice; time: TimeRange; machines: HistoryMachines; widthPx: number },
) {
  const asked = useMemo(
    () =>
      charts.map((chart) => ({
        ...chart,
        series: chart.series.filter(({ machineName }) => machineName !== null),
      })),
    [charts],
  );
  const ready = machines.pending ? 0 : widthPx;
  const first = useChartAnswer(asked[0], choice, time.stable, ready);
  const second = useChartAnswer(asked[1], choice, time.stable, ready);
  const { data: overview } = useOverviewLine(focus, time.whole);
  const focusedAnswer = asked[1]?.series.some(({ key }) => key === focus?.key) ? second.data : first.data;
  const ghost = useGhost(focus, choice.ghost, choice.zone, focusedAnswer);
  const keys = useMemo(() => choice.series.map(({ key }) => key), [choice.series]);
  const dataOf = (answer: ChartAnswer | undefined, chart: SeriesChart | undefined): ChartData | null => {
    if (!answer || !chart) return null;
    const hasFocus = chart.series.some(({ key }) => key === focus?.key);
    const focusKey = hasFocus ? (focus?.key ?? null) : (chart.series[0]?.key ?? null);
    // The overview of an increase has buckets of another width.
    const around = hasFocus && focus?.view.kind !== 'counter' ? overview : undefined;
    return chartDataOf(answer, keys, focusKey, around, hasFocus ? ghost : null);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the function uses only what is named
  const firstData = useMemo(() => dataOf(first.data, asked[0]), [first.data, asked, keys, focus, overview, ghost]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the function uses only what is named
  const secondData = useMemo(() => dataOf(second.data, asked[1]), [second.data, asked, keys, focus, overview, ghost]);
  const shown = charts.map((chart, index): ShownChart => {
    const hasFocus = chart.series.some(({ key }) => key === focus?.key);
    const own = hasFocus ? focus : null;
    return {
      chart,
      chartData: index === 0 ? firstData : secondData,
      view: (own ?? chart.series[0])?.view as MetricView,
      hasFocus,
      stale: (index === 0 ? first : second).isPlaceholderData,
      zone: (index === 0 ? first : second).data?.zone ?? choice.zone,
    };
  });
  const queries = [first, second].slice(0, Math.max(1, charts.length));
  const failed = queries.find((query) => query.isError && !query.data);
  return {
    shown,
    overview,
    fetching: queries.some((query) => query.isFetching),
    loading: charts.length > 0 && failed === undefined && queries.some((query) => !query.data),
    error: failed?.error ?? null,
    retry: () => {
      for (const query of queries) if (query.isError) void query.refetch();
    },
  };
}
