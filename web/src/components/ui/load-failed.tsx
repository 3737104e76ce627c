// Shown where something could not be loaded: what, why, and a button to try again.

import { RotateCcw } from 'lucide-react';
import { errorText } from '../../i18n/error-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { StateMessage } from './state-message.tsx';

/** Without `error` nothing is said of the cause. */
export function LoadFailed({ title, error, onRetry }: { title: string; error?: unknown; onRetry: () => unknown }) {
  const { t } = useText();
  return (
    <StateMessage
      alert
      icon={RotateCcw}
      title={title}
      actions={
        <button type="button" className="button" onClick={() => void onRetry()}>
          {t('app.retry')}
        </button>
      }
    >
      {error === undefined ? null : errorText(t, error)}
    </StateMessage>
  );
}
