// A machine with any metrics: its headline, its state, the charts that are pinned, and the list of everything. On a phone one
// switches between the first and the last.

import type { Machine } from '@gonsters/contract';
import { useState } from 'react';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { levelOf } from '../../components/domain/metrics/state-level.ts';
import type { MachineMetricViews } from '../../components/domain/metrics/use-machine-metrics.ts';
import { Segments } from '../../components/ui/form/segments.tsx';
import { useMedia } from '../../components/ui/use-media.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMachineFeed } from '../../live/use-live.ts';
import { LivePanel } from './charts/live-panel.tsx';
import { usePinnedCharts } from './charts/pinned-charts.ts';
import { Tiles } from './charts/tiles.tsx';
import { TREND_SPAN_MS } from './charts/trend.ts';
import { MetricList } from './list/metric-list.tsx';
import { StateCard } from './state/state-card.tsx';
import { useMachineView } from './use-machine-view.ts';
import '../../styles/machine-many.css';

const PHONE = '(max-width: 767px)';

export function MachineMany({ machine, views }: { machine: Machine; views: MachineMetricViews }) {
  const { t } = useText();
  const { machine_id: machineId } = machine;
  const { windowMs } = useMachineView();
  const pins = usePinnedCharts(views);
  const feed = useMachineFeed(
    machineId,
    Math.max(windowMs, TREND_SPAN_MS),
    pins.charts.map(({ number }) => number),
  );
  const isPhone = useMedia(PHONE);
  const [half, setHalf] = useState<'overview' | 'all'>('overview');
  const [asTable, setAsTable] = useState(false);
  const states = {
    timeoutMs: views.timeoutMs,
    levelOf: (metric: MetricView, state: string) => levelOf(views.state, metric.name, state),
  };
  const running = views.metrics.find(({ name }) => name === views.state?.metric);
  return (
    <div className="machine-many">
      {isPhone ? (
        <Segments
          label={t('machine.show')}
          value={half}
          choices={[
            { value: 'overview', label: t('machine.overview') },
            { value: 'all', label: t('machine.all_count', { count: views.metrics.length }) },
          ]}
          onChoose={setHalf}
        />
      ) : null}
      <div className={`machine-parts ${asTable ? 'has-table' : ''}`}>
        {isPhone && half === 'all' ? null : (
          <div className="machine-main">
            <Tiles className="card headline" machine={machine} metrics={views.headline} feed={feed} />
            {running ? <StateCard machineId={machineId} metric={running} roles={views.state} /> : null}
            {feed ? (
              <LivePanel machineId={machineId} feed={feed} charts={pins.charts} states={states} pins={pins} />
            ) : (
              <div className="card plots-loading" />
            )}
          </div>
        )}
        {isPhone && half === 'overview' ? null : (
          <MetricList
            machine={machine}
            views={views}
            feed={feed}
            pins={pins}
            asTable={asTable}
            onAsTable={setAsTable}
          />
        )}
      </div>
    </div>
  );
}
