// Sends plain notices to people, such as that nobody will be on duty, over the same outbox as alerts.

import { randomUUID } from 'node:crypto';
import type { Role, Severity } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { Recipient } from '../notification-types.ts';
import type { People } from '../people.ts';
import type { Notices } from '../store/notices.ts';
import type { NoticeKey } from './notice-texts.ts';

/** Active users of a role, or these users. */
export type NoticeReaders = { readonly role: Role } | { readonly users: readonly string[] };

export interface NoticeSenderDeps {
  notices: Notices;
  people: Pick<People, 'people' | 'contactsOf'>;
  /** Who is told where no reader has a contact point: the address of the plant. */
  fallback: () => readonly Recipient[];
  /** Has the dispatcher look, where this node runs it. */
  wake: () => void;
  clock: Clock;
}

export class NoticeSender {
  readonly #deps: NoticeSenderDeps;

  constructor(deps: NoticeSenderDeps) {
    this.#deps = deps;
  }

  /**
   * Tells each reader by the first contact point. Where a role is to be told and nobody of it has one, the address of the plant is
   * told. Rejects as the database does.
   *
   * @param params replaces `{name}` in the text
   * @param severity which contact points are asked: `critical` as for a critical alert
   * @param once identifies the notice: a reader who was told of it is not told again
   * @returns who is told now
   */
  async send(
    to: NoticeReaders,
    key: NoticeKey,
    params: Readonly<Record<string, string>>,
    { once = null, severity = 'warning' }: { once?: string | null; severity?: Severity } = {},
  ): Promise<Recipient[]> {
    const { people, fallback, wake } = this.#deps;
    const readers = 'role' in to ? people.people(to.role) : people.people().filter(({ id }) => to.users.includes(id));
    const told: Recipient[] = [];
    let reachable = 0;
    for (const { id: person } of readers) {
      const [first] = people.contactsOf(person, { severity });
      if (first === undefined) continue;
      reachable++;
      const { channel, contact, language } = first;
      if (await this.#add({ person, channel, contact }, key, params, language, once)) {
        told.push({ person, channel, contact });
      }
    }
    if (reachable === 0 && 'role' in to) {
      for (const recipient of fallback()) {
        if (await this.#add(recipient, key, params, 'en', once)) told.push(recipient);
      }
    }
    if (told.length > 0) wake();
    return told;
  }

  #add(
    { person, channel, contact }: Recipient,
    key: NoticeKey,
    params: Readonly<Record<string, string>>,
    language: string,
    once: string | null,
  ): Promise<boolean> {
    const { notices, clock } = this.#deps;
    const onceKey = once === null ? null : `${once}:${person ?? `${channel} ${contact}`}`;
    const notice = { messageId: randomUUID(), person, channel, contact, key, params, language, once: onceKey };
    return notices.add(notice, clock.nowMs());
  }
}
