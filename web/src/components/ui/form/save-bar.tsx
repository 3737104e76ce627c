// A bar that is shown while there are unsaved changes: their number, their faults, and buttons to save or discard them.

import { createPortal } from 'react-dom';
import { useText } from '../../../i18n/use-text.ts';
import { FaultText } from './field.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import '../../../styles/limits.css';

/** Submits the form with the id `form`. Shown as long as it is rendered, and so long asks before one leaves. */
export function SaveBar({
  form,
  changes,
  faults,
  failure = '',
  busy,
  offline,
  onDiscard,
}: {
  form: string;
  changes: number;
  faults: number;
  /** What the server had to say that belongs to no field. */
  failure?: string;
  busy: boolean;
  /** Nothing can be saved while the server cannot be reached. */
  offline: boolean;
  onDiscard: () => void;
}) {
  const { t } = useText();
  // Outside of the page content: a CSS filter on a card would position it relative to the card.
  return createPortal(
    <section className="save-bar glass" aria-label={t('save.unsaved')}>
      <div className="min-w-0 flex-1">
        <b>
          {t('save.changes', { count: changes })}
          {faults > 0 ? `, ${t('save.faults', { count: faults })}` : null}
        </b>
        {offline ? <span className="caption">{t('save.offline')}</span> : null}
        {failure === '' ? null : <FaultText>{failure}</FaultText>}
      </div>
      <button type="button" className="button button-quiet" disabled={busy} onClick={onDiscard}>
        {t('save.discard')}
      </button>
      <button type="submit" form={form} className="button button-primary" disabled={busy || faults > 0 || offline}>
        {t(busy ? 'save.saving' : 'save.save')}
      </button>
      <LeaveGuard changes={changes} />
    </section>,
    document.body,
  );
}
