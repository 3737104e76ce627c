// What can be done about an alert: acknowledge with or without a note, shelve, and open its limits.

import { type Alert, isAboutMetric } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { Check, MessageSquarePlus, SlidersHorizontal } from 'lucide-react';
import { useMay } from '../../../api/use-api.ts';
import { alertCondition, machineText } from '../../../components/domain/alerts/alert-text.ts';
import { useAcknowledge } from '../../../components/domain/alerts/use-acknowledge.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { actsOn, opensDialog } from '../../../components/ui/activation/guarded-control.ts';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';
import { isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';
import { AlertValue } from '../alert-value.tsx';
import { ShelfIcon } from '../shelf-icon.tsx';
import { useUnshelve } from '../use-unshelve.ts';

export function StoryActions({ alert }: { alert: Alert }) {
  const { t, say } = useStoryText();
  const mayAcknowledge = useMay('ack:alerts');
  const openDialog = useOpenDialog();
  const waits = mayAcknowledge && isUnacknowledged(alert);
  return (
    <div className="story-actions">
      {alert.machine_id !== null && alert.condition === 'level' && isAboutMetric(alert.metric) ? (
        <Link
          to="/limits/$metric"
          params={{ metric: alert.metric }}
          search={(search) => ({ ...keepPanelFilters(search), machine: alert.machine_id ?? '' })}
          className="button"
        >
          <SlidersHorizontal size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('story.limits')}
        </Link>
      ) : null}
      <ShelveButton alert={alert} />
      {waits ? (
        <button
          type="button"
          className="button"
          {...opensDialog('acknowledge')}
          aria-label={t('alerts.acknowledge_with_note')}
          onClick={() => openDialog({ name: 'acknowledge', alerts: [alert] })}
        >
          <MessageSquarePlus size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('story.note')}
        </button>
      ) : null}
      {waits ? (
        <span className="only-wide">
          <AcknowledgeButton alert={alert} />
        </span>
      ) : null}
    </div>
  );
}

/** On a phone: in reach of the thumb, above the tabs. */
export function UrgentBar({ alert }: { alert: Alert }) {
  const texts = useStoryText();
  const mayAcknowledge = useMay('ack:alerts');
  if (!mayAcknowledge || !isUnacknowledged(alert)) return null;
  return (
    <section className="action-bar glass" aria-label={machineText(texts, alert)}>
      <span className="status min-w-0">
        <StatusMark condition={alertCondition(alert)} />
        <b className="text-strong">
          <AlertValue alert={alert} />
        </b>
      </span>
      <AcknowledgeButton alert={alert} />
    </section>
  );
}

function AcknowledgeButton({ alert }: { alert: Alert }) {
  const { t } = useStoryText();
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

function ShelveButton({ alert }: { alert: Alert }) {
  const { t } = useStoryText();
  const mayShelve = useMay('shelve:alerts');
  const openDialog = useOpenDialog();
  const { busy, run } = useUnshelve();
  if (!mayShelve || alert.state === 'closed') return null;
  const shelved = isShelved(alert);
  return (
    <button
      type="button"
      className="button"
      {...(shelved ? actsOn('unshelve', [alert]) : opensDialog('shelve'))}
      disabled={busy}
      onClick={() => (shelved ? void run(alert) : openDialog({ name: 'shelve', alerts: [alert] }))}
    >
      <ShelfIcon />
      {t(shelved ? 'alerts.unshelve' : 'alerts.shelve')}
    </button>
  );
}
