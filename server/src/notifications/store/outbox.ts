// The outbox: changes of alerts about which it is decided who is told.

import type { AlertEvent } from '@gonsters/contract';
import { sql } from 'kysely';
import { type Database, inChunks } from '../../database/database.ts';
import { type AlertChange, contactKey, type NewItem } from '../notification-types.ts';

const ROWS_PER_STATEMENT = 100;

export class Outbox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Changes about which it was not decided yet who is told, the oldest first. */
  async changes(limit: number): Promise<(AlertChange & { id: string })[]> {
    const rows = await this.#database.db
      .selectFrom('notifications')
      .select(['id', 'alert_id', 'kind', 'payload'])
      .where('state', '=', sql.lit('pending'))
      .orderBy('created_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      alertId: row.alert_id,
      kind: row.kind.replace('alert.', '') as AlertChange['kind'],
      event: JSON.parse(row.payload) as AlertEvent,
    }));
  }

  /** The contacts that were told of each alert, as `contactKey` writes them. */
  async told(alertIds: readonly string[]): Promise<Map<string, Set<string>>> {
    const told = new Map<string, Set<string>>();
    if (alertIds.length === 0) return told;
    const rows = await this.#database.db
      .selectFrom('notification_items')
      .select(['alert_id', 'channel', 'contact'])
      .distinct()
      .where('alert_id', 'in', alertIds)
      .where('kind', 'in', ['raised', 'escalated'])
      .execute();
    for (const row of rows) {
      const contacts = told.get(row.alert_id) ?? new Set();
      told.set(row.alert_id, contacts.add(contactKey(row)));
    }
    return told;
  }

  /** It is decided who is told of these changes. An item whose key is stored already is ignored. All or nothing. */
  async plan(changes: readonly { id: string; alertId: string }[], items: readonly NewItem[]): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      // A change starts the wait anew, or ends it.
      await transaction
        .deleteFrom('notification_items')
        .where('kind', '=', sql.lit('still_active'))
        .where('message_id', 'is', null)
        .where(
          'alert_id',
          'in',
          changes.map(({ alertId }) => alertId),
        )
        .execute();
      await this.#insertItems(transaction, items);
      await transaction
        .updateTable('notifications')
        .set({ state: 'delivered' })
        .where(
          'id',
          'in',
          changes.map(({ id }) => id),
        )
        .execute();
    });
  }

  /** Forgets that alerts are to be mentioned again of which that is not true any more. */
  async dropSettledFollowUps(nowMs: number): Promise<void> {
    const { db } = this.#database;
    await db
      .deleteFrom('notification_items')
      .where('kind', '=', sql.lit('still_active'))
      .where('message_id', 'is', null)
      .where('due_at', '<=', nowMs)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('alerts')
              .select(sql.lit(1).as('one'))
              .whereRef('alerts.id', '=', 'notification_items.alert_id')
              .where('alerts.state', '=', sql.lit('active_unacked'))
              .where('alerts.shelved_until', 'is', null),
          ),
        ),
      )
      .execute();
  }

  async #insertItems(transaction: Database['db'], items: readonly NewItem[]): Promise<void> {
    await inChunks(items, ROWS_PER_STATEMENT, (chunk) =>
      transaction
        .insertInto('notification_items')
        .values(
          chunk.map(({ idempotencyKey, alertId, group, createdAtMs, dueAtMs, ...rest }) => ({
            ...rest,
            idempotency_key: idempotencyKey,
            alert_id: alertId,
            group_key: group,
            created_at: createdAtMs,
            due_at: dueAtMs,
          })),
        )
        .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
        .execute(),
    );
  }
}
