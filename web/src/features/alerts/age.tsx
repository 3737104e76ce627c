// How long something has lasted, by the second; alone, so that nothing around it renders with it.

import { useText } from '../../i18n/use-text.ts';
import { useNow } from '../../live/use-live.ts';

export function Age({ sinceMs, untilMs = null }: { sinceMs: number; untilMs?: number | null }) {
  const { format } = useText();
  const now = useNow(untilMs === null);
  return format.age((untilMs ?? now) - sinceMs);
}

/** How long something will still last. */
export function TimeLeft({ untilMs }: { untilMs: number }) {
  const { format } = useText();
  const now = useNow();
  return format.age(untilMs - now);
}
