// Shows since when the server cannot be reached, and lets the user reconnect at once.

import { WifiOff } from 'lucide-react';
import { useText } from '../../i18n/use-text.ts';
import { useLive } from '../../live/use-live.ts';

export function OfflineBanner({ sinceMs }: { sinceMs: number }) {
  const { t, format } = useText();
  const { connection } = useLive();
  return (
    <div className="banner">
      <WifiOff size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="min-w-0 flex-1" role="alert">
        {t('live.offline_since', { time: `${format.clock(sinceMs)} ${format.zone(sinceMs)}` })}
      </span>
      <span className="caption hidden tablet:inline">{t('live.trying')}</span>
      <button type="button" className="button button-small" onClick={() => connection.reconnectNow()}>
        {t('live.try_now')}
      </button>
    </div>
  );
}
