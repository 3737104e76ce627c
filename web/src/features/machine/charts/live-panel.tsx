// The readings of a machine as charts or as a table, with the window length, pause and resume.

import { Pause, Table2 } from 'lucide-react';
import { useRef } from 'react';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { MachineFeed } from '../../../live/readings/machine-feeds.ts';
import { useConnection, useFeedPhase, useLive, useNow, usePastReadings } from '../../../live/use-live.ts';
import { momentOfEnd, WINDOWS_MIN, type WindowMin, windowEnd } from '../machine-search.ts';
import { useMachineView } from '../use-machine-view.ts';
import { useChartAlerts, useChartRaises } from './chart-alerts.ts';
import type { StateRules } from './chart-window.ts';
import { LiveCharts } from './live-charts.tsx';
import { droppedMetric } from './metric-drag.ts';
import { ChartMenu, PinCount } from './pin-menu.tsx';
import type { PinnedCharts } from './pinned-charts.ts';
import { ReadingTable } from './reading-table.tsx';
import { WindowRange } from './window-range.tsx';

export function LivePanel({
  machineId,
  feed,
  charts,
  states,
  pins,
}: {
  machineId: string;
  feed: MachineFeed;
  charts: readonly MetricView[];
  states: StateRules;
  /** null where the charts are always the same. */
  pins: PinnedCharts | null;
}) {
  const { t, format } = useText();
  const { now } = useLive();
  const { minutes, windowMs, momentMs, table, change } = useMachineView();
  const { degraded } = useConnection();
  const gapWords = useRef<HTMLSpanElement>(null);
  const tickMs = useNow(momentMs !== null);
  const endMs = windowEnd(momentMs, windowMs, tickMs);
  // A moment whose window is entirely past no longer changes; until then the live feed has all of it.
  const past = endMs < tickMs ? { fromMs: endMs - windowMs, toMs: endMs } : null;
  const readings = usePastReadings(
    machineId,
    past,
    charts.map(({ number }) => number),
  );
  const source = past === null ? feed : (readings ?? feed);
  const phase = useFeedPhase(source);
  const alerts = useChartAlerts(machineId, past, now);
  const raisesOf = useChartRaises(machineId, alerts);
  const pause = () => {
    const { newestMs } = feed.series;
    change({ momentMs: momentOfEnd(Number.isNaN(newestMs) ? now() : Math.max(now(), newestMs), windowMs) });
  };
  return (
    <section
      className="card live-panel"
      aria-label={t('machine.window')}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const name = droppedMetric(event);
        if (name !== null && !pins?.isPinned(name)) pins?.toggle(name);
      }}
    >
      <div className="card-head live-head">
        <Segments
          label={t('machine.window')}
          value={minutes}
          choices={WINDOWS_MIN.map((value) => ({
            value,
            label: t('machine.window.minutes', { count: Number(value) }),
          }))}
          onChoose={(value: WindowMin) => change({ minutes: value })}
        />
        <span ref={gapWords} className="caption ellipsis gap-words" />
        <span className="flex-1" />
        {pins ? <PinCount pins={pins} /> : null}
        <WindowRange momentMs={momentMs} windowMs={windowMs} />
        {momentMs === null ? (
          <button type="button" className="button button-small button-quiet" onClick={pause}>
            <Pause size={16} strokeWidth={1.5} aria-hidden="true" />
            <span className="sr-only tablet:not-sr-only">{t('machine.pause')}</span>
          </button>
        ) : (
          <button
            type="button"
            className="button button-small button-primary"
            onClick={() => change({ momentMs: null })}
          >
            {t('machine.resume')}
          </button>
        )}
        <button
          type="button"
          className="button button-small button-icon button-quiet"
          aria-pressed={table}
          aria-label={t('machine.as_table')}
          title={t('machine.as_table')}
          onClick={() => change({ table: !table })}
        >
          <Table2 size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
      </div>
      {phase === 'failed' ? (
        <p className="caption flex items-center gap-3 px-4 pb-2" role="alert">
          {t('machine.history_failed')}
          <button type="button" className="button button-small" onClick={() => source.retry()}>
            {t('app.retry')}
          </button>
        </p>
      ) : null}
      {table ? (
        <ReadingTable source={source} endMs={momentMs === null ? null : endMs} windowMs={windowMs} metrics={charts} />
      ) : (
        <LiveCharts
          machineId={machineId}
          source={source}
          windowMs={windowMs}
          momentMs={momentMs}
          charts={charts}
          {...states}
          tools={(metric) => (pins ? <ChartMenu metric={metric} pins={pins} /> : null)}
          onDropMetric={(name, onto) => pins?.placeAt(name, onto.name)}
          alerts={alerts}
          raisesOf={raisesOf}
          gapWords={gapWords}
          onOpenMoment={(timeMs) => change({ momentMs: timeMs })}
        />
      )}
      <p className="caption px-4 pb-3 empty:hidden" role="status">
        {momentMs === null
          ? degraded
            ? t('machine.degraded')
            : null
          : t('machine.paused', { time: format.moment(endMs) })}
      </p>
    </section>
  );
}
