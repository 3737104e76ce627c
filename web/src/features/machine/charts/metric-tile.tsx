// One metric of the machine: value, trend, age, and position between its limits.

import { type EffectiveLimits, METRIC_NAMES, METRICS, type MetricName, type Severity } from '@gonsters/contract';
import { isCriticalLimit, type Zone, zoneOf } from '../../../charts/limit-zones.ts';
import { TONES } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark, StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { MetricValue } from '../../../components/domain/values/metric-value.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { MachineAlarm } from '../../../live/live-alerts.ts';
import type { MachineFeed } from '../../../live/readings/machine-feeds.ts';
import { useAge, useLive, useMetricValue } from '../../../live/use-live.ts';
import { RangeBar } from './range-bar.tsx';
import { trendPerMinute } from './trend.ts';

export function MetricTile({
  machineId,
  feed,
  metric,
  limits,
  alarm,
  off,
}: {
  machineId: string;
  feed: MachineFeed | null;
  metric: number;
  limits: EffectiveLimits;
  alarm: MachineAlarm | null;
  /** The machine no longer reports: its last value is shown grey. */
  off: boolean;
}) {
  const { t, format, metricLabel } = useText();
  const { now } = useLive();
  const definition = METRICS[metric];
  const { value, timeMs } = useMetricValue(machineId, METRIC_NAMES[metric] as MetricName);
  const ageMs = useAge(timeMs);
  const zone = off ? 'normal' : zoneOf(value, limits);
  // An alert lasts until the value is well inside again: until then the tile says what the lists say.
  const held = off || definition === undefined ? null : (alarm?.metrics.get(definition.name) ?? null);
  const acknowledged = held?.acknowledged ?? false;
  const severity = worse(held?.severity ?? null, severityOf(zone));
  const tone = off ? 'is-off' : acknowledged || severity === null ? '' : `is-${TONES[severity]}`;
  return (
    <section className={`card tile ${tone}`} aria-label={metricLabel(metric)}>
      <div className="tile-head">
        <i className="swatch" style={{ background: `var(--metric-${metric + 1})` }} />
        <span className="label ellipsis">{metricLabel(metric)}</span>
        <span className="flex-1" />
        <ZoneWord zone={zone} severity={severity} acknowledged={acknowledged} off={off} known={!Number.isNaN(timeMs)} />
      </div>
      <div className="tile-value">
        <span className="number number-large">
          <MetricValue metric={metric} value={value} />
        </span>
        <span className="caption">
          {off ? null : (
            <Trend
              perMinute={
                feed === null ? null : trendPerMinute(feed.series.of(metric), definition?.decimals ?? 0, now())
              }
              metric={metric}
            />
          )}
          <span>{Number.isNaN(timeMs) ? t('machine.no_value') : t('machine.age', { age: format.age(ageMs) })}</span>
        </span>
      </div>
      <RangeBar metric={metric} value={value} limits={limits} />
    </section>
  );
}

function Trend({ perMinute, metric }: { perMinute: number | null; metric: number }) {
  const { t, format } = useText();
  // Its line is reserved, because it arrives a moment later than the value and must not move anything.
  if (perMinute === null) return <span>{'\u00a0'}</span>;
  if (perMinute === 0) return <span>{t('machine.steady')}</span>;
  const change = format.number(Math.abs(perMinute), METRICS[metric]?.decimals);
  return <span>{t('machine.per_minute', { change: `${perMinute > 0 ? '+' : '−'}${change}` })}</span>;
}

const severityOf = (zone: Zone) => (zone === 'normal' ? null : isCriticalLimit(zone) ? 'critical' : 'warning');
const worse = (a: Severity | null, b: Severity | null) => (a === 'critical' ? a : (b ?? a));

function ZoneWord({
  zone,
  severity,
  acknowledged,
  off,
  known,
}: {
  zone: Zone;
  severity: Severity | null;
  acknowledged: boolean;
  off: boolean;
  /** It has a value. */
  known: boolean;
}) {
  const { t } = useText();
  if (!known) return null;
  if (off) return <StatusWord condition="stale" />;
  if (severity === null) return <span className="caption">{t('limit.normal')}</span>;
  return (
    <span className={`status ${TONES[severity]}`}>
      <StatusMark condition={acknowledged ? `${severity}_acked` : severity} />
      <span className="first-letter:uppercase">
        {t(zone !== 'normal' && severityOf(zone) === severity ? `limit.${zone}` : `status.${severity}`)}
      </span>
    </span>
  );
}
