// Folds what waits into messages, and gives up what could not be sent for a day.

import { randomUUID } from 'node:crypto';
import { foldWaiting } from './flood-rules.ts';
import { contactKey } from './notification-types.ts';
import type { ExpiredMessages } from './store/expired-messages.ts';
import type { WaitingItems } from './store/waiting-items.ts';

const EXPIRED_PER_BATCH = 100;
const GIVE_UP_AFTER_MS = 86_400_000;

/**
 * @param mayTry whether a message may be tried on a channel now: while it may not, what waits is folded once it works again
 * @returns when something that waits may be folded, UTC ms; null where nothing does
 */
export async function foldWaitingItems(
  waiting: WaitingItems,
  mayTry: (channel: string) => boolean,
  nowMs: number,
): Promise<number | null> {
  let next: number | null = null;
  for (const { recipient, items } of (await waiting.byContact(nowMs)).values()) {
    const { channel, contact } = recipient;
    if (!mayTry(channel)) continue;
    const history = await waiting.history(recipient, nowMs);
    const { folds, nextMs } = foldWaiting({ ...history, waiting: items }, nowMs);
    for (const { kind, isCritical, group, itemIds } of folds) {
      const message = { id: randomUUID(), channel, contact, kind, group_key: group, isCritical };
      await waiting.fold(message, itemIds, nowMs);
    }
    if (nextMs !== null) next = Math.min(next ?? nextMs, nextMs);
  }
  return next;
}

/** What is still active of it goes into one digest, which waits for the channel. */
export async function giveUpExpired(expired: ExpiredMessages, waiting: WaitingItems, nowMs: number): Promise<void> {
  const { messages, items } = await expired.find(nowMs - GIVE_UP_AFTER_MS, EXPIRED_PER_BATCH);
  const unsent = new Map<string, { channel: string; contact: string; ids: string[] }>();
  for (const { id, channel, contact } of items) {
    const entry = unsent.get(contactKey({ channel, contact })) ?? { channel, contact, ids: [] };
    entry.ids.push(id);
    unsent.set(contactKey({ channel, contact }), entry);
  }
  const given = messages.map(({ response, ...message }) => ({
    ...message,
    reason: `Given up after 24 hours. The last answer was: ${response ?? 'none'}`,
  }));
  for (const { channel, contact, ids } of unsent.values()) {
    const id = randomUUID();
    const reason = 'Not sent, because the channel did not work for 24 hours';
    const message = { id, channel, contact, kind: 'others' as const, group_key: '', isCritical: false };
    await waiting.fold({ ...message, failed: reason }, ids, nowMs);
    given.push({ id, channel, contact, reason });
  }
  for (const message of given) await expired.giveUp(message, randomUUID(), randomUUID, nowMs);
}
