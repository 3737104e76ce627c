// One metric in the list: mark, name, spark, value, age; below it why it needs a look. A menu pins it and enters a value.

import { ChartLine, Pin, PinOff, SquarePen } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { LIMIT_LABELS } from '../../../charts/limit-zones.ts';
import type { SparkPoint } from '../../../charts/sparkline-path.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { shownText } from '../../../components/domain/metrics/metric-view.ts';
import { BadMark, ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { BAD, type MetricSeries, UNCERTAIN } from '../../../live/readings/metric-series.ts';
import { dragsMetric } from '../charts/metric-drag.ts';
import type { ListedMetric } from './metric-groups.ts';
import { RowSpark } from './row-spark.tsx';

const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

export interface RowActions {
  isPinned: (name: string) => boolean;
  /** Adds a chart of it, or takes it away. */
  togglePin: (name: string) => void;
  full: boolean;
  lastPin: boolean;
  /** null without the right to. */
  enter: ((name: string) => void) | null;
  history: (name: string) => void;
}

export function MetricRow({
  row,
  past,
  series,
  nowMs,
  inGroup,
  actions,
}: {
  row: ListedMetric;
  past: readonly SparkPoint[];
  series: MetricSeries | null;
  nowMs: number;
  /** Below the heading of its group. */
  inGroup: boolean;
  actions: RowActions;
}) {
  const { format } = useText();
  const { metric, quality, isOld, timeMs, value } = row;
  const tone = toneOf(row);
  const pinned = actions.isPinned(metric.name);
  return (
    <li
      className={`metric-row ${tone === '' ? '' : `is-${tone}`} ${isOld ? 'is-old' : ''}`}
      {...dragsMetric(metric.name)}
    >
      <RowMenu row={row} pinned={pinned} actions={actions}>
        <Mark row={row} />
        <span className="metric-name">
          {metric.label}
          {pinned ? <Pin className="metric-pin" size={11} strokeWidth={1.5} aria-hidden="true" /> : null}
        </span>
        <RowSpark metric={metric} past={past} series={series} nowMs={nowMs} tone={tone} />
        <span className="metric-value number">
          <ViewValue metric={metric} value={value} quality={quality} />
        </span>
        <span className="metric-age">{Number.isNaN(timeMs) ? '—' : format.age(Math.max(0, nowMs - timeMs))}</span>
        <Why row={row} series={series} inGroup={inGroup} />
      </RowMenu>
    </li>
  );
}

/** '' without an alarm that nobody has acknowledged. */
export function toneOf({ alarm, isOld }: ListedMetric): 'crit' | 'warn' | '' {
  if (isOld || alarm === null || alarm.acknowledged) return '';
  return alarm.severity === 'critical' ? 'crit' : 'warn';
}

export function Mark({ row: { alarm, quality, isOld, timeMs } }: { row: ListedMetric }) {
  if (alarm !== null) {
    return <StatusMark condition={alarm.acknowledged ? `${alarm.severity}_acked` : alarm.severity} />;
  }
  if (quality === BAD) return <BadMark />;
  return <StatusMark condition={Number.isNaN(timeMs) ? 'never' : isOld ? 'stale' : 'normal'} />;
}

/** Why it needs a look; for all others nothing, or their group where this is not said above them. */
function Why({ row, series, inGroup }: { row: ListedMetric; series: MetricSeries | null; inGroup: boolean }) {
  const { t, format } = useText();
  const { metric, zone, alarm, quality, isOld, timeMs } = row;
  const parts: string[] = [];
  if (zone !== 'normal') {
    const limit = shownText(format, metric, metric.limits[zone]);
    parts.push(`${t(`limit.${zone}`)} ${LIMIT_LABELS[zone]} ${limit}`);
  } else if (alarm !== null) parts.push(t(`status.${alarm.severity}`));
  if (quality === BAD) parts.push(badText(t, format, row, series));
  if (quality === UNCERTAIN) parts.push(t('metric.uncertain'));
  if (isOld) parts.push(t('metric.old', { time: format.recent(timeMs, Date.now()) }));
  if (metric.isNew && metric.unit === '' && metric.kind === 'gauge') parts.push(t('metric.no_unit'));
  if (!inGroup && metric.group !== null) parts.push(metric.group);
  if (parts.length === 0 && !metric.isNew) return null;
  return (
    <small className="metric-why first-letter:uppercase">
      {metric.isNew ? <span className="tag-new">{t('metric.new')}</span> : null}
      {parts.join(' · ')}
    </small>
  );
}

function badText(
  t: ReturnType<typeof useText>['t'],
  format: ReturnType<typeof useText>['format'],
  { metric, timeMs }: ListedMetric,
  series: MetricSeries | null,
): string {
  let [sinceMs, good] = [timeMs, Number.NaN];
  for (let at = (series?.length ?? 0) - 1; series !== null && at >= 0; at--) {
    if (series.qualities[at] !== BAD) {
      good = series.values[at] as number;
      break;
    }
    sinceMs = series.timesMs[at] as number;
  }
  const since = format.recent(sinceMs, Date.now());
  if (Number.isNaN(good)) return t('metric.bad_since', { time: since });
  return t('metric.bad_last_good', { time: since, value: shownText(format, metric, metric.toShown(good)) });
}

/** The row is the button. Apart, so that values that change do not make the menu anew. */
function RowMenu({
  row: { metric },
  pinned,
  actions,
  children,
}: {
  row: ListedMetric;
  pinned: boolean;
  actions: RowActions;
  children: ReactNode;
}) {
  const { t } = useText();
  const { name } = metric;
  const [open, setOpen] = useState(false);
  return (
    <DropdownMenu.Root open={open} onOpenChange={setOpen}>
      <DropdownMenu.Trigger asChild>
        <RowButton onClick={() => setOpen(true)}>{children}</RowButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu glass" align="end" sideOffset={2} collisionPadding={12}>
          <DropdownMenu.Item
            className="menu-item"
            disabled={pinned ? actions.lastPin : actions.full}
            onSelect={() => actions.togglePin(name)}
          >
            {pinned ? <PinOff {...ICON} /> : <Pin {...ICON} />}
            {pinned ? t('machine.unpin') : t('machine.pin')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => actions.history(name)}>
            <ChartLine {...ICON} />
            {t('machine.metric_history')}
          </DropdownMenu.Item>
          {actions.enter === null ? null : (
            <DropdownMenu.Item className="menu-item" onSelect={() => actions.enter?.(name)}>
              <SquarePen {...ICON} />
              {t('machine.enter_value')}
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A menu opens when the pointer is pressed; this one waits for the click, since the row may be about to be dragged. */
function RowButton({ onPointerDown: _, ...others }: ComponentProps<'button'>) {
  return <button {...others} type="button" className="metric-button" />;
}
