// Who is told what of a change of an alert: the default route. Pure.

import { randomUUID } from 'node:crypto';
import type { NotificationKind } from '@gonsters/contract';
import { type AlertChange, contactKey, type NewItem, type Recipient } from './notification-types.ts';

/** An alert that nobody acknowledges is mentioned again after this time. */
const STILL_ACTIVE_AFTER_MS = 7_200_000;

/**
 * A raise and an escalation tell every recipient; what follows tells only those who were told of the raise, and of an
 * acknowledgement not the one who made it.
 *
 * @param told the contacts, as `contactKey` writes them, that were told of this alert
 * @param atMs UTC ms, the time of the items
 */
export function planItems(
  change: AlertChange,
  recipients: readonly Recipient[],
  told: ReadonlySet<string>,
  atMs: number,
): NewItem[] {
  const { kind, event } = change;
  if (kind === 'raised' || kind === 'escalated') {
    return recipients.flatMap((recipient) => [
      itemOf(change, kind, recipient, atMs, atMs),
      itemOf(change, 'still_active', recipient, atMs, atMs + STILL_ACTIVE_AFTER_MS),
    ]);
  }
  return recipients
    .filter((recipient) => told.has(contactKey(recipient)))
    .filter(({ contact, person }) => kind !== 'acknowledged' || ![contact, person].includes(event.acknowledged_by))
    .map((recipient) => itemOf(change, kind, recipient, atMs, atMs));
}

/** What is not critical is folded by location and kind of condition. */
function itemOf(
  { alertId, event }: AlertChange,
  kind: NotificationKind,
  recipient: Recipient,
  atMs: number,
  dueMs: number,
): NewItem {
  return {
    id: randomUUID(),
    // The number of the change tells a shelf that ended, after which the same raise sounds again, from a repetition.
    idempotencyKey: `${alertId}:${event.raises}:${kind}.${event.seq}:${recipient.person ?? recipient.contact}:${recipient.channel}`,
    alertId,
    raise: event.raises,
    kind,
    severity: event.severity,
    group: `${event.location} ${event.condition}`,
    ...recipient,
    payload: JSON.stringify(event),
    createdAtMs: atMs,
    dueAtMs: dueMs,
  };
}
