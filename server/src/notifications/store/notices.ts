// Notices: messages that are about no alert, each to one person or address.

import type { Database } from '../../database/database.ts';

/** A notice that is handed on from contact point to contact point follows the one before within this time. */
const SAME_WITHIN_MS = 600_000;

export interface NewNotice {
  messageId: string;
  /** Id of a user; null for an address that belongs to nobody. */
  person: string | null;
  channel: string;
  contact: string;
  key: string;
  params: Readonly<Record<string, string>>;
  language: string;
  /** Identifies the notice to this person, so that it is sent once; null where it may be repeated. */
  once: string | null;
}

export class Notices {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Puts a notice into the outbox. @returns whether it was not there yet */
  async add(notice: NewNotice, nowMs: number): Promise<boolean> {
    const { messageId, person, channel, contact, key, params, language, once } = notice;
    return this.#database.db.transaction().execute(async (transaction) => {
      if (once !== null) {
        const known = await transaction
          .selectFrom('notification_notices')
          .select('message_id')
          .where('once_key', '=', once)
          .executeTakeFirst();
        if (known !== undefined) return false;
      }
      await transaction
        .insertInto('notification_messages')
        .values({
          ...{ id: messageId, channel, contact, kind: 'notice', group_key: '', is_critical: 0, state: 'queued' },
          ...{ attempts: 0, created_at: nowMs, due_at: nowMs },
        })
        .execute();
      await transaction
        .insertInto('notification_notices')
        .values({
          ...{ message_id: messageId, person, text_key: key, params: JSON.stringify(params), language },
          ...{ once_key: once, created_at: nowMs },
        })
        .execute();
      return true;
    });
  }

  /** The contacts by which the same was said to the same person shortly before a notice, its own one included. */
  async triedLike(messageId: string): Promise<{ channel: string; contact: string }[]> {
    const { db } = this.#database;
    const notice = await db
      .selectFrom('notification_notices')
      .selectAll()
      .where('message_id', '=', messageId)
      .executeTakeFirst();
    if (notice === undefined) return [];
    return db
      .selectFrom('notification_notices as notice')
      .innerJoin('notification_messages as message', 'message.id', 'notice.message_id')
      .select(['message.channel', 'message.contact'])
      .where('notice.created_at', '>=', notice.created_at - SAME_WITHIN_MS)
      .where('notice.person', '=', notice.person)
      .where('notice.text_key', '=', notice.text_key)
      .where('notice.params', '=', notice.params)
      .execute();
  }

  /** What a message says; null where it is no notice. */
  async of(messageId: string) {
    const row = await this.#database.db
      .selectFrom('notification_notices')
      .selectAll()
      .where('message_id', '=', messageId)
      .executeTakeFirst();
    if (row === undefined) return null;
    return {
      person: row.person,
      key: row.text_key,
      params: JSON.parse(row.params) as Record<string, string>,
      language: row.language,
    };
  }
}
