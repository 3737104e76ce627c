// The history of the selected machines: toolbar, chart with overview, list of machines, table.

import { METRIC_NAMES } from '@gonsters/contract';
import { CircleSlash } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { NO_LIMITS } from '../../charts/limit-zones.ts';
import { LoadFailed } from '../../components/ui/load-failed.tsx';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { chartDataOf } from './chart/chart-data.ts';
import { ChartPanel } from './chart/chart-panel.tsx';
import { CursorProvider, CursorStore } from './chart/cursor-store.ts';
import { OverviewBrush } from './chart/overview-brush.tsx';
import { seriesColor } from './chart/series-swatch.tsx';
import { usePlotPlace } from './chart/use-plot-size.ts';
import { ZoomButtons } from './chart/zoom-buttons.tsx';
import { HistoryToolbar } from './history-toolbar.tsx';
import { MachineSide } from './machines/machine-side.tsx';
import { recentHistory } from './machines/recent-machines.ts';
import { NoReadings } from './no-readings.tsx';
import { intervalText } from './range/interval-text.ts';
import type { TimeRange } from './range/use-time-range.ts';
import { useZoneFormat } from './range/use-zone-format.ts';
import { ReadingTable } from './table/reading-table.tsx';
import { type HistoryMachines, useComparison, useLimits, useOverviewLine, useRangeAlerts } from './use-history-data.ts';
import { type HistorySearchState, rangeChange } from './use-history-search.ts';

export function HistoryWorkspace({
  search: { choice, change },
  time,
  machines,
  fixed = false,
}: {
  search: HistorySearchState;
  time: TimeRange;
  machines: HistoryMachines;
  /** One machine for good. */
  fixed?: boolean;
}) {
  const { t } = useText();
  const plotRef = useRef<HTMLDivElement>(null);
  const place = usePlotPlace(plotRef);
  const [cursor] = useState(() => new CursorStore());
  const format = useZoneFormat(choice.zone);
  const metric = METRIC_NAMES.indexOf(choice.metric);
  const { machineIds } = choice;
  const foundIds = machines.found.map((machine) => machine.machine_id);
  const focusMachine =
    machines.found.find((machine) => machine.machine_id === choice.focusId) ?? machines.found[0] ?? null;
  const focusId = focusMachine?.machine_id ?? null;

  const comparison = useComparison(machines.pending ? [] : foundIds, choice, time.stable, place.width);
  const overview = useOverviewLine(focusId, choice.metric, time.whole);
  const limits = useLimits(focusId);
  const alerts = useRangeAlerts(focusId, choice.metric, time.whole);
  const { data } = comparison;
  const chartData = useMemo(
    () => (data ? chartDataOf(data, machineIds, focusId, overview.data) : null),
    [data, machineIds, focusId, overview.data],
  );
  useEffect(() => {
    if (focusMachine) recentHistory.remember({ id: focusMachine.machine_id, name: focusMachine.name });
  }, [focusMachine]);

  const chosen = machineIds.map((id) => ({
    id,
    name: machines.missing.includes(id) ? null : (machines.found.find((one) => one.machine_id === id)?.name ?? '…'),
  }));
  const setMachines = (ids: readonly string[], focus = choice.focusId) =>
    void change({ machines: ids.length === 0 ? undefined : ids.join(','), focus: focus ?? undefined });
  const empty = chartData?.machines.every(({ points }) => points.xs.length === 0);
  const shown = data?.interval ?? null;
  const tooFine =
    choice.interval !== 'auto' && shown !== null && shown !== choice.interval && !comparison.isPlaceholderData;
  const limitsShown = limits?.[choice.metric] ?? NO_LIMITS;
  return (
    <CursorProvider value={cursor}>
      <section className="card history-card" aria-label={t('app.history')}>
        <HistoryToolbar choice={choice} view={time.view} shownInterval={shown} change={change} />
        <div className="history">
          <div className="history-main" aria-busy={comparison.isFetching}>
            <div className={`history-picture ${empty || comparison.isError ? 'is-covered' : ''}`}>
              <ChartPanel {...{ chartData, metric, time, alerts, format, plotRef, place }} limits={limitsShown} />
              {chartData === null && !comparison.isError ? <div className="skeleton history-skeleton" /> : null}
              <div className="history-cover">
                {comparison.isError && !data ? (
                  <LoadFailed title={t('history.failed')} error={comparison.error} onRetry={comparison.refetch} />
                ) : null}
                {empty && focusMachine ? (
                  <NoReadings
                    machine={focusMachine}
                    range={time.stable}
                    format={format}
                    onGo={(range) => void change(rangeChange(range))}
                  />
                ) : null}
                {!machines.pending && machines.found.length === 0 ? (
                  <StateMessage icon={CircleSlash} title={t('history.unknown_machine')}>
                    {t('history.unknown_machine.hint')}
                  </StateMessage>
                ) : null}
              </div>
              <span className="sr-only" role="status">
                {comparison.isFetching ? t(data ? 'history.updating' : 'app.loading') : ''}
              </span>
            </div>
            {tooFine ? (
              <p className="caption px-4 pb-2" role="status">
                {t('history.too_fine', { interval: intervalText(t, shown) })}
              </p>
            ) : null}
            <OverviewBrush
              data={overview.data}
              time={time}
              place={place}
              color={seriesColor(machineIds.indexOf(focusId ?? ''))}
              format={format}
            />
            <ZoomButtons time={time} place={place} format={format} />
          </div>
          <MachineSide
            machines={chosen}
            focusId={focusId}
            chartData={chartData}
            metric={metric}
            view={time.view}
            format={format}
            onFocus={(id) => void change({ focus: id })}
            {...(fixed
              ? {}
              : {
                  onRemove: (id: string) => setMachines(machineIds.filter((each) => each !== id)),
                  onAdd: (id: string) => setMachines([...machineIds, id]),
                })}
          />
        </div>
      </section>
      {focusMachine && data && chartData ? (
        <ReadingTable
          machine={{ id: focusMachine.machine_id, name: focusMachine.name }}
          metric={metric}
          interval={choice.interval === 'auto' ? data.interval : choice.interval}
          range={data}
          limits={limits}
          alerts={alerts}
          gaps={chartData.gaps[chartData.focus] ?? []}
          format={format}
        />
      ) : null}
    </CursorProvider>
  );
}
