// Acknowledging with a note for whoever comes next.

import type { Alert } from '@gonsters/contract';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type FormEvent, useId, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { alertCondition, alertText } from './alert-text.ts';
import { StatusWord } from './status-mark.tsx';
import { useAcknowledge } from './use-acknowledge.ts';

const MAX_NOTE = 1000;

export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const texts = useText();
  const { t } = texts;
  const { busy, run } = useAcknowledge();
  const [note, setNote] = useState('');
  const field = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The server takes one line.
    if (await run(alert, note.replace(/\s+/g, ' ').trim())) onClose();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim">
          <Dialog.Content className="dialog glass" aria-describedby={undefined}>
            <div className="grab" />
            <div className="dialog-head">
              <Dialog.Title>{t('alerts.acknowledge_with_note')}</Dialog.Title>
              <Dialog.Close className="btn btn-quiet btn-icon" aria-label={t('app.close')}>
                <X size={16} strokeWidth={1.5} />
              </Dialog.Close>
            </div>
            <form onSubmit={(event) => void submit(event)}>
              <div className="dialog-body">
                <p>
                  <b className="id t1">{alert.machine_name}</b>{' '}
                  <StatusWord condition={alertCondition(alert)}>{alertText(texts, alert)}</StatusWord>
                </p>
                <div className="fld">
                  <label className="lab" htmlFor={field}>
                    {t('alerts.note')}
                  </label>
                  <textarea
                    id={field}
                    className="inp"
                    maxLength={MAX_NOTE}
                    placeholder={t('alerts.note.hint')}
                    value={note}
                    onChange={(event) => setNote(event.target.value)}
                  />
                </div>
              </div>
              <div className="dialog-foot">
                <Dialog.Close className="btn">{t('app.cancel')}</Dialog.Close>
                <button type="submit" className="btn btn-ink" disabled={busy}>
                  {t('alerts.acknowledge')}
                </button>
              </div>
            </form>
          </Dialog.Content>
        </Dialog.Overlay>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
