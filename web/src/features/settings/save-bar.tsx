// Floats while something has changed: how much, and the way out; leaving the section without it asks first.

import { useBlocker } from '@tanstack/react-router';
import { Dialog } from '../../components/dialog.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useConnection } from '../../live/use-live.ts';
import { countFaults } from './setting-draft.ts';
import type { SettingDraft } from './use-setting-draft.ts';

export function SaveBar({ draft }: { draft: SettingDraft }) {
  const { t } = useText();
  const offline = useConnection().phase === 'offline';
  const dirty = draft.edited > 0;
  const faults = countFaults(draft.faults);
  const blocker = useBlocker({
    // Filters of the panels change the address, too, and lose nothing.
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  return (
    <>
      {dirty ? (
        <section className="save-bar glass" aria-label={t('settings.unsaved')}>
          <b role="status">
            {t('settings.changes', { count: draft.edited })}
            {faults > 0 ? `, ${t('settings.faults', { count: faults })}` : ''}
            {offline ? <small>{t('settings.offline')}</small> : null}
          </b>
          <button type="button" className="btn btn-quiet" disabled={draft.saving} onClick={draft.discard}>
            {t('settings.discard')}
          </button>
          <button
            type="button"
            className="btn btn-ink"
            disabled={draft.saving || faults > 0 || offline}
            onClick={() => void draft.save()}
          >
            {t(draft.saving ? 'settings.saving' : 'settings.save')}
          </button>
        </section>
      ) : null}
      {blocker.status === 'blocked' ? (
        <Dialog
          title={t('settings.leave')}
          lead={t('settings.leave.hint', { count: draft.edited })}
          onClose={blocker.reset}
          actions={
            <>
              <button type="button" className="btn" onClick={blocker.proceed}>
                {t('settings.leave.discard')}
              </button>
              <button type="button" className="btn btn-ink" onClick={blocker.reset}>
                {t('settings.leave.stay')}
              </button>
            </>
          }
        >
          {null}
        </Dialog>
      ) : null}
    </>
  );
}
