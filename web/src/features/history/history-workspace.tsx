// The history of the selected series: toolbar, charts with overview, list of series, statistics, table.

import { CircleSlash } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { LoadFailed } from '../../components/ui/load-failed.tsx';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { ChartPanel } from './chart/chart-panel.tsx';
import { CursorProvider, CursorStore } from './chart/cursor-store.ts';
import { CursorCaption } from './chart/cursor-text.tsx';
import { OverviewBrush } from './chart/overview-brush.tsx';
import { seriesColor } from './chart/series-swatch.tsx';
import { StateBands } from './chart/state-bands.tsx';
import { useCharts } from './chart/use-charts.ts';
import { usePlotPlace } from './chart/use-plot-size.ts';
import { ZoomButtons } from './chart/zoom-buttons.tsx';
import { type SeriesChoice, searchOfSeries, seriesChoice } from './history-search.ts';
import { HistoryToolbar } from './history-toolbar.tsx';
import { MachineSide } from './machines/machine-side.tsx';
import { recentHistory } from './machines/recent-machines.ts';
import { NoReadings } from './no-readings.tsx';
import { intervalText } from './range/interval-text.ts';
import type { TimeRange } from './range/use-time-range.ts';
import { useZoneFormat } from './range/use-zone-format.ts';
import { placeSeries } from './series.ts';
import { StatisticsTable } from './statistics/statistics-table.tsx';
import { ReadingTable } from './table/reading-table.tsx';
import { columnsOf } from './table/table-columns.ts';
import { type HistoryMachines, useRangeAlerts } from './use-history-data.ts';
import { type HistorySearchState, rangeChange } from './use-history-search.ts';
import type { HistorySeries } from './use-series.ts';

const AddSeriesDialog = lazy(() =>
  import('./machines/add-series-dialog.tsx').then((module) => ({ default: module.AddSeriesDialog })),
);

export function HistoryWorkspace({
  search: { choice, change },
  time,
  machines,
  known,
  fixed = false,
}: {
  search: HistorySearchState;
  time: TimeRange;
  machines: HistoryMachines;
  known: HistorySeries;
  /** Only metrics of one machine. */
  fixed?: boolean;
}) {
  const { t } = useText();
  const picture = useRef<HTMLDivElement>(null);
  const place = usePlotPlace(picture);
  const [cursor] = useState(() => new CursorStore());
  const [adding, setAdding] = useState(false);
  const format = useZoneFormat(choice.zone);
  const { series } = known;
  const places = useMemo(() => placeSeries(series), [series]);
  const lines = places.charts.flatMap((chart) => chart.series);
  const present = lines.filter(({ machineName }) => machineName !== null);
  const focus = present.find(({ key }) => key === choice.focusKey) ?? present[0] ?? null;
  const focusMachine =
    machines.found.find(({ machine_id: id }) => id === (focus ?? series[0])?.machineId) ?? machines.found[0] ?? null;

  const charts = useCharts(places, focus, { choice, time, machines, widthPx: known.pending ? 0 : place.width });
  const alerts = useRangeAlerts(focus?.machineId ?? null, focus?.metric ?? '', time.whole);
  const focused = charts.shown.find(({ hasFocus }) => hasFocus) ?? charts.shown[0];
  useEffect(() => {
    if (focusMachine) recentHistory.remember({ id: focusMachine.machine_id, name: focusMachine.name });
  }, [focusMachine]);

  const setSeries = (wanted: readonly SeriesChoice[], focusKey = choice.focusKey) =>
    void change({ ...searchOfSeries(wanted), focus: focusKey ?? undefined });
  const remove = (key: string) => setSeries(series.filter((each) => each.key !== key));
  const oneMetric = new Set(series.map(({ metric }) => metric)).size === 1;
  const answers = charts.shown.map(({ chartData }) => chartData);
  const empty =
    places.bands.length === 0 &&
    answers.length > 0 &&
    answers.every((answer) => answer?.machines.every(({ points }) => points.xs.length === 0));
  const data = focused?.chartData?.data;
  const shown = data?.interval ?? null;
  const tooFine = choice.interval !== 'auto' && shown !== null && shown !== choice.interval && !focused?.stale;
  return (
    <CursorProvider value={cursor}>
      <p className="only-print">
        {`${format.dayMinute(time.view.fromMs)} – ${format.dayMinute(time.view.toMs)} ${format.zone(time.view.toMs)}`}
      </p>
      <section className="card history-card" aria-label={t('app.history')}>
        <HistoryToolbar
          choice={choice}
          view={time.view}
          shownInterval={shown}
          metrics={oneMetric && focusMachine ? (known.metricsOf.get(focusMachine.machine_id) ?? []) : []}
          onMetric={(metric) =>
            setSeries(
              choice.machineIds.map((id) => seriesChoice(id, metric)),
              focusMachine?.machine_id,
            )
          }
          change={change}
        />
        <div className="history">
          <div className="history-main" aria-busy={charts.fetching}>
            <div
              ref={picture}
              className={`history-picture ${empty || charts.error ? 'is-covered' : ''} ${charts.shown.length > 1 ? 'is-stacked' : ''}`}
            >
              {charts.shown.map(({ chart, chartData, view, hasFocus }, index) => (
                <ChartPanel
                  key={index === 0 ? 'first' : 'second'}
                  chartData={chartData}
                  view={view}
                  title={[...new Set(chart.series.map((each) => each.view.label))].join(', ')}
                  time={time}
                  alerts={hasFocus ? alerts : []}
                  format={format}
                  place={place}
                  lowest={index === charts.shown.length - 1}
                >
                  {index === 0 ? <CursorCaption time={time} format={format} /> : null}
                </ChartPanel>
              ))}
              {charts.loading ? <div className="skeleton history-skeleton" /> : null}
              <div className="history-cover">
                {charts.error ? (
                  <LoadFailed title={t('history.failed')} error={charts.error} onRetry={charts.retry} />
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
                {charts.fetching ? t(data ? 'history.updating' : 'app.loading') : ''}
              </span>
            </div>
            {tooFine ? (
              <p className="caption px-4 pb-2" role="status">
                {t('history.too_fine', { interval: intervalText(t, shown) })}
              </p>
            ) : null}
            {focused && focused.zone !== choice.zone && (shown === '1d' || shown === '1w' || shown === '1mo') ? (
              <p className="caption px-4 pb-2" role="status">
                {t('history.days_of_utc')}
              </p>
            ) : null}
            <StateBands
              series={places.bands}
              rolesOf={known.rolesOf}
              range={time.stable}
              view={time.view}
              place={place}
              format={format}
              onRemove={fixed && series.length === 1 ? undefined : remove}
            />
            <OverviewBrush
              data={charts.overview}
              time={time}
              place={place}
              color={seriesColor(focus?.place ?? 0)}
              format={format}
            />
            <ZoomButtons time={time} place={place} format={format} />
          </div>
          <MachineSide
            series={lines}
            charts={answers}
            focusKey={focus?.key ?? null}
            left={places.left}
            view={time.view}
            format={format}
            onFocus={(key) => void change({ focus: key })}
            onRemove={fixed && series.length === 1 ? undefined : remove}
            onAdd={() => setAdding(true)}
          />
        </div>
      </section>
      <StatisticsTable series={series} charts={answers} view={time.view} format={format} />
      {focusMachine && (data || charts.shown.length === 0) ? (
        <ReadingTable
          machine={{ id: focusMachine.machine_id, name: focusMachine.name }}
          columns={columnsOf(series, known.metricsOf.get(focusMachine.machine_id) ?? [], focusMachine.machine_id)}
          main={focus?.machineId === focusMachine.machine_id ? focus.metric : ''}
          interval={choice.interval === 'auto' ? (shown ?? '1h') : choice.interval}
          zone={focused?.zone ?? choice.zone}
          range={data ?? time.stable}
          alerts={alerts}
          gaps={focused?.chartData?.gaps[focused.chartData.focus] ?? []}
          format={format}
        />
      ) : null}
      <Suspense>
        {adding ? (
          <AddSeriesDialog
            chosen={series}
            machines={machines.found}
            only={fixed}
            onAdd={(wanted) => {
              setAdding(false);
              setSeries(wanted);
            }}
            onClose={() => setAdding(false)}
          />
        ) : null}
      </Suspense>
    </CursorProvider>
  );
}
