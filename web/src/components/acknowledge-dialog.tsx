// Acknowledging with a note for whoever comes next.

import type { Alert } from '@gonsters/contract';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { alertCondition, alertText } from './alert-text.ts';
import { Dialog, DialogCancel } from './dialog.tsx';
import { Field } from './field.tsx';
import { StatusWord } from './status-mark.tsx';
import { useAcknowledge } from './use-acknowledge.ts';

const MAX_NOTE = 1000;

export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const texts = useText();
  const { t } = texts;
  const { busy, run } = useAcknowledge();
  const [note, setNote] = useState('');
  const submit = async () => {
    // The server takes one line.
    if (await run(alert, note.replace(/\s+/g, ' ').trim())) onClose();
  };
  return (
    <Dialog
      title={t('alerts.acknowledge_with_note')}
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
      actions={
        <>
          <DialogCancel />
          <button type="submit" className="btn btn-ink" disabled={busy}>
            {t('alerts.acknowledge')}
          </button>
        </>
      }
    >
      <p>
        <b className="id t1">{alert.machine_name}</b>{' '}
        <StatusWord condition={alertCondition(alert)}>{alertText(texts, alert)}</StatusWord>
      </p>
      <Field label={t('alerts.note')}>
        {(field) => (
          <textarea
            {...field}
            className="inp"
            maxLength={MAX_NOTE}
            placeholder={t('alerts.note.hint')}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}
