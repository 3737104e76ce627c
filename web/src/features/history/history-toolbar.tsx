// The choice of time range, zone, metric and interval, all part of the address.

import type { IntervalName } from '@gonsters/contract';
import { useState } from 'react';
import type { TimeSpan } from '../../charts/history/history-zoom.ts';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { Segments } from '../../components/ui/form/segments.tsx';
import { SelectButton } from '../../components/ui/form/select-button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { browserZone } from '../../i18n/zone.ts';
import {
  GHOSTS,
  type Ghost,
  type HistoryChoice,
  INTERVAL_CHOICES,
  RANGE_NAMES,
  RANGES,
  type RangeName,
} from './history-search.ts';
import { intervalText } from './range/interval-text.ts';
import { RangeEditor } from './range/range-editor.tsx';
import { ZoneSelect } from './range/zone-select.tsx';
import { type HistoryChange, NO_ZOOM, rangeChange } from './use-history-search.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function HistoryToolbar({
  choice,
  view,
  shownInterval,
  metrics,
  onMetric,
  change,
}: {
  choice: HistoryChoice;
  view: TimeSpan;
  /** What the server chose; null before it has answered. */
  shownInterval: IntervalName | null;
  /** Those that the machine in focus has; empty where the series do not share one. */
  metrics: readonly MetricView[];
  /** All series have this metric from now on. */
  onMetric: (metric: string) => void;
  change: (change: HistoryChange) => unknown;
}) {
  const { t } = useText();
  const [editing, setEditing] = useState(false);
  const rangeText = (name: RangeName) => {
    const spanMs = RANGES[name];
    if (name === '1y') return t('history.range.year');
    return spanMs <= DAY_MS
      ? t('history.range.hours', { count: spanMs / HOUR_MS })
      : t('history.range.days', { count: spanMs / DAY_MS });
  };
  const chooseRange = (name: RangeName | 'custom') => {
    if (name === 'custom') setEditing(true);
    else void change({ range: name, from: undefined, to: undefined, ...NO_ZOOM });
  };
  const autoText =
    shownInterval === null
      ? t('history.interval.auto')
      : t('history.interval.auto_is', { interval: intervalText(t, shownInterval) });
  return (
    <div className="history-tools">
      <div className="scroll-x">
        <Segments
          label={t('history.range')}
          value={choice.range ?? 'custom'}
          choices={[
            ...RANGE_NAMES.map((name) => ({ value: name as RangeName | 'custom', label: rangeText(name) })),
            { value: 'custom', label: t('history.range.custom') },
          ]}
          onChoose={chooseRange}
        />
      </div>
      <RangeEditor
        range={view}
        zone={choice.zone}
        open={editing}
        onOpen={setEditing}
        onApply={(range) => {
          setEditing(false);
          void change(rangeChange(range));
        }}
      />
      <ZoneSelect
        zone={choice.zone}
        timeMs={view.toMs}
        onChoose={(zone) => void change({ tz: zone === browserZone() ? undefined : zone })}
      />
      <span className="flex-1" />
      <SelectButton
        label={t('history.ghost')}
        value={choice.ghost ?? ''}
        shown={choice.ghost ? t(`history.ghost.${choice.ghost}`) : t('history.ghost.none')}
        choices={[
          { value: '', label: t('history.ghost.none') },
          ...GHOSTS.map((ghost) => ({ value: ghost, label: t(`history.ghost.${ghost}`) })),
        ]}
        onChoose={(ghost) => void change({ ghost: (ghost || undefined) as Ghost | undefined })}
      />
      {metrics.length > 0 ? (
        <SelectButton
          label={t('history.metric')}
          value={choice.series[0]?.metric ?? ''}
          shown={metrics.find(({ name }) => name === choice.series[0]?.metric)?.label ?? ''}
          choices={metrics.map(({ name, label }) => ({ value: name, label }))}
          onChoose={onMetric}
        />
      ) : null}
      <SelectButton
        label={t('history.interval')}
        value={choice.interval}
        shown={choice.interval === 'auto' ? autoText : intervalText(t, choice.interval)}
        choices={INTERVAL_CHOICES.map((value) => ({
          value,
          label: value === 'auto' ? t('history.interval.auto') : intervalText(t, value),
        }))}
        onChoose={(interval) => void change({ interval: interval === 'auto' ? undefined : (interval as IntervalName) })}
      />
    </div>
  );
}
