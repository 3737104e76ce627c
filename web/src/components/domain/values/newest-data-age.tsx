// Since the last new values came in. Written into the page directly: twice a second would be a lot of React for one number.

import { useEffect, useRef } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';

const REFRESH_MS = 500;

export function NewestDataAge() {
  const { format } = useText();
  const { connection } = useLive();
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = () => {
      if (!ref.current) return;
      const { expectsValues, lastFrameMs } = connection;
      // Room is kept only where an age is to come.
      ref.current.hidden = !expectsValues;
      ref.current.textContent = Number.isNaN(lastFrameMs) ? '' : format.age(Date.now() - lastFrameMs);
    };
    show();
    const timer = setInterval(show, REFRESH_MS);
    return () => clearInterval(timer);
  }, [connection, format]);
  return <span ref={ref} className="live-age" />;
}
