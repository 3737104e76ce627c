// The age of the newest values, written directly into the document: rendering it twice a second with React would be
// expensive.

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
      // Space is reserved only where an age will follow.
      ref.current.hidden = !expectsValues;
      ref.current.textContent = Number.isNaN(lastFrameMs) ? '' : format.age(Date.now() - lastFrameMs);
    };
    show();
    const timer = setInterval(show, REFRESH_MS);
    return () => clearInterval(timer);
  }, [connection, format]);
  return <span ref={ref} className="live-age" />;
}
