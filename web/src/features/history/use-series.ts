// What the chosen series are: the metric of each as its machine has it.

import type { Machine, MachineMetrics } from '@gonsters/contract';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi } from '../../api/use-api.ts';
import { type MetricView, metricView, seedViews } from '../../components/domain/metrics/metric-view.ts';
import { machineMetricsKey } from '../../components/domain/metrics/use-machine-metrics.ts';
import { useText } from '../../i18n/use-text.ts';
import { useLive } from '../../live/use-live.ts';
import type { SeriesChoice } from './history-search.ts';
import type { Series } from './series.ts';
import type { HistoryMachines } from './use-history-data.ts';

export interface HistorySeries {
  pending: boolean;
  series: readonly Series[];
  /** By machine: everything that it measures. */
  metricsOf: ReadonlyMap<string, readonly MetricView[]>;
  /** By machine: which states of which metric mean that it runs. */
  rolesOf: ReadonlyMap<string, MachineMetrics['state']>;
}

export function useSeries(choices: readonly SeriesChoice[], machines: HistoryMachines): HistorySeries {
  const api = useApi();
  const { metrics } = useLive();
  const { language } = useText();
  const { found, missing } = machines;
  const answers = useQueries({
    queries: found.map(({ machine_id: id }) => ({
      queryKey: machineMetricsKey(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.machineMetrics(id, signal),
    })),
    combine: (queries) => ({
      pending: queries.some((query) => query.isPending),
      data: queries.map((query) => query.data ?? null),
    }),
  });
  const { pending, data } = answers;
  return useMemo(() => {
    const seed = seedViews(metrics, language);
    const metricsOf = new Map<string, readonly MetricView[]>();
    const rolesOf = new Map<string, MachineMetrics['state']>();
    for (const [i, { machine_id: id }] of found.entries()) {
      const answer = data[i];
      // The metrics that every machine has need no answer.
      metricsOf.set(id, answer ? answer.metrics.map((one, at) => metricView(one, metrics, language, at)) : seed);
      rolesOf.set(id, answer?.state ?? null);
    }
    const names = new Map(found.map((machine: Machine) => [machine.machine_id, machine.name]));
    const series = choices.map((choice, place): Series => {
      const view = (metricsOf.get(choice.machineId) ?? seed).find(({ name }) => name === choice.metric);
      const machineName = missing.includes(choice.machineId) ? null : (names.get(choice.machineId) ?? '…');
      return {
        ...choice,
        place,
        machineName,
        view: view ?? unknownView(seed, choice.metric),
        known: view !== undefined,
      };
    });
    return { pending, series, metricsOf, rolesOf };
  }, [pending, data, found, missing, choices, metrics, language]);
}

const unknownView = ([pattern]: readonly MetricView[], name: string): MetricView => ({
  ...(pattern as MetricView),
  name,
  label: name,
  unit: '',
  decimals: 2,
});
