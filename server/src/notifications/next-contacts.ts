// Tries the next contact point of a person at once where a message was refused for good, or its channel does not work.

import { randomUUID } from 'node:crypto';
import type { NotificationKind, Severity } from '@gonsters/contract';
import { contactKey, type NewItem } from './notification-types.ts';
import type { People } from './people.ts';
import { type FailedMessages, type ItemRow, sayingOf } from './store/failed-messages.ts';
import type { Notices } from './store/notices.ts';
import type { Runs } from './store/runs.ts';
import type { WaitingItems } from './store/waiting-items.ts';

const MESSAGES_PER_PASS = 50;
const ITEMS_PER_PASS = 500;
const RAISES: readonly NotificationKind[] = ['raised', 'escalated', 'still_active'];
const HANDED_ON = 'The channel does not work at present; the next contact point was tried';

interface NextContactsDeps {
  failed: FailedMessages;
  waiting: Pick<WaitingItems, 'fold'>;
  notices: Notices;
  runs: Pick<Runs, 'alerts'>;
  people: Pick<People, 'person' | 'contactsOf'>;
  /** Whether messages get through on a channel at present. */
  isUsable: (channel: string) => boolean;
}

export class NextContacts {
  readonly #deps: NextContactsDeps;

  constructor(deps: NextContactsDeps) {
    this.#deps = deps;
  }

  /** Takes from a channel that does not work what another contact point of the same person can carry. */
  async takeFrom(channel: string, nowMs: number): Promise<void> {
    const { failed, waiting, people, isUsable } = this.#deps;
    for (const { messageId, contact, person, itemIds, isCritical } of await failed.stuckOn(
      channel,
      nowMs,
      ITEMS_PER_PASS,
    )) {
      const contacts = people.contactsOf(person, { severity: isCritical ? 'critical' : 'warning' });
      const at = contacts.findIndex((each) => each.channel === channel && each.contact === contact);
      if (!contacts.some((each, position) => position > at && isUsable(each.channel))) continue;
      if (messageId !== null) await failed.fail(messageId, HANDED_ON);
      else {
        const message = { id: randomUUID(), channel, contact, kind: 'others' as const, group_key: '', isCritical };
        await waiting.fold({ ...message, failed: HANDED_ON }, itemIds, nowMs);
      }
    }
  }

  /** What failed messages carried goes to the next contact points. @returns the alerts that it is about */
  async handOn(nowMs: number): Promise<string[]> {
    const { failed } = this.#deps;
    const touched: string[] = [];
    for (const { id, kind, items } of await failed.unsettled(MESSAGES_PER_PASS)) {
      if (kind === 'notice') await this.#handOnNotice(id, nowMs);
      const next: NewItem[] = [];
      // A digest waits for its channel as long as it must.
      if (kind !== 'digest')
        for (const item of await this.#stillWanted(items)) next.push(...(await this.#next(item, nowMs)));
      await failed.settle(id, next);
      touched.push(...items.map(({ alert_id: alertId }) => alertId));
    }
    return touched;
  }

  /** Nobody needs to be told of an alert that was acknowledged meanwhile. */
  async #stillWanted(items: readonly ItemRow[]): Promise<readonly ItemRow[]> {
    const alerts = await this.#deps.runs.alerts([...new Set(items.map(({ alert_id: id }) => id))]);
    return items.filter(({ kind, alert_id: id }) => {
      const state = alerts.get(id)?.state;
      return !RAISES.includes(kind) || state === 'active_unacked' || state === 'cleared_unacked';
    });
  }

  async #next(item: ItemRow, nowMs: number): Promise<NewItem[]> {
    const { failed, people } = this.#deps;
    const person = item.person as string;
    const tried = await failed.tried(item);
    const next = this.#contactAfter(person, item.severity, tried);
    if (next === undefined) {
      const name = people.person(person)?.name ?? 'Somebody who left';
      const text = `${name} was not reached: every contact point has refused the message or does not work`;
      if (item.run_id !== null) await failed.addGap(item.run_id, { atMs: nowMs, step: item.step ?? 1, text });
      return [];
    }
    const { channel, contact } = next;
    const before = tried.filter((each) => each.channel === channel).length;
    return [
      {
        ...{ id: randomUUID(), alertId: item.alert_id, raise: item.raise, kind: item.kind, severity: item.severity },
        // A second contact point on the same channel has a key of its own.
        idempotencyKey: `${sayingOf(item.idempotency_key)}:${channel}${before === 0 ? '' : `~${before + 1}`}`,
        ...{ group: item.group_key, payload: item.payload, person, channel, contact },
        ...{ createdAtMs: nowMs, dueAtMs: nowMs, runId: item.run_id, step: item.step },
      },
    ];
  }

  async #handOnNotice(messageId: string, nowMs: number): Promise<void> {
    const { notices } = this.#deps;
    const notice = await notices.of(messageId);
    if (notice === null || notice.person === null) return;
    const tried = await notices.triedLike(messageId);
    const next = this.#contactAfter(notice.person, 'warning', tried);
    if (next === undefined) return;
    const { channel, contact, language } = next;
    const { person, key, params } = notice;
    await notices.add({ messageId: randomUUID(), person, channel, contact, key, params, language, once: null }, nowMs);
  }

  /** One on which messages get through, else the first that was not tried. */
  #contactAfter(person: string, severity: Severity, tried: readonly { channel: string; contact: string }[]) {
    const { people, isUsable } = this.#deps;
    const known = new Set(tried.map(contactKey));
    const left = people.contactsOf(person, { severity }).filter((contact) => !known.has(contactKey(contact)));
    return left.find(({ channel }) => isUsable(channel)) ?? left[0];
  }
}
