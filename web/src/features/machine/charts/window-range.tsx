// Start and end of the window, with the date where it is not today, and the time zone.

import { useText } from '../../../i18n/use-text.ts';
import { useNow } from '../../../live/use-live.ts';
import { windowEnd } from '../machine-search.ts';

export function WindowRange({ momentMs, windowMs }: { momentMs: number | null; windowMs: number }) {
  const { format } = useText();
  const nowMs = useNow();
  const endMs = windowEnd(momentMs, windowMs, nowMs);
  const today = new Date(nowMs).toDateString() === new Date(endMs).toDateString();
  return (
    <span className="caption window-range">
      {today ? null : `${format.fullDay(endMs)}, `}
      {format.minute(endMs - windowMs)} – {format.minute(endMs)} {format.zone(endMs)}
    </span>
  );
}
