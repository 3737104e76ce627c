// What is to be said and waits for a message that carries it.

import { sql } from 'kysely';
import { type Database, inChunks } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import {
  FLOOD_WINDOW_MS,
  type Recipient as FoldedRecipient,
  type FormerMessage,
  HOUR_MS,
  type WaitingItem,
} from '../flood-rules.ts';
import { contactKey, type Recipient } from '../notification-types.ts';

const ROWS_PER_STATEMENT = 100;
/** Waiting items that are read at once; the others stay for the next pass. */
const MAX_WAITING = 10_000;
/** Of items that were not to be sent before a time. */
const HELD_GROUP = 'quiet hours';

type MessageRow = Schema['notification_messages'];

export class WaitingItems {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Items that no message carries and that may be sent by now, by contact. */
  async byContact(
    nowMs: number,
  ): Promise<Map<string, { recipient: Pick<Recipient, 'channel' | 'contact'>; items: WaitingItem[] }>> {
    const rows = await this.#database.db
      .selectFrom('notification_items')
      .select(['id', 'channel', 'contact', 'kind', 'severity', 'group_key', 'created_at', 'due_at'])
      .where('message_id', 'is', null)
      .where('due_at', '<=', nowMs)
      .orderBy('due_at')
      .orderBy('id')
      .limit(MAX_WAITING)
      .execute();
    const found = new Map<string, { recipient: Pick<Recipient, 'channel' | 'contact'>; items: WaitingItem[] }>();
    for (const row of rows) {
      const { channel, contact } = row;
      const entry = found.get(contactKey(row)) ?? { recipient: { channel, contact }, items: [] };
      const isCritical = row.severity === 'critical' && (row.kind === 'raised' || row.kind === 'escalated');
      // What waited for the end of quiet hours is one message.
      const group = row.due_at > row.created_at ? HELD_GROUP : row.group_key;
      entry.items.push({ id: row.id, isCritical, group, atMs: row.due_at });
      found.set(contactKey(row), entry);
    }
    return found;
  }

  /** What the flood rules need to know of a contact besides what waits. */
  async history(
    { channel, contact }: Pick<Recipient, 'channel' | 'contact'>,
    nowMs: number,
  ): Promise<Omit<FoldedRecipient, 'waiting'>> {
    const { db } = this.#database;
    const messages = await db
      .selectFrom('notification_messages')
      .select(['kind', 'group_key', 'is_critical', 'created_at'])
      .where('channel', '=', channel)
      .where('contact', '=', contact)
      .where('created_at', '>', nowMs - HOUR_MS)
      .where('kind', '!=', sql.lit('notice'))
      .orderBy('created_at')
      .execute();
    const items = db
      .selectFrom('notification_items')
      .where('channel', '=', channel)
      .where('contact', '=', contact)
      .where('kind', 'in', ['raised', 'escalated']);
    const [recent, critical] = await Promise.all([
      items
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('created_at', '>', nowMs - FLOOD_WINDOW_MS)
        .executeTakeFirst(),
      items
        .select(({ fn }) => fn.max('created_at').as('newest'))
        .where('severity', '=', sql.lit('critical'))
        .where('message_id', 'is not', null)
        .where('created_at', '>', nowMs - HOUR_MS)
        .executeTakeFirst(),
    ]);
    return {
      messages: messages.map((row) => ({
        kind: row.kind as FormerMessage['kind'],
        isCritical: row.is_critical === 1,
        group: row.group_key,
        atMs: row.created_at,
      })),
      raises: Number(recent?.count ?? 0),
      lastCriticalMs: critical?.newest ?? null,
    };
  }

  /** Puts waiting items into a new message. Does nothing where another node has done so. */
  async fold(
    message: Pick<MessageRow, 'id' | 'channel' | 'contact' | 'kind' | 'group_key'> & {
      isCritical: boolean;
      /** Not to be sent, for this reason. */
      failed?: string;
    },
    itemIds: readonly string[],
    nowMs: number,
  ): Promise<void> {
    const { isCritical, failed, ...columns } = message;
    await this.#database.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('notification_messages')
        .values({
          ...columns,
          is_critical: isCritical ? 1 : 0,
          state: failed === undefined ? 'queued' : 'failed',
          attempts: 0,
          created_at: nowMs,
          due_at: nowMs,
          response: failed ?? null,
        })
        .execute();
      let taken = 0n;
      await inChunks(itemIds, ROWS_PER_STATEMENT, async (ids) => {
        const { numUpdatedRows } = await transaction
          .updateTable('notification_items')
          .set({ message_id: message.id })
          .where('id', 'in', ids)
          .where('message_id', 'is', null)
          .executeTakeFirst();
        taken += numUpdatedRows;
      });
      if (taken === 0n) await transaction.deleteFrom('notification_messages').where('id', '=', message.id).execute();
    });
  }
}
