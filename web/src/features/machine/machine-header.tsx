// Name and condition of the machine, and the one thing that may be urgent: acknowledging its worst alert.

import type { Alert, Machine } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { Check, ChevronLeft, MessageSquarePlus } from 'lucide-react';
import { alertCondition } from '../../components/alert-text.ts';
import { useOpenDialog } from '../../components/dialogs.ts';
import { keepDocks } from '../../components/keep-docks.ts';
import type { MachineCondition } from '../../components/machine-condition.ts';
import { StatusMark, StatusWord } from '../../components/status-mark.tsx';
import { useAcknowledge } from '../../components/use-acknowledge.ts';
import { useText } from '../../i18n/use-text.ts';
import { isUnacknowledged } from '../../live/live-alerts.ts';
import { useLive, useNow, useOpenAlerts } from '../../live/use-live.ts';

export function MachineHeader({ machine, state }: { machine: Machine; state: MachineCondition }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const now = useNow();
  const { alerts } = useOpenAlerts();
  const urgent = alerts.find((alert) => alert.machine_id === machine.machine_id && isUnacknowledged(alert));
  const newestMs = readings.newestMs(machine.machine_id);
  return (
    <>
      <div className="page-head">
        <Link to="/" search={keepDocks} className="btn btn-quiet btn-icon" aria-label={t('machine.back')}>
          <ChevronLeft size={16} strokeWidth={1.5} />
        </Link>
        <h1 className="id el">{machine.name}</h1>
        <StatusWord condition={state.condition} />
        <span className="cap el">
          {machine.location} · {machine.sensor_type}
          {state.connection === 'online' && !Number.isNaN(newestMs)
            ? ` · ${t('machine.online', { age: format.age(now - newestMs) })}`
            : null}
        </span>
        <span className="flex-1" />
        {urgent ? (
          <span className="hidden gap-2 tablet:flex">
            <NoteButton alert={urgent} />
            <AcknowledgeButton alert={urgent} />
          </span>
        ) : null}
      </div>
      {urgent ? (
        <section className="action-bar glass tablet:hidden" aria-label={t('app.alerts')}>
          <span className="st min-w-0">
            <StatusMark condition={alertCondition(urgent)} />
            <b className="el t1 first-letter:uppercase">
              {t('machine.alert_for', {
                condition: t(`limit.${urgent.limit_kind}`),
                age: format.age(now - Date.parse(urgent.raised_at)),
              })}
            </b>
          </span>
          <AcknowledgeButton alert={urgent} />
        </section>
      ) : null}
    </>
  );
}

function AcknowledgeButton({ alert }: { alert: Alert }) {
  const { t } = useText();
  const { busy, run } = useAcknowledge();
  return (
    <button type="button" className="btn btn-ink" disabled={busy} onClick={() => void run(alert)}>
      <Check size={16} strokeWidth={1.5} aria-hidden="true" />
      {t('alerts.acknowledge')}
    </button>
  );
}

function NoteButton({ alert }: { alert: Alert }) {
  const { t } = useText();
  const openDialog = useOpenDialog();
  return (
    <button
      type="button"
      className="btn btn-icon"
      aria-label={t('alerts.acknowledge_with_note')}
      title={t('alerts.acknowledge_with_note')}
      onClick={() => openDialog({ name: 'acknowledge', alerts: [alert] })}
    >
      <MessageSquarePlus size={16} strokeWidth={1.5} />
    </button>
  );
}
