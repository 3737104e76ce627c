// One row of the table: a reading with all its values, or an aggregated interval.

import {
  type Alert,
  type EffectiveLimits,
  type IntervalName,
  METRICS,
  type MetricName,
  type ReadingRow,
} from '@gonsters/contract';
import { INTERVAL_MS } from '../../../charts/history/history-lines.ts';
import { isCriticalLimit, NO_LIMITS, zoneOf } from '../../../charts/limit-zones.ts';
import { alertCondition } from '../../../components/domain/alerts/alert-text.ts';
import { StatusMark, StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import { alertIn, gapBefore, pastLimit } from './reading-notes.ts';

interface LineProps {
  index: number;
  row: ReadingRow;
  metric: number;
  interval: IntervalName;
  limits: Record<MetricName, EffectiveLimits> | undefined;
  alerts: readonly Alert[];
  gaps: readonly (readonly [number, number])[];
  format: ZoneFormat;
}

export function ReadingTableRow({ index, row, metric, interval, limits, alerts, gaps, format }: LineProps) {
  const { t } = useText();
  const timeMs = Date.parse(row.timestamp);
  const widthMs = INTERVAL_MS[interval];
  const endMs = timeMs + Math.max(1, widthMs);
  const definition = METRICS[metric] as (typeof METRICS)[number];
  const stats = row.stats?.[definition.name];
  const limitsOf = (name: MetricName) => limits?.[name] ?? NO_LIMITS;
  const value = (name: MetricName) => row[name] ?? null;
  const time = widthMs === 0 ? format.clock(timeMs) : format.minute(timeMs);
  return (
    <tr aria-rowindex={index + 2}>
      <th scope="row" className="time">
        {format.day(timeMs)} {time}
      </th>
      {widthMs === 0 ? (
        METRICS.map((each, place) => (
          <ValueCell
            key={each.name}
            metric={place}
            value={value(each.name)}
            limits={limitsOf(each.name)}
            main={place === metric}
          />
        ))
      ) : (
        <>
          <ValueCell metric={metric} value={value(definition.name)} limits={limitsOf(definition.name)} main />
          <ValueCell metric={metric} value={stats?.min ?? null} limits={NO_LIMITS} label={t('history.min')} />
          <ValueCell metric={metric} value={stats?.max ?? null} limits={NO_LIMITS} label={t('history.max')} />
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

function ValueCell({
  metric,
  value,
  limits,
  main = false,
  label,
}: {
  metric: number;
  value: number | null;
  limits: EffectiveLimits;
  main?: boolean;
  /** On a phone, where the head of the column is far away. */
  label?: string;
}) {
  const { t, format, metricLabel } = useText();
  const zone = value === null ? 'normal' : zoneOf(value, limits);
  const text = format.number(value, METRICS[metric]?.decimals);
  const named = label ?? metricLabel(metric);
  if (zone === 'normal') {
    return (
      <td className={`align-right ${main ? 'main' : ''}`} data-label={named}>
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
