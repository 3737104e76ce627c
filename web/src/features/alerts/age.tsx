// How long something has lasted, by the second; alone, so that nothing around it renders with it.

import { useText } from '../../i18n/use-text.ts';
import { useAge, useNow } from '../../live/use-live.ts';

export function Age({ sinceMs, untilMs = null }: { sinceMs: number; untilMs?: number | null }) {
  const { format } = useText();
  const ageMs = useAge(sinceMs);
  return format.age(untilMs === null ? ageMs : untilMs - sinceMs);
}

/** How long something will still last. */
export function TimeLeft({ untilMs }: { untilMs: number }) {
  const { format } = useText();
  const now = useNow();
  return format.age(untilMs - now);
}
