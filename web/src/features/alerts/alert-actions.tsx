// The actions on an alert: acknowledge with or without a note, open its chart, shelve or unshelve.

import type { Alert } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { ChartLine, Check, MessageSquarePlus } from 'lucide-react';
import { useMay } from '../../api/use-api.ts';
import { machineText } from '../../components/domain/alerts/alert-text.ts';
import { useAcknowledge } from '../../components/domain/alerts/use-acknowledge.ts';
import { useOpenDialog } from '../../components/domain/dialogs.ts';
import { momentOf } from '../../components/domain/links.ts';
import { actsOn, opensDialog } from '../../components/ui/activation/guarded-control.ts';
import { useText } from '../../i18n/use-text.ts';
import { isShelved, isUnacknowledged } from '../../live/live-alerts.ts';
import { ShelfIcon } from './shelf-icon.tsx';
import { useUnshelve } from './use-unshelve.ts';

export function AlertActions({ alert }: { alert: Alert }) {
  const texts = useText();
  const { t } = texts;
  const { busy, run } = useAcknowledge();
  const openDialog = useOpenDialog();
  const mayAcknowledge = useMay('ack:alerts');
  const machine = machineText(texts, alert);
  const waits = mayAcknowledge && isUnacknowledged(alert);
  return (
    <div className="alert-actions">
      {waits ? (
        <>
          <button
            type="button"
            className="button button-small button-acknowledge"
            // In a table only the icon is seen.
            aria-label={`${t('alerts.acknowledge')} ${machine}`}
            title={t('alerts.acknowledge')}
            disabled={busy}
            onClick={() => void run(alert)}
            {...actsOn('acknowledge', [alert])}
          >
            <Check size={16} strokeWidth={1.5} aria-hidden="true" />
            <span>{t('alerts.acknowledge')}</span>
          </button>
          <button
            type="button"
            className="button button-small button-icon button-note"
            {...opensDialog('acknowledge')}
            aria-label={`${t('alerts.acknowledge_with_note')}: ${machine}`}
            title={t('alerts.acknowledge_with_note')}
            onClick={() => openDialog({ name: 'acknowledge', alerts: [alert] })}
          >
            <MessageSquarePlus size={16} strokeWidth={1.5} />
          </button>
        </>
      ) : null}
      <ChartLink alert={alert} />
      <ShelfButton alert={alert} />
    </div>
  );
}

function ChartLink({ alert, children }: { alert: Alert; children?: string }) {
  const { t } = useText();
  if (alert.machine_id === null) return null;
  const label = t('alerts.open_chart', { machine: alert.machine_name });
  return (
    <Link
      to="/machines/$machineId"
      params={{ machineId: alert.machine_id }}
      search={momentOf(alert)}
      className={children === undefined ? 'button button-small button-icon' : 'button'}
      {...(children === undefined ? { 'aria-label': label } : {})}
      title={label}
    >
      <ChartLine size={16} strokeWidth={1.5} aria-hidden="true" />
      {children}
    </Link>
  );
}

/** Shelve or unshelve, for permitted users. */
function ShelfButton({ alert }: { alert: Alert }) {
  const texts = useText();
  const { t } = texts;
  const mayShelve = useMay('shelve:alerts');
  const openDialog = useOpenDialog();
  const { busy, run } = useUnshelve();
  if (!mayShelve || alert.state === 'closed') return null;
  const shelved = isShelved(alert);
  const label = t(shelved ? 'alerts.unshelve' : 'alerts.shelve');
  return (
    <button
      type="button"
      className={`button button-small ${shelved ? 'button-unshelve' : 'button-icon button-shelve'}`}
      {...(shelved ? actsOn('unshelve', [alert]) : opensDialog('shelve'))}
      aria-label={`${label}: ${machineText(texts, alert)}`}
      title={label}
      disabled={busy}
      onClick={() => (shelved ? void run(alert) : openDialog({ name: 'shelve', alerts: [alert] }))}
    >
      <ShelfIcon />
      {shelved ? <span>{label}</span> : null}
    </button>
  );
}
