// The four worst conditions of the plant; nothing where nothing is abnormal.

import { type Alert, type EffectiveLimits, isAboutMetric } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { LIMIT_LABELS } from '../../../charts/limit-zones.ts';
import { alertCondition } from '../../../components/domain/alerts/alert-text.ts';
import { useFleetLimits } from '../../../components/domain/limits/use-fleet-limits.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { TONES } from '../../../components/domain/machines/machine-condition.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { Sparkline } from '../../../components/domain/values/sparkline.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { GOOD } from '../../../live/readings/metric-series.ts';
import { useLive, useMachineValues, useOpenAlerts } from '../../../live/use-live.ts';
import { inAlarm, useSummary } from './use-summary.ts';

const SHOWN = 4;

export function AbnormalNow() {
  const { t } = useText();
  const { alerts, phase } = useOpenAlerts();
  const conditions = useSummary().data?.by_condition;
  const abnormal = alerts
    .filter((alert) => alert.state !== 'cleared_unacked' && alert.shelved_until === null)
    .filter((alert) => alert.machine_id !== null && isAboutMetric(alert.metric))
    .sort((a, b) => rank(a) - rank(b));
  // The counts arrive before the list. Where they say that something is abnormal, space is reserved for it.
  const expected = phase === 'loading' && conditions !== undefined && inAlarm(conditions) > 0;
  if (abnormal.length === 0 && !expected) return null;
  return (
    <section className="card" aria-label={t('fleet.abnormal')}>
      <div className="card-head">
        <h2>{t('fleet.abnormal')}</h2>
        <span className="caption abnormal-order">{t('fleet.worst_first')}</span>
        <span className="flex-1" />
        <Link to="/alerts" search={keepPanelFilters} className="button button-small button-quiet">
          {t('fleet.open_alerts', { count: alerts.filter((alert) => alert.shelved_until === null).length })}
          <ChevronRight size={16} strokeWidth={1.5} aria-hidden="true" />
        </Link>
      </div>
      <div className="abnormal">
        {abnormal.length === 0 ? <span className="abnormal-loading" aria-busy="true" /> : null}
        {abnormal.slice(0, SHOWN).map((alert) => (
          <AbnormalMachine key={alert.id} alert={alert} machineId={alert.machine_id ?? ''} />
        ))}
      </div>
    </section>
  );
}

/** As in the lists of machines: what is critical stays above what is not, acknowledged or not. */
const rank = (alert: Alert) => (alert.severity === 'critical' ? 0 : 2) + (alert.state === 'active_acked' ? 1 : 0);

function AbnormalMachine({ alert, machineId }: { alert: Alert; machineId: string }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const fleet = useFleetMetrics();
  const limitsOf = useFleetLimits();
  useMachineValues(machineId);
  const metric = fleet.named(alert.metric);
  const live = readings.value(machineId, metric.number);
  const value = Number.isNaN(live) ? alert.value : live;
  const { decimals, toShown } = metric;
  const shown = (each: number | null) => (each === null ? null : toShown(each));
  const past = value === null || alert.threshold === null ? null : toShown(value) - toShown(alert.threshold);
  const condition = alertCondition(alert);
  const all = limitsOf(machineId) as Partial<Record<string, EffectiveLimits>> | null;
  const limits = all?.[metric.name] ?? null;
  const tone = TONES[condition];
  const pastText = () => {
    if (past === null || alert.limit_kind === 'stale') return t(`limit.${alert.limit_kind}`);
    const low = alert.limit_kind === 'low' || alert.limit_kind === 'low_low';
    // On its way back, but not far enough inside to have cleared.
    if (low ? past > 0 : past < 0) {
      const limit = t('alerts.limit', { value: format.number(shown(alert.threshold), decimals) });
      return `${limit} · ${t('alerts.peak', { value: format.number(shown(alert.peak_value), decimals) })}`;
    }
    const by = `${past > 0 ? '+' : ''}${format.number(past, decimals)}`;
    return t('fleet.past_limit', { by, limit: LIMIT_LABELS[alert.limit_kind] });
  };
  return (
    <Link to="/machines/$machineId" params={{ machineId }} search={keepPanelFilters}>
      <b className="ellipsis id">{alert.machine_name}</b>
      <StatusWord condition={condition}>
        <span className="ellipsis">
          {t(`status.${alert.severity}`)} · {metric.label}
        </span>
      </StatusWord>
      <span className="abnormal-value">
        <span className="number number-small">
          <ViewValue metric={metric} value={value ?? Number.NaN} quality={GOOD} />
        </span>
        <Sparkline
          machineId={machineId}
          metric={metric.number}
          limits={limits}
          tone={tone === 'warn' ? 'warn' : 'crit'}
        />
      </span>
      <span className="caption ellipsis">
        {pastText()}
        {alert.acknowledged_by === null ? null : ` · ${t('fleet.acknowledged_by', { name: alert.acknowledged_by })}`}
      </span>
    </Link>
  );
}
