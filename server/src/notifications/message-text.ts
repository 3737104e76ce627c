// The words of a message: what, where, value and limit, since when, and the links. Each makes sense alone on a phone.

import type { AlertEvent, NotificationKind } from '@gonsters/contract';
import type { FormerMessage } from './flood-rules.ts';

/** More alerts than this are counted and not listed. */
export const MOST_LISTED = 20;

export interface ToldItem {
  readonly kind: NotificationKind;
  readonly event: AlertEvent;
  /** The link that acknowledges it; null where there is none. */
  readonly acknowledgeUrl: string | null;
  /** The page of the alert; null where the address of the page is not known. */
  readonly pageUrl: string | null;
}

const PREFIX: Record<Exclude<NotificationKind, 'raised'>, string> = {
  escalated: 'Worse',
  cleared: 'Cleared',
  acknowledged: 'Acknowledged',
  still_active: 'Still active',
  digest: 'Still active',
};

/**
 * @param items in the order in which they came, at most `MOST_LISTED`; in a flood the first ones are the first-out and the worst
 * @param total how many the message carries in all
 * @param zone IANA, in which times are written
 */
export function messageText(
  kind: FormerMessage['kind'],
  items: readonly ToldItem[],
  total: number,
  zone: string,
): { subject: string; text: string } {
  const [first] = items as [ToldItem];
  if (total === 1) return { subject: headline(first), text: `${paragraph(first, zone)}\n` };
  const left = total - items.length;
  const more = left > 0 ? [`And ${left} more, which the page lists.`] : [];
  const paragraphs = [intro(kind, first, items, total, zone), ...items.map((item) => paragraph(item, zone)), ...more];
  return { subject: subjectOf(kind, first, items, total), text: `${paragraphs.join('\n\n')}\n` };
}

function subjectOf(kind: FormerMessage['kind'], first: ToldItem, items: readonly ToldItem[], total: number): string {
  if (kind === 'flood') return `Alarm flood: ${total} messages, first ${first.event.message}`;
  if (kind === 'digest') return `Still active: ${total} ${total === 1 ? 'alert' : 'alerts'} of which you were not told`;
  const critical = items.filter((item) => sounds(item) && item.event.severity === 'critical').length;
  const places = new Set(items.map((item) => item.event.location));
  const where = places.size === 1 ? ` in ${first.event.location}` : '';
  return `${critical > 0 ? 'CRITICAL' : 'Alerts'}: ${total} messages${where}, first ${first.event.message}`;
}

function intro(kind: FormerMessage['kind'], first: ToldItem, items: readonly ToldItem[], total: number, zone: string) {
  if (kind === 'flood') {
    return `${total} messages in a short time. The first was at ${timeText(first.event.raised_at, zone)}; it and the worst of the others follow.`;
  }
  if (kind === 'digest') return `These messages could not be sent for a day. Their alerts are still active:`;
  const critical = items.filter((item) => sounds(item) && item.event.severity === 'critical').length;
  return critical > 0 ? `${total} messages, ${critical} of them about critical alerts:` : `${total} messages:`;
}

function headline({ kind, event }: ToldItem): string {
  const what = `${event.severity === 'critical' ? 'CRITICAL' : 'Warning'}: ${event.message}`;
  if (kind === 'raised') return what;
  const by = kind === 'acknowledged' ? ` by ${event.acknowledged_by}` : '';
  return `${PREFIX[kind]}${by}: ${event.message}`;
}

function paragraph(item: ToldItem, zone: string): string {
  const { event, acknowledgeUrl, pageUrl } = item;
  const lines = [headline(item), `Location: ${event.location}`, `Since: ${timeText(event.raised_at, zone)}`];
  if (event.raises > 1) lines.push(`Raised: ${event.raises} times since ${timeText(event.first_raised_at, zone)}`);
  if (item.kind === 'cleared' && event.cleared_at !== null) lines.push(`Cleared: ${timeText(event.cleared_at, zone)}`);
  if (item.kind === 'acknowledged' && event.acknowledge_note !== null) lines.push(`Note: ${event.acknowledge_note}`);
  if (acknowledgeUrl !== null) lines.push(`Acknowledge (works once, for 24 hours): ${acknowledgeUrl}`);
  if (pageUrl !== null) lines.push(`Details and chart: ${pageUrl}`);
  return lines.join('\n');
}

/** Whether it asks somebody to act. */
export const sounds = ({ kind }: Pick<ToldItem, 'kind'>) =>
  kind === 'raised' || kind === 'escalated' || kind === 'still_active' || kind === 'digest';

/** Such as `2026-01-15 17:30:05 Asia/Jakarta`. */
export function timeText(iso: string, zone: string): string {
  // Swedish writes dates as ISO 8601 does.
  return `${new Date(iso).toLocaleString('sv-SE', { timeZone: zone })} ${zone}`;
}
