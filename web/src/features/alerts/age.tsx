// Ages and durations by the second, in components of their own so that nothing around them renders again.

import type { Alert } from '@gonsters/contract';
import { useText } from '../../i18n/use-text.ts';
import { useAge, useNow } from '../../live/use-live.ts';

export function Age({ sinceMs, untilMs = null }: { sinceMs: number; untilMs?: number | null }) {
  const { format } = useText();
  const ageMs = useAge(sinceMs);
  return format.age(untilMs === null ? ageMs : untilMs - sinceMs);
}

/** Of an alert in a list: how long it has lasted, or how long ago it cleared without an acknowledgement. */
export function AlertAge({ alert }: { alert: Alert }) {
  const { t, format } = useText();
  const raisedMs = Date.parse(alert.raised_at);
  const clearedMs = alert.cleared_at === null ? Number.NaN : Date.parse(alert.cleared_at);
  const sinceClearedMs = useAge(clearedMs);
  if (alert.state === 'cleared_unacked') return t('alerts.cleared_ago', { age: format.age(sinceClearedMs) });
  return <Age sinceMs={raisedMs} untilMs={Number.isNaN(clearedMs) ? null : clearedMs} />;
}

/** How long something will still last. */
export function TimeLeft({ untilMs }: { untilMs: number }) {
  const { format } = useText();
  const now = useNow();
  return format.age(untilMs - now);
}
