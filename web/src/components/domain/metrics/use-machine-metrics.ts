// The metrics of a machine for the page: those of its type in their order, then the others that it sends.

import { type MachineMetric, type MachineMetrics, METRICS } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { type MetricView, metricView, seedViews } from './metric-view.ts';

export interface MachineMetricViews {
  metrics: readonly MetricView[];
  headline: readonly MetricView[];
  /** With a chart, as the type has it. */
  charts: readonly MetricView[];
  state: MachineMetrics['state'];
  timeoutMs: number;
  /** Where the timeout comes from. */
  timeoutFrom: MachineMetrics['inactivity_timeout']['source'];
  type: string;
}

/** As long as nothing else is known. */
const USUAL_TIMEOUT_MS = 3_600_000;

/** Renewed with every change of limits and of the catalogue. */
export const machineMetricsKey = (machineId: string) => ['limits', machineId, 'metrics'] as const;

/** null while it is asked for; the metrics that every machine has where that fails, and where no machine is given. */
export function useMachineMetrics(machineId: string | null): MachineMetricViews | null {
  const api = useApi();
  const { metrics } = useLive();
  const { language } = useText();
  const { data, isError } = useQuery({
    queryKey: machineMetricsKey(machineId ?? ''),
    queryFn: ({ signal }) => api.machineMetrics(machineId ?? '', signal),
    enabled: machineId !== null,
  });
  const views = useMemo(() => {
    if (data !== undefined) {
      const shown = shownMetrics(data.metrics);
      return viewsOf(
        data,
        shown.map((metric, place) => metricView(metric, metrics, language, place)),
      );
    }
    if (!isError && machineId !== null) return null;
    const seed = seedViews(metrics, language);
    return {
      metrics: seed,
      headline: seed,
      charts: seed,
      state: null,
      timeoutMs: USUAL_TIMEOUT_MS,
      timeoutFrom: 'plant' as const,
      type: '',
    };
  }, [data, isError, machineId, metrics, language]);
  useNewlySent(machineId ?? '', data);
  return views;
}

const isBuiltIn = ({ name }: MachineMetric) => METRICS.some((metric) => metric.name === name);

/** Those of every machine are left out where this one has others and has never sent them. */
function shownMetrics(metrics: readonly MachineMetric[]): MachineMetric[] {
  const shown = metrics.filter(({ status }) => status !== 'retired' && status !== 'pending');
  const own = shown.filter((metric) => metric.has_values || metric.of_type || !isBuiltIn(metric));
  return own.every(isBuiltIn) ? shown : own;
}

/** Tiles and charts of a machine whose type says nothing of them. */
const FIRST = 3;

function viewsOf(data: MachineMetrics, metrics: readonly MetricView[]): MachineMetricViews {
  const byName = new Map(metrics.map((view) => [view.name, view]));
  const named = (names: readonly string[]) => names.flatMap((name) => byName.get(name) ?? []);
  const gauges = metrics.filter(({ kind }) => kind === 'gauge');
  const first = (gauges.length > 0 ? gauges : metrics).slice(0, FIRST);
  const [given, charts] = [named(data.headline), named(data.charts)];
  const headline = given.length > 0 ? given : first;
  return {
    metrics,
    headline,
    charts: charts.length > 0 ? charts : headline,
    state: data.state,
    timeoutMs: data.inactivity_timeout.value * 1000,
    timeoutFrom: data.inactivity_timeout.source,
    type: data.machine_type,
  };
}

/** Asks again once for each metric that the machine begins to send. */
function useNewlySent(machineId: string, data: MachineMetrics | undefined): void {
  const queries = useQueryClient();
  const { readings, metrics } = useLive();
  useEffect(() => {
    if (data === undefined) return;
    const known = new Set(data.metrics.filter((metric) => metric.has_values).map(({ name }) => metrics.numberOf(name)));
    return readings.watch(machineId, () => {
      const sent = readings.metricsOf(machineId).filter((metric) => !known.has(metric));
      if (sent.length === 0) return;
      for (const metric of sent) known.add(metric);
      void queries.invalidateQueries({ queryKey: machineMetricsKey(machineId) });
    });
  }, [machineId, data, queries, readings, metrics]);
}
