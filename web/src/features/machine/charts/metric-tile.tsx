// One metric of the machine: value, trend, age, and position between its limits.

import type { Severity } from '@gonsters/contract';
import { isCriticalLimit, type Zone, zoneOf } from '../../../charts/limit-zones.ts';
import { TONES } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark, StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { QualityWord, ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { MachineAlarm } from '../../../live/live-alerts.ts';
import type { MachineFeed } from '../../../live/readings/machine-feeds.ts';
import { GOOD } from '../../../live/readings/metric-series.ts';
import { useAge, useLive, useMetricValue } from '../../../live/use-live.ts';
import { RangeBar } from './range-bar.tsx';
import { trendPerMinute } from './trend.ts';

export function MetricTile({
  machineId,
  feed,
  metric,
  alarm,
  off,
}: {
  machineId: string;
  feed: MachineFeed | null;
  metric: MetricView;
  alarm: MachineAlarm | null;
  /** The machine no longer reports: its last value is shown grey. */
  off: boolean;
}) {
  const { t, format } = useText();
  const { now } = useLive();
  const { value, timeMs, quality } = useMetricValue(machineId, metric.name);
  const ageMs = useAge(timeMs);
  const zone = off ? 'normal' : zoneOf(metric.toShown(value), metric.limits);
  // An alert lasts until the value is well inside again: until then the tile says what the lists say.
  const held = off ? null : (alarm?.metrics.get(metric.name) ?? null);
  const acknowledged = held?.acknowledged ?? false;
  const severity = worse(held?.severity ?? null, severityOf(zone));
  const tone = off ? 'is-off' : acknowledged || severity === null ? '' : `is-${TONES[severity]}`;
  return (
    <section className={`card tile ${tone}`} aria-label={metric.label}>
      <div className="tile-head">
        <i className="swatch" style={{ background: `var(--${metric.color})` }} />
        <span className="label ellipsis">{metric.label}</span>
        <span className="flex-1" />
        {quality === GOOD ? (
          <ZoneWord
            zone={metric.kind === 'gauge' || severity !== null ? zone : null}
            severity={severity}
            acknowledged={acknowledged}
            off={off}
            known={!Number.isNaN(timeMs)}
          />
        ) : (
          <QualityWord quality={quality} />
        )}
      </div>
      <div className="tile-value">
        <span className="number number-large">
          <ViewValue metric={metric} value={value} quality={quality} />
        </span>
        <span className="caption">
          {off || metric.kind !== 'gauge' ? null : (
            <Trend
              perMinute={feed === null ? null : trendPerMinute(feed.series.of(metric.number), metric.decimals, now())}
              metric={metric}
            />
          )}
          <span>{Number.isNaN(timeMs) ? t('machine.no_value') : t('machine.age', { age: format.age(ageMs) })}</span>
        </span>
      </div>
      {metric.kind === 'gauge' ? <RangeBar metric={metric} value={metric.toShown(value)} /> : null}
    </section>
  );
}

function Trend({ perMinute, metric }: { perMinute: number | null; metric: MetricView }) {
  const { t, format } = useText();
  // Its line is reserved, because it arrives a moment later than the value and must not move anything.
  if (perMinute === null) return <span>{'\u00a0'}</span>;
  if (perMinute === 0) return <span>{t('machine.steady')}</span>;
  // A difference: what is added to one unit of temperature for another one does not count.
  const change = format.number(Math.abs(metric.toShown(perMinute) - metric.toShown(0)), metric.decimals);
  return <span>{t('machine.per_minute', { change: `${perMinute > 0 ? '+' : '−'}${change}` })}</span>;
}

const severityOf = (zone: Zone | null) =>
  zone === null || zone === 'normal' ? null : isCriticalLimit(zone) ? 'critical' : 'warning';
const worse = (a: Severity | null, b: Severity | null) => (a === 'critical' ? a : (b ?? a));

function ZoneWord({
  zone,
  severity,
  acknowledged,
  off,
  known,
}: {
  /** null where nothing can limit it. */
  zone: Zone | null;
  severity: Severity | null;
  acknowledged: boolean;
  off: boolean;
  /** It has a value. */
  known: boolean;
}) {
  const { t } = useText();
  if (!known) return null;
  if (off) return <StatusWord condition="stale" />;
  if (severity === null) return zone === null ? null : <span className="caption">{t('limit.normal')}</span>;
  return (
    <span className={`status ${TONES[severity]}`}>
      <StatusMark condition={acknowledged ? `${severity}_acked` : severity} />
      <span className="first-letter:uppercase">
        {t(
          zone !== null && zone !== 'normal' && severityOf(zone) === severity ? `limit.${zone}` : `status.${severity}`,
        )}
      </span>
    </span>
  );
}
