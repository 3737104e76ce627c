// Whether what one sees is live, and how old the newest of it is. Says live only while the connection stands.

import { WifiOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useConnection, useLive } from '../live/use-live.ts';

const REFRESH_MS = 500;

export function LiveIndicator() {
  const { t } = useText();
  const { phase, degraded } = useConnection();
  if (phase !== 'live') {
    return (
      <span className="live" role="status">
        <WifiOff size={16} strokeWidth={1.5} aria-hidden="true" />
        {t(phase === 'offline' ? 'live.offline' : 'live.connecting')}
      </span>
    );
  }
  return (
    <span className="live">
      <i className="live-dot" />
      <span role="status">{t(degraded ? 'live.degraded' : 'live.live')}</span>
      <FrameAge />
    </span>
  );
}

/** Since the last frame came in. Written into the page directly: twice a second would be a lot of React for one number. */
function FrameAge() {
  const { format } = useText();
  const { connection } = useLive();
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = () => {
      const atMs = connection.lastFrameMs;
      if (ref.current) ref.current.textContent = Number.isNaN(atMs) ? '' : format.age(Date.now() - atMs);
    };
    show();
    const timer = setInterval(show, REFRESH_MS);
    return () => clearInterval(timer);
  }, [connection, format]);
  return <span ref={ref} className="live-age hidden tablet:inline" />;
}
