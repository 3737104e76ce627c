// The four worst conditions of the plant, above everything else; nothing at all when nothing is abnormal.

import { type Alert, METRICS } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { alertCondition, metricOf } from '../../components/alert-text.ts';
import { keepDocks } from '../../components/keep-docks.ts';
import { MetricValue } from '../../components/metric-value.tsx';
import { StatusWord } from '../../components/status-mark.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useLive, useMachineValues, useOpenAlerts } from '../../live/use-live.ts';

const SHOWN = 4;

export function AbnormalNow() {
  const { t } = useText();
  const { alerts } = useOpenAlerts();
  const abnormal = alerts.filter(
    (alert) => alert.state !== 'cleared_unacked' && alert.machine_id !== null && alert.metric !== 'connection',
  );
  if (abnormal.length === 0) return null;
  return (
    <section className="card" aria-label={t('fleet.abnormal')}>
      <div className="card-head">
        <h2>{t('fleet.abnormal')}</h2>
        <span className="cap">{t('fleet.worst_first')}</span>
        <span className="flex-1" />
        <Link to="/alerts" search={keepDocks} className="btn btn-sm btn-quiet">
          {t('fleet.all_alerts', { count: alerts.length })}
          <ChevronRight size={16} strokeWidth={1.5} aria-hidden="true" />
        </Link>
      </div>
      <div className="abnormal">
        {abnormal.slice(0, SHOWN).map((alert) => (
          <AbnormalMachine key={alert.id} alert={alert} machineId={alert.machine_id ?? ''} />
        ))}
      </div>
    </section>
  );
}

function AbnormalMachine({ alert, machineId }: { alert: Alert; machineId: string }) {
  const { t, format, metricLabel } = useText();
  const { readings } = useLive();
  useMachineValues(machineId);
  const metric = metricOf(alert);
  const live = readings.value(machineId, metric);
  const value = Number.isNaN(live) ? alert.value : live;
  const past = value === null || alert.threshold === null ? null : value - alert.threshold;
  return (
    <Link to="/machines/$machineId" params={{ machineId }} search={keepDocks}>
      <b className="el id">{alert.machine_name}</b>
      <StatusWord condition={alertCondition(alert)}>
        <span className="el">
          {t(`status.${alert.severity}`)} · {metricLabel(metric)}
        </span>
      </StatusWord>
      <span className="num n20">
        <MetricValue metric={metric} value={value} />
      </span>
      <span className="cap el">
        {past === null
          ? t(`limit.${alert.limit_kind}`)
          : t('fleet.past_limit', {
              by: `${past > 0 ? '+' : ''}${format.number(past, METRICS[metric]?.decimals)}`,
              limit: t(`limit.${alert.limit_kind}`),
            })}
      </span>
    </Link>
  );
}
