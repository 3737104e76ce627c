// The age of the newest values shown, written directly into the document, without React.

import { useEffect, useRef } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection, useLive } from '../../../live/use-live.ts';

const REFRESH_MS = 500;

export function UpdatedAge() {
  const { t, format } = useText();
  const { phase } = useConnection();
  const { connection } = useLive();
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = () => {
      const atMs = connection.lastFrameMs;
      if (!ref.current) return;
      if (Number.isNaN(atMs)) ref.current.textContent = '';
      else if (phase === 'live') ref.current.textContent = t('fleet.updated', { age: format.age(Date.now() - atMs) });
      else ref.current.textContent = t('fleet.last_at', { time: format.clock(atMs) });
    };
    show();
    const timer = setInterval(show, REFRESH_MS);
    return () => clearInterval(timer);
  }, [connection, phase, t, format]);
  return <span ref={ref} className="caption updated-age" />;
}
