// Messages that were refused for good or given up, until it is decided whether the next contact point of their reader is tried.

import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import type { NewItem } from '../notification-types.ts';
import { insertItems } from './insert-items.ts';
import type { RunGap } from './runs.ts';

/** As in the partial index, so that it can be used. */
const IS_UNSETTLED = sql<boolean>`state = 'failed' and is_settled = false`;

export type ItemRow = Schema['notification_items'];

/** What waits on a channel: in a message that is tried, or not in any yet. */
export interface Stuck {
  readonly messageId: string | null;
  readonly contact: string;
  readonly person: string;
  readonly itemIds: readonly string[];
  readonly isCritical: boolean;
}

export class FailedMessages {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The oldest first, each with what it carried to people. */
  async unsettled(limit: number): Promise<{ id: string; kind: string; items: ItemRow[] }[]> {
    const { db } = this.#database;
    const messages = await db
      .selectFrom('notification_messages')
      .select(['id', 'kind'])
      .where(IS_UNSETTLED)
      .orderBy('created_at')
      .limit(limit)
      .execute();
    if (messages.length === 0) return [];
    const items = await db
      .selectFrom('notification_items')
      .selectAll()
      .where(
        'message_id',
        'in',
        messages.map(({ id }) => id),
      )
      .where('person', 'is not', null)
      .orderBy('created_at')
      .execute();
    return messages.map((message) => ({ ...message, items: items.filter((item) => item.message_id === message.id) }));
  }

  /** The contacts, as channel and contact, by which the same was said to the same person. */
  async tried({ alert_id: alertId, person, idempotency_key: key }: ItemRow) {
    const rows = await this.#database.db
      .selectFrom('notification_items')
      .select(['channel', 'contact', 'idempotency_key'])
      .where('alert_id', '=', alertId)
      .where('person', '=', person)
      .execute();
    return rows.filter((row) => sayingOf(row.idempotency_key) === sayingOf(key));
  }

  /** It is decided: these items go to the next contact points. Does nothing where another node has decided it. */
  async settle(messageId: string, items: readonly NewItem[]): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('notification_messages')
        .set({ is_settled: 1 })
        .where('id', '=', messageId)
        .where(IS_UNSETTLED)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await insertItems(transaction, items);
    });
  }

  /** Records that a run could not tell somebody. */
  async addGap(runId: string, gap: RunGap): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      const run = await transaction
        .selectFrom('notification_runs')
        .select('gaps')
        .where('id', '=', runId)
        .executeTakeFirst();
      if (run === undefined) return;
      const gaps = JSON.stringify([...(JSON.parse(run.gaps) as RunGap[]), gap]);
      await transaction.updateTable('notification_runs').set({ gaps }).where('id', '=', runId).execute();
    });
  }

  /** What waits on a channel for people, by contact. Digests wait for the channel. */
  async stuckOn(channel: string, nowMs: number, limit: number): Promise<Stuck[]> {
    const rows = await this.#database.db
      .selectFrom('notification_items as item')
      .leftJoin('notification_messages as message', 'message.id', 'item.message_id')
      .select(['item.id', 'item.message_id', 'item.contact', 'item.person', 'item.severity'])
      .where('item.channel', '=', channel)
      .where('item.person', 'is not', null)
      .where('item.due_at', '<=', nowMs)
      .where((where) =>
        where.or([
          where('item.message_id', 'is', null),
          where.and([
            where('message.state', '=', sql.lit('queued')),
            where('message.kind', 'not in', ['digest', 'notice', 'test']),
          ]),
        ]),
      )
      .orderBy('item.due_at')
      .limit(limit)
      .execute();
    const stuck = new Map<string, Stuck & { itemIds: string[] }>();
    for (const { id, message_id: messageId, contact, person, severity } of rows) {
      const key = messageId ?? contact;
      const known = stuck.get(key);
      const isCritical = severity === 'critical' || (known?.isCritical ?? false);
      const itemIds = [...(known?.itemIds ?? []), id];
      stuck.set(key, { messageId, contact, person: person as string, itemIds, isCritical });
    }
    return [...stuck.values()];
  }

  /** Gives up a message that waits. */
  async fail(messageId: string, reason: string): Promise<void> {
    await this.#database.db
      .updateTable('notification_messages')
      .set({ state: 'failed', response: reason })
      .where('id', '=', messageId)
      .where('state', '=', sql.lit('queued'))
      .execute();
  }
}

/** Alert, raise, step and person of a key, without the channel. */
export const sayingOf = (idempotencyKey: string): string => idempotencyKey.slice(0, idempotencyKey.lastIndexOf(':'));
