// One row of the table: a reading with all its values, or an aggregated interval.

import type { Alert, EffectiveLimits, IntervalName, ReadingRow, ShownValue } from '@gonsters/contract';
import { INTERVAL_MS } from '../../../charts/history/history-lines.ts';
import { isCriticalLimit, NO_LIMITS, zoneOf } from '../../../charts/limit-zones.ts';
import { alertCondition } from '../../../components/domain/alerts/alert-text.ts';
import { StatusMark, StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { BadMark } from '../../../components/domain/metrics/view-value.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import { alertIn, gapBefore, pastLimit } from './reading-notes.ts';

interface LineProps {
  index: number;
  row: ReadingRow;
  columns: readonly MetricView[];
  /** Name of the metric in focus. */
  main: string;
  /** Whose figures a bucket shows; null for the value of each column. */
  only: MetricView | null;
  interval: IntervalName;
  alerts: readonly Alert[];
  gaps: readonly (readonly [number, number])[];
  format: ZoneFormat;
}

export function ReadingTableRow({ index, row, columns, main, only, interval, alerts, gaps, format }: LineProps) {
  const { t } = useText();
  const timeMs = Date.parse(row.timestamp);
  const widthMs = INTERVAL_MS[interval];
  const endMs = timeMs + Math.max(1, widthMs);
  const stats = only ? (row.stats as Record<string, Figures | undefined> | undefined)?.[only.name] : undefined;
  const value = (name: string) => (row as Record<string, unknown>)[name] as ShownValue | undefined;
  const time = widthMs === 0 ? format.clock(timeMs) : format.minute(timeMs);
  return (
    <tr aria-rowindex={index + 2}>
      <th scope="row" className="time">
        {format.day(timeMs)} {time}
      </th>
      {only === null ? (
        columns.map((each) => (
          <ValueCell
            key={each.name}
            metric={each}
            value={value(each.name)}
            share={widthMs > 0}
            limits={each.limits}
            quality={row.quality?.[each.name]}
            main={each.name === main}
          />
        ))
      ) : (
        <>
          <ValueCell metric={only} value={value(only.name)} limits={only.limits} main />
          <ValueCell metric={only} value={stats?.min} limits={NO_LIMITS} label={t('history.min')} />
          <ValueCell metric={only} value={stats?.max} limits={NO_LIMITS} label={t('history.max')} />
          <td className="align-right" data-label={t('history.count')}>
            {format.number(stats?.count ?? 0)}
          </td>
        </>
      )}
      <td className="note">
        <Note alert={alertIn(alerts, timeMs, endMs)} endMs={endMs} gapMs={gapBefore(gaps, timeMs)} format={format} />
      </td>
    </tr>
  );
}

interface Figures {
  min: number | null;
  max: number | null;
  count: number;
}

function ValueCell({
  metric,
  value,
  limits,
  quality,
  share = false,
  main = false,
  label,
}: {
  metric: MetricView;
  value: ShownValue | null | undefined;
  limits: EffectiveLimits;
  quality?: string | undefined;
  /** A boolean is the share of time in which it was true. */
  share?: boolean;
  main?: boolean;
  /** On a phone, where the head of the column is far away. */
  label?: string;
}) {
  const { t, format } = useText();
  const zone = typeof value === 'number' ? zoneOf(value, limits) : 'normal';
  const named = label ?? metric.label;
  const text =
    typeof value === 'boolean'
      ? t(value ? 'metric.true' : 'metric.false')
      : typeof value === 'string'
        ? value
        : share && metric.kind === 'boolean' && typeof value === 'number'
          ? `${format.number(value * 100)} %`
          : format.number(value ?? null, metric.decimals);
  if (quality === 'bad') {
    return (
      <td className="align-right" data-label={named}>
        <span className="status stale">
          <BadMark />
          {t('metric.bad')}
        </span>
      </td>
    );
  }
  if (zone === 'normal') {
    return (
      <td className={`align-right ${main ? 'main' : ''}`} data-label={named}>
        {quality === 'uncertain' ? '≈ ' : ''}
        {text}
      </td>
    );
  }
  const critical = isCriticalLimit(zone);
  return (
    <td className={`align-right ${main ? 'main' : ''} ${critical ? 'crit' : 'warn'}`} data-label={named}>
      <span className="status">
        <StatusMark condition={critical ? 'critical' : 'warning'} />
        <span className="sr-only">{t(`limit.${zone}`)}</span>
        {text}
      </span>
    </td>
  );
}

function Note({
  alert,
  endMs,
  gapMs,
  format,
}: {
  alert: Alert | null;
  /** Of the row. */
  endMs: number;
  gapMs: number;
  format: ZoneFormat;
}) {
  const { t } = useText();
  if (alert) {
    const { limit_kind: kind, severity, sinceMs } = pastLimit(alert, endMs);
    return (
      <StatusWord condition={alertCondition({ ...alert, severity })}>
        <span className="ellipsis">
          {t('history.past', { limit: t(`limit.${kind}`), time: format.clock(sinceMs) })}
        </span>
      </StatusWord>
    );
  }
  return gapMs > 0 ? <span className="caption">{t('history.note.gap', { age: format.age(gapMs) })}</span> : null;
}
