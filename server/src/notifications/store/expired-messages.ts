// What could not be sent for a day: given up, and told once more in a digest where it is still active.

import { sql } from 'kysely';
import { type Connection, type Database, inChunks } from '../../database/database.ts';

const ROWS_PER_STATEMENT = 100;

export class ExpiredMessages {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Messages and waiting items that could not be sent since `beforeMs`. Digests wait as long as they must. */
  async find(beforeMs: number, limit: number) {
    const { db } = this.#database;
    const messages = await db
      .selectFrom('notification_messages')
      .select(['id', 'channel', 'contact', 'response'])
      .where('state', '=', sql.lit('queued'))
      .where('kind', '!=', sql.lit('digest'))
      .where('created_at', '<', beforeMs)
      .limit(limit)
      .execute();
    const items = await db
      .selectFrom('notification_items')
      .select(['id', 'channel', 'contact'])
      .where('message_id', 'is', null)
      .where('due_at', '<', beforeMs)
      .limit(limit)
      .execute();
    return { messages, items };
  }

  /**
   * Gives a message up. Of what it carried, the alerts that are still active go into the one digest of the contact that waits.
   *
   * @param digestId the id of the digest if there is none yet
   */
  async giveUp(
    message: { id: string; channel: string; contact: string; reason: string },
    digestId: string,
    itemId: () => string,
    nowMs: number,
  ): Promise<void> {
    const { id, channel, contact, reason } = message;
    await this.#database.db.transaction().execute(async (transaction) => {
      const given = await transaction
        .updateTable('notification_messages')
        .set({ state: 'failed', response: reason })
        .where('id', '=', id)
        .where('state', 'in', ['queued', 'failed'])
        .executeTakeFirst();
      if (given.numUpdatedRows === 0n) return;
      const rows = await transaction
        .selectFrom('notification_items as item')
        .innerJoin('alerts', 'alerts.id', 'item.alert_id')
        .selectAll('item')
        .where('item.message_id', '=', id)
        .where('item.kind', 'in', ['raised', 'escalated', 'still_active'])
        .where('alerts.state', 'in', ['active_unacked', 'active_acked'])
        .orderBy('item.created_at')
        .execute();
      const newest = new Map(rows.map((row) => [row.alert_id, row]));
      if (newest.size === 0) return;
      await this.#dropFollowUps(transaction, { channel, contact }, [...newest.keys()]);
      const open = await transaction
        .selectFrom('notification_messages')
        .select('id')
        .where('channel', '=', channel)
        .where('contact', '=', contact)
        .where('kind', '=', sql.lit('digest'))
        .where('state', '=', sql.lit('queued'))
        .executeTakeFirst();
      const digest = open?.id ?? digestId;
      if (open === undefined) {
        await transaction
          .insertInto('notification_messages')
          .values({
            id: digest,
            ...{ channel, contact, kind: 'digest', group_key: '', is_critical: 0, state: 'queued', attempts: 0 },
            created_at: nowMs,
            due_at: nowMs,
          })
          .execute();
      }
      const items = [...newest.values()].map((row) => ({
        ...row,
        id: itemId(),
        kind: 'digest' as const,
        idempotency_key: `${row.alert_id}:${row.raise}:digest.${digest}:${row.person ?? contact}:${channel}`,
        created_at: nowMs,
        due_at: nowMs,
        message_id: digest,
        ...{ token_hash: null, expires_at: null, used_at: null },
      }));
      await inChunks(items, ROWS_PER_STATEMENT, (chunk) =>
        transaction
          .insertInto('notification_items')
          .values(chunk)
          .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
          .execute(),
      );
    });
  }

  /** The digest says that they are still active; no other message that was not sent yet says so, too. */
  async #dropFollowUps(
    transaction: Connection,
    { channel, contact }: { channel: string; contact: string },
    alertIds: readonly string[],
  ): Promise<void> {
    const queued = transaction
      .selectFrom('notification_messages')
      .select('id')
      .where('channel', '=', channel)
      .where('contact', '=', contact)
      .where('state', '=', sql.lit('queued'))
      .where('kind', '!=', sql.lit('digest'));
    await inChunks(alertIds, ROWS_PER_STATEMENT, (ids) =>
      transaction
        .deleteFrom('notification_items')
        .where('kind', '=', sql.lit('still_active'))
        .where('channel', '=', channel)
        .where('contact', '=', contact)
        .where('alert_id', 'in', ids)
        .where(({ or, eb }) => or([eb('message_id', 'is', null), eb('message_id', 'in', queued)]))
        .execute(),
    );
    await transaction
      .deleteFrom('notification_messages')
      .where('id', 'in', queued)
      .where('kind', 'not in', ['notice', 'test'])
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('notification_items as item')
              .select(sql.lit(1).as('one'))
              .whereRef('item.message_id', '=', 'notification_messages.id'),
          ),
        ),
      )
      .execute();
  }
}
