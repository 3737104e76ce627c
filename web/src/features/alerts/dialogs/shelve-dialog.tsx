// The dialog that shelves one or more alerts, with an end time and a reason.

import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { alertNames } from '../../../components/domain/alerts/alert-text.ts';
import type { OpenDialog } from '../../../components/domain/dialogs.ts';
import { actsOn } from '../../../components/ui/activation/guarded-control.ts';
import { Dialog, DialogCancel } from '../../../components/ui/dialog/dialog.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useLive } from '../../../live/use-live.ts';
import { ShelfIcon } from '../shelf-icon.tsx';
import { AlertCards } from './alert-cards.tsx';
import { BulkOutcome } from './bulk-outcome.tsx';
import { SHELF_CHOICES, type ShelfChoice, shelfEnd, shelfFault } from './shelf-times.ts';
import '../../../styles/alerts.css';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { useBulk } from './use-bulk.ts';

const MAX_REASON = 500;

export function ShelveDialog({
  dialog: { alerts, onDone },
  onClose,
}: {
  dialog: Extract<OpenDialog, { name: 'shelve' }>;
  onClose: () => void;
}) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const api = useApi();
  const live = useLive();
  const [choice, setChoice] = useState<ShelfChoice>('1h');
  const [own, setOwn] = useState('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const bulk = useBulk(onDone);
  const left = bulk.outcome === null ? alerts : bulk.outcome.failures.map(({ alert }) => alert);
  const nowMs = live.now();
  const endMs = shelfEnd(choice, own, nowMs);
  const timeFault = shelfFault(endMs, nowMs);
  const line = reason.replace(/\s+/g, ' ').trim();
  const submit = async () => {
    setTried(true);
    if (timeFault !== null || line === '') return;
    const failures = await bulk.run(left, (alert) => api.shelve(alert.id, endMs, line));
    if (failures.length > 0) return;
    const time = format.recent(endMs, nowMs);
    toast(t('alerts.done.shelved', { count: left.length, time, alerts: alertNames(texts, left) }));
    onClose();
  };
  return (
    <Dialog
      title={alerts.length === 1 ? t('alerts.shelve') : t('alerts.shelve_many', { count: left.length })}
      lead={t('alerts.shelve.meaning')}
      busy={bulk.busy}
      // What was entered is kept with those that are done.
      {...(bulk.outcome !== null && bulk.outcome.done.length > 0 ? { unsaved: false } : {})}
      onSubmit={submit}
      onClose={onClose}
      actions={
        <>
          <DialogCancel disabled={bulk.busy}>{bulk.outcome ? t('app.close') : undefined}</DialogCancel>
          <button
            type="submit"
            className="button button-primary"
            disabled={bulk.busy}
            {...actsOn('shelve until', left)}
          >
            <ShelfIcon />
            {bulk.outcome === null ? t('alerts.shelve') : t('app.retry')}
          </button>
        </>
      }
    >
      <AlertCards alerts={left} />
      <div className="field">
        <span className="label">{t('alerts.shelve.until')}</span>
        <div className="scroll-x">
          <Segments
            label={t('alerts.shelve.until')}
            value={choice}
            choices={SHELF_CHOICES.map((value) => ({ value, label: t(`alerts.shelve.${value}`) }))}
            onChoose={setChoice}
          />
        </div>
        {timeFault === null ? (
          <span className="caption">
            {t('alerts.shelve.ends', { time: format.recent(endMs, nowMs), zone: format.zone(endMs) })}
          </span>
        ) : null}
      </div>
      {choice === 'time' ? (
        <Field
          label={t('alerts.shelve.own_time', { zone: format.zone(nowMs) })}
          fault={
            timeFault === null || (timeFault === 'missing' && !tried) ? undefined : t(`alerts.shelve.${timeFault}`)
          }
        >
          {(field) => (
            <span className="input">
              <input
                {...field}
                type="datetime-local"
                value={own}
                onChange={(event) => setOwn(event.target.value)}
                required
              />
            </span>
          )}
        </Field>
      ) : null}
      <Field
        label={t('alerts.shelve.reason')}
        fault={tried && line === '' ? t('alerts.shelve.reason_missing') : undefined}
      >
        {(field) => (
          <textarea
            {...field}
            className="input"
            maxLength={MAX_REASON}
            placeholder={t('alerts.shelve.reason_hint')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            required
          />
        )}
      </Field>
      <BulkOutcome bulk={bulk} total={alerts.length} sentence="alerts.bulk.shelved" />
    </Dialog>
  );
}
