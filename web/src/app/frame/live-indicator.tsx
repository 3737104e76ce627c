// Shows whether the page is live, and how old its newest values are. Shows "live" only while values arrive.

import { WifiOff } from 'lucide-react';
import { NewestDataAge } from '../../components/domain/values/newest-data-age.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useConnection } from '../../live/use-live.ts';
import { useSilence } from '../../live/use-silence.ts';

export function LiveIndicator() {
  const { t, format } = useText();
  const { phase, degraded } = useConnection();
  const silentMs = useSilence();
  if (phase !== 'live') {
    return (
      <span className="live" role="status">
        {phase === 'offline' ? <WifiOff size={16} strokeWidth={1.5} aria-hidden="true" /> : <i className="live-ring" />}
        <span>{t(phase === 'offline' ? 'live.offline' : 'live.connecting')}</span>
      </span>
    );
  }
  if (silentMs !== null) {
    const age = format.age(silentMs);
    return (
      <span className="live">
        <i className="live-ring" />
        <span className="tablet:hidden" aria-hidden="true">
          {t('live.silent_short', { age })}
        </span>
        <span className="sr-only tablet:not-sr-only">{t('live.silent', { age })}</span>
      </span>
    );
  }
  return (
    <span className="live">
      <i className="live-dot" />
      <span role="status">{t(degraded ? 'live.degraded' : 'live.live')}</span>
      <NewestDataAge />
    </span>
  );
}
