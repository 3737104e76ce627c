// Asks before the user leaves a screen with unsaved changes.

import { useBlocker } from '@tanstack/react-router';
import { useText } from '../../../i18n/use-text.ts';
import { Dialog } from '../dialog/dialog.tsx';

/** Guards as long as it is rendered. */
export function LeaveGuard({ changes }: { changes: number }) {
  const { t } = useText();
  const blocker = useBlocker({
    // Filters of lists and panels change the address, too, and lose nothing; another thing to edit does.
    shouldBlockFn: ({ current, next }) =>
      current.pathname !== next.pathname || editedIn(current.search) !== editedIn(next.search),
    enableBeforeUnload: true,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Dialog
      title={t('save.leave')}
      onClose={blocker.reset}
      actions={
        <>
          <button type="button" className="button" onClick={blocker.proceed}>
            {t('save.leave.discard')}
          </button>
          <button type="button" className="button button-primary" onClick={blocker.reset}>
            {t('save.leave.stay')}
          </button>
        </>
      }
    >
      <p>{t('save.leave.hint', { count: changes })}</p>
    </Dialog>
  );
}

/** Which one of a list is open for editing. */
const editedIn = (search: object) =>
  'sensor' in search ? search.sensor : 'stream' in search ? search.stream : undefined;
