// From when to when the window reaches, with the day where it is not today's, and the zone.

import { useText } from '../../i18n/use-text.ts';
import { useNow } from '../../live/use-live.ts';

export function WindowRange({ endMs, windowMs }: { endMs: number; windowMs: number }) {
  const { format } = useText();
  const today = new Date(useNow()).toDateString() === new Date(endMs).toDateString();
  return (
    <span className="cap window-range">
      {today ? null : `${format.fullDay(endMs)}, `}
      {format.minute(endMs - windowMs)} – {format.minute(endMs)} {format.zone(endMs)}
    </span>
  );
}
