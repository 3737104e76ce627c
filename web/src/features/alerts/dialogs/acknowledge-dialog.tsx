// The dialog that acknowledges one or more alerts, with a note.

import { Check } from 'lucide-react';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { alertNames } from '../../../components/domain/alerts/alert-text.ts';
import { type OpenDialog, useOpenDialog } from '../../../components/domain/dialogs.ts';
import { actsOn } from '../../../components/ui/activation/guarded-control.ts';
import { Dialog, DialogCancel } from '../../../components/ui/dialog/dialog.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { isUnacknowledged } from '../../../live/live-alerts.ts';
import { ShelfIcon } from '../shelf-icon.tsx';
import { AlertCards } from './alert-cards.tsx';
import { BulkOutcome } from './bulk-outcome.tsx';
import '../../../styles/alerts.css';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { useBulk } from './use-bulk.ts';

const MAX_NOTE = 1000;
const CHIPS = ['alerts.note.watching', 'alerts.note.called', 'alerts.note.stopped'] as const;

export function AcknowledgeDialog({
  dialog: { alerts, onDone },
  onClose,
}: {
  dialog: Extract<OpenDialog, { name: 'acknowledge' }>;
  onClose: () => void;
}) {
  const texts = useAlertTexts();
  const { t } = texts;
  const api = useApi();
  const mayShelve = useMay('shelve:alerts');
  const openDialog = useOpenDialog();
  const [note, setNote] = useState('');
  const bulk = useBulk(onDone);
  // Alerts that another user has acknowledged in the meantime are left out.
  const asked = alerts.filter(isUnacknowledged);
  const left = bulk.outcome === null ? asked : bulk.outcome.failures.map(({ alert }) => alert);
  const submit = async () => {
    // The server takes one line.
    const line = note.replace(/\s+/g, ' ').trim();
    const failures = await bulk.run(left, (alert) => api.acknowledge(alert.id, line));
    if (failures.length > 0) return;
    toast(t('alerts.done.acknowledged', { count: left.length, alerts: alertNames(texts, left) }));
    onClose();
  };
  return (
    <Dialog
      title={alerts.length === 1 ? t('alerts.acknowledge') : t('alerts.acknowledge_many', { count: left.length })}
      {...(asked.length < alerts.length
        ? { lead: t('alerts.already_acknowledged', { count: alerts.length - asked.length }) }
        : {})}
      busy={bulk.busy}
      // What was entered is kept with those that are done.
      {...(bulk.outcome !== null && bulk.outcome.done.length > 0 ? { unsaved: false } : {})}
      onSubmit={submit}
      onClose={onClose}
      actions={
        <>
          {mayShelve && bulk.outcome === null ? (
            <button
              type="button"
              className="button button-quiet mr-auto"
              disabled={bulk.busy}
              onClick={() => openDialog({ name: 'shelve', alerts, ...(onDone ? { onDone } : {}) })}
            >
              <ShelfIcon />
              {t('alerts.shelve_instead')}
            </button>
          ) : (
            <DialogCancel disabled={bulk.busy}>{bulk.outcome ? t('app.close') : undefined}</DialogCancel>
          )}
          <button
            type="submit"
            className="button button-primary"
            disabled={bulk.busy || left.length === 0}
            {...actsOn('acknowledge', left)}
          >
            <Check size={16} strokeWidth={1.5} aria-hidden="true" />
            {bulk.outcome === null ? t('alerts.acknowledge') : t('app.retry')}
          </button>
        </>
      }
    >
      <AlertCards alerts={left.length === 0 ? alerts : left} />
      <Field
        label={
          <>
            {t('alerts.note')} <span className="caption">{t('alerts.optional')}</span>
          </>
        }
      >
        {(field) => (
          <textarea
            {...field}
            className="input"
            maxLength={MAX_NOTE}
            placeholder={t('alerts.note.hint')}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <div className="chips">
        {CHIPS.map((chip) => (
          <button key={chip} type="button" className="chip" onClick={() => setNote(withChip(note, t(chip)))}>
            {t(chip)}
          </button>
        ))}
      </div>
      <BulkOutcome bulk={bulk} total={asked.length} sentence="alerts.bulk.acknowledged" />
    </Dialog>
  );
}

/** A chip adds its sentence to what is there, once. */
function withChip(note: string, chip: string): string {
  const text = note.trim();
  if (text === '') return chip;
  return text.includes(chip) ? text : `${text.replace(/[.;,]$/, '')}; ${chip}`;
}
