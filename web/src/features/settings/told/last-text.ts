// What became of the newest message to a contact point.

import { type ContactPoint, NOTIFICATION_STATES, type NotificationState } from '@gonsters/contract';
import type { Format } from '../../../i18n/format.ts';
import type { Say } from '../telling/use-telling-text.ts';

/** Empty where there was none. */
export function lastText(say: Say, format: Format, { last }: Pick<ContactPoint, 'last'>): string {
  if (last === null) return '';
  const state = NOTIFICATION_STATES.find((known): known is NotificationState => known === last.state) ?? 'sent';
  const time = format.recent(Date.parse(last.at), Date.now());
  return say(`told.last.${state}`, { time, response: last.response ?? '' });
}
