// One open alert: what, where, since when, and the two things one does about it.

import { type Alert, METRICS } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { ChartLine, MessageSquarePlus } from 'lucide-react';
import { memo, useState } from 'react';
import { AcknowledgeDialog } from '../../components/acknowledge-dialog.tsx';
import { alertCondition, alertText, metricOf } from '../../components/alert-text.ts';
import { keepDocks } from '../../components/keep-docks.ts';
import { TONES } from '../../components/machine-condition.ts';
import { MetricValue } from '../../components/metric-value.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useAcknowledge } from '../../components/use-acknowledge.ts';
import { useText } from '../../i18n/use-text.ts';
import { isUnacknowledged } from '../../live/live-alerts.ts';
import { useLive, useMachineValues, useNow } from '../../live/use-live.ts';

export const AlertItem = memo(function AlertItem({ alert }: { alert: Alert }) {
  const texts = useText();
  const { t, format } = texts;
  const now = useNow();
  const condition = alertCondition(alert);
  const unacknowledged = isUnacknowledged(alert);
  const raisedMs = Date.parse(alert.raised_at);
  const tone = unacknowledged && alert.state === 'active_unacked' ? TONES[condition] : '';
  return (
    <li className={`alert ${tone === '' ? '' : `is-${tone}`}`}>
      <StatusMark condition={condition} />
      <div className="alert-top">
        <MachineName alert={alert} />
        <time dateTime={alert.raised_at} title={format.moment(raisedMs)}>
          {format.minute(raisedMs)} · {format.age(now - raisedMs)}
        </time>
      </div>
      <p>
        <span className={TONES[condition]}>{t(`status.${condition === 'stale' ? 'stale' : alert.severity}`)}</span> ·{' '}
        {alertText(texts, alert)} · {alert.location}
        {alert.state === 'cleared_unacked' ? ` · ${t('alerts.cleared')}` : null}
      </p>
      {alert.metric === 'connection' ? null : <AlertValue alert={alert} />}
      {unacknowledged ? <Actions alert={alert} /> : <AcknowledgedBy alert={alert} />}
    </li>
  );
});

function MachineName({ alert }: { alert: Alert }) {
  const { t } = useText();
  if (alert.machine_id === null)
    return <b className="t1">{t('alerts.machines', { count: alert.machine_ids.length })}</b>;
  return (
    <Link to="/machines/$machineId" params={{ machineId: alert.machine_id }} search={keepDocks} className="id el">
      {alert.machine_name}
    </Link>
  );
}

/** The value now while the condition lasts, else the one it was raised with. */
function AlertValue({ alert }: { alert: Alert }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const machineId = alert.state === 'cleared_unacked' ? null : alert.machine_id;
  useMachineValues(machineId);
  const metric = metricOf(alert);
  const number = (value: number) => format.number(value, METRICS[metric]?.decimals);
  const live = machineId === null ? Number.NaN : readings.value(machineId, metric);
  return (
    <div className="alert-value">
      <span className="num">
        <MetricValue metric={metric} value={Number.isNaN(live) ? alert.value : live} />
      </span>
      <span className="cap el">
        {alert.threshold === null ? null : t('alerts.limit', { value: number(alert.threshold) })}
        {alert.peak_value === null ? null : ` · ${t('alerts.peak', { value: number(alert.peak_value) })}`}
      </span>
    </div>
  );
}

function Actions({ alert }: { alert: Alert }) {
  const { t } = useText();
  const { busy, run } = useAcknowledge();
  const [noting, setNoting] = useState(false);
  return (
    <div className="alert-actions">
      <button type="button" className="btn btn-sm" disabled={busy} onClick={() => void run(alert)}>
        {t('alerts.acknowledge')}
      </button>
      <button
        type="button"
        className="btn btn-sm btn-icon"
        aria-label={`${t('alerts.acknowledge_with_note')}: ${alert.machine_name}`}
        title={t('alerts.acknowledge_with_note')}
        onClick={() => setNoting(true)}
      >
        <MessageSquarePlus size={16} strokeWidth={1.5} />
      </button>
      {alert.machine_id === null ? null : (
        <Link
          to="/machines/$machineId"
          params={{ machineId: alert.machine_id }}
          search={keepDocks}
          className="btn btn-sm btn-icon"
          aria-label={t('alerts.open_chart', { machine: alert.machine_name })}
          title={t('alerts.open_chart', { machine: alert.machine_name })}
        >
          <ChartLine size={16} strokeWidth={1.5} />
        </Link>
      )}
      {noting ? <AcknowledgeDialog alert={alert} onClose={() => setNoting(false)} /> : null}
    </div>
  );
}

function AcknowledgedBy({ alert }: { alert: Alert }) {
  const { t, format } = useText();
  const at = alert.acknowledged_at === null ? '' : ` ${format.minute(Date.parse(alert.acknowledged_at))}`;
  return (
    <p className="cap">
      {t('alerts.acknowledged')}
      {at}
      {alert.acknowledged_by === null ? '' : ` · ${alert.acknowledged_by}`}
      {alert.acknowledge_note === null ? '' : ` · “${alert.acknowledge_note}”`}
    </p>
  );
}
