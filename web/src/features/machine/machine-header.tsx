// Name and condition of a machine, and its actions, first of all acknowledging its worst alert.

import type { Alert, Machine } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { AlarmClockOff, Check, ChevronLeft, MessageSquarePlus } from 'lucide-react';
import { useMay } from '../../api/use-api.ts';
import { alertCondition, alertText } from '../../components/domain/alerts/alert-text.ts';
import { useAcknowledge } from '../../components/domain/alerts/use-acknowledge.ts';
import { useAlertTexts } from '../../components/domain/alerts/use-alert-texts.ts';
import { useOpenDialog } from '../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import type { MachineCondition } from '../../components/domain/machines/machine-condition.ts';
import { StatusMark, StatusWord } from '../../components/domain/machines/status-mark.tsx';
import { actsOn, opensDialog } from '../../components/ui/activation/guarded-control.ts';
import { useText } from '../../i18n/use-text.ts';
import { isActive, isUnacknowledged } from '../../live/live-alerts.ts';
import { useAge, useOpenAlerts } from '../../live/use-live.ts';
import { MachineMenu } from './edit/machine-menu.tsx';

export function MachineHeader({ machine, state }: { machine: Machine; state: MachineCondition }) {
  const { t } = useText();
  const { alerts } = useOpenAlerts();
  const mayAcknowledge = useMay('ack:alerts');
  const mayShelve = useMay('shelve:alerts');
  const own = alerts.filter((alert) => alert.machine_id === machine.machine_id);
  const unacknowledged = mayAcknowledge ? own.filter(isUnacknowledged) : [];
  const audible = mayShelve ? own.filter((alert) => alert.shelved_until === null) : [];
  const [urgent] = unacknowledged;
  return (
    <>
      <div className="page-head machine-head">
        <Link
          to="/"
          search={keepPanelFilters}
          className="button button-quiet button-icon machine-back"
          aria-label={t('machine.back')}
        >
          <ChevronLeft size={16} strokeWidth={1.5} />
        </Link>
        <h1 className="id ellipsis">{machine.name}</h1>
        <StatusWord condition={state.condition} />
        <span className="flex-1" />
        <MachineMenu machine={machine} shelvable={audible} />
        <span className="hidden gap-2 tablet:flex">
          {audible.length > 0 ? <ShelveButton alerts={audible} /> : null}
          {urgent ? (
            <>
              <NoteButton alerts={unacknowledged} />
              <AcknowledgeButton alert={urgent} />
            </>
          ) : null}
        </span>
      </div>
      {urgent ? <UrgentBar alert={urgent} /> : null}
    </>
  );
}

/** On a phone: in reach of the thumb, above the tabs. */
function UrgentBar({ alert }: { alert: Alert }) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const ageMs = useAge(Date.parse(alert.raised_at));
  return (
    <section className="action-bar glass" aria-label={t('app.alerts')}>
      <span className="status min-w-0">
        <StatusMark condition={alertCondition(alert)} />
        <span className="min-w-0">
          <b className="ellipsis text-strong block">{alertText(texts, alert)}</b>
          <span className="caption">{isActive(alert) ? format.age(ageMs) : t('alerts.cleared')}</span>
        </span>
      </span>
      <AcknowledgeButton alert={alert} />
    </section>
  );
}

function AcknowledgeButton({ alert }: { alert: Alert }) {
  const { t } = useText();
  const { busy, run } = useAcknowledge();
  return (
    <button
      type="button"
      className="button button-primary"
      disabled={busy}
      onClick={() => void run(alert)}
      {...actsOn('acknowledge', [alert])}
    >
      <Check size={16} strokeWidth={1.5} aria-hidden="true" />
      {t('alerts.acknowledge')}
    </button>
  );
}

function NoteButton({ alerts }: { alerts: readonly Alert[] }) {
  const { t } = useText();
  const open = useOpenDialog();
  const label = t('alerts.acknowledge_with_note');
  return (
    <button
      type="button"
      className="button button-icon"
      {...opensDialog('acknowledge')}
      aria-label={label}
      title={label}
      onClick={() => open({ name: 'acknowledge', alerts })}
    >
      <MessageSquarePlus size={16} strokeWidth={1.5} />
    </button>
  );
}

function ShelveButton({ alerts }: { alerts: readonly Alert[] }) {
  const { t } = useText();
  const open = useOpenDialog();
  return (
    <button
      type="button"
      className="button"
      onClick={() => open({ name: 'shelve', alerts })}
      {...opensDialog('shelve')}
    >
      <AlarmClockOff size={16} strokeWidth={1.5} aria-hidden="true" />
      {t('machine.shelve')}
    </button>
  );
}
