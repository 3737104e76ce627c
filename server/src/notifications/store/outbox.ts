// The outbox: changes of alerts about which it is decided who is told.

import type { AlertEvent } from '@gonsters/contract';
import { sql } from 'kysely';
import { type Connection, type Database, inChunks } from '../../database/database.ts';
import { type AlertChange, contactKey, type NewItem, type Recipient } from '../notification-types.ts';
import { insertItems } from './insert-items.ts';
import { endRuns, insertRuns, type Run } from './runs.ts';

const ROWS_PER_STATEMENT = 100;

/** Rolls a transaction back. */
class PlannedElsewhere extends Error {}

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

  /** Who was told of each alert, each by the newest contact that was not refused. */
  async told(alertIds: readonly string[]): Promise<Map<string, Recipient[]>> {
    const told = new Map<string, Map<string, Recipient>>();
    await inChunks(alertIds, ROWS_PER_STATEMENT, async (chunk) => {
      const rows = await this.#database.db
        .selectFrom('notification_items as item')
        .leftJoin('notification_messages as message', 'message.id', 'item.message_id')
        .select(['item.alert_id', 'item.person', 'item.channel', 'item.contact'])
        .where('item.alert_id', 'in', chunk)
        .where('item.kind', 'in', ['raised', 'escalated', 'still_active', 'digest'])
        .where((where) =>
          where.or([where('message.state', 'is', null), where('message.state', '!=', sql.lit('failed'))]),
        )
        .orderBy('item.created_at')
        .execute();
      for (const { alert_id: alertId, ...recipient } of rows) {
        const ofAlert = told.get(alertId) ?? new Map<string, Recipient>();
        told.set(alertId, ofAlert.set(recipient.person ?? contactKey(recipient), recipient));
      }
    });
    return new Map([...told].map(([alertId, recipients]) => [alertId, [...recipients.values()]]));
  }

  /**
   * It is decided who is told of these changes: the runs that they begin and end, and what is said at once. All or nothing.
   *
   * @returns false where another node has decided it meanwhile; nothing is stored then
   */
  async plan(
    changes: readonly { id: string; alertId: string }[],
    { begun, ended, items }: { begun: readonly Run[]; ended: readonly Run[]; items: readonly NewItem[] },
  ): Promise<boolean> {
    const ids = changes.map(({ id }) => id);
    const store = async (transaction: Connection) => {
      const { numUpdatedRows } = await transaction
        .updateTable('notifications')
        .set({ state: 'delivered' })
        .where('id', 'in', ids)
        .where('state', '=', sql.lit('pending'))
        .executeTakeFirst();
      if (numUpdatedRows !== BigInt(ids.length)) throw new PlannedElsewhere();
      // A change makes untrue what still waits to be said about the time before it.
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
      await endRuns(transaction, ended);
      await insertRuns(transaction, begun);
      await insertItems(transaction, items);
    };
    try {
      await this.#database.db.transaction().execute(store);
      return true;
    } catch (error) {
      if (error instanceof PlannedElsewhere) return false;
      throw error;
    }
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
              .where('alerts.state', 'in', ['active_unacked', 'cleared_unacked'])
              .where('alerts.shelved_until', 'is', null),
          ),
        ),
      )
      .execute();
  }
}
