// What was said: the list of an alert, and the links of its messages.

import { type AlertEvent, type AlertNotification, isoTime } from '@gonsters/contract';
import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';

/** Notifications of one alert that are listed, the newest ones. */
const MAX_LISTED = 500;

export class ToldItems {
  readonly #database: Database;

  readonly #channelName: (channelId: string) => string | null;

  constructor(database: Database, channelName: (channelId: string) => string | null = () => null) {
    this.#database = database;
    this.#channelName = channelName;
  }

  /** The oldest first; of very many, the newest. */
  async ofAlert(alertId: string): Promise<AlertNotification[]> {
    const rows = await this.#database.db
      .selectFrom('notification_items as item')
      .leftJoin('notification_messages as message', 'message.id', 'item.message_id')
      .leftJoin('notification_runs as run', 'run.id', 'item.run_id')
      .leftJoin('users', (join) => join.on(sql`cast(users.id as text)`, '=', sql.ref('item.person')))
      // The address of a contact point may be a secret; it is named by what people see of it.
      .leftJoin('contact_points as point', (join) =>
        join.on(sql`'contact:' || cast(point.id as text)`, '=', sql.ref('item.contact')),
      )
      .select(['item.person', 'item.step', 'run.route_id', 'run.route_name', 'users.username', 'point.display'])
      .select([
        ...(['item.id', 'item.kind', 'item.raise', 'item.channel', 'item.contact'] as const),
        ...(['item.created_at', 'item.due_at as item_due', 'item.message_id'] as const),
        ...(['message.state', 'message.attempts', 'message.due_at', 'message.sent_at', 'message.response'] as const),
        ...(['message.delivered_at', 'message.read_at'] as const),
      ])
      .select(({ selectFrom }) =>
        selectFrom('notification_items as other')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .whereRef('other.message_id', '=', 'item.message_id')
          .as('folded'),
      )
      .where('item.alert_id', '=', alertId)
      .orderBy('item.created_at', 'desc')
      .orderBy('item.due_at', 'desc')
      .orderBy('item.id', 'desc')
      .limit(MAX_LISTED)
      .execute();
    return rows.reverse().map((row) => {
      const state = row.state ?? 'queued';
      const next = row.message_id === null ? row.item_due : row.due_at;
      return {
        id: row.id,
        kind: row.kind,
        raise: row.raise,
        channel: row.channel,
        channel_name: this.#channelName(row.channel) ?? row.channel,
        contact: row.display ?? row.contact,
        person: row.person === null ? null : { id: row.person, name: row.username ?? 'A person who left' },
        step: row.step,
        route: row.route_id === null ? null : { id: row.route_id, name: row.route_name ?? '' },
        created_at: isoTime(row.created_at),
        state,
        message_id: row.message_id,
        folded: Math.max(1, Number(row.folded ?? 1)),
        attempts: row.attempts ?? 0,
        next_attempt_at: state === 'queued' && next !== null ? isoTime(next) : null,
        sent_at: row.sent_at === null ? null : isoTime(row.sent_at),
        delivered_at: row.delivered_at === null ? null : isoTime(row.delivered_at),
        read_at: row.read_at === null ? null : isoTime(row.read_at),
        response: row.response,
      };
    });
  }

  /** The link of an item is valid from now on, in place of an earlier one with the same token. */
  async setLink(itemId: string, tokenHash: string, expiresAtMs: number): Promise<void> {
    await this.#database.db
      .updateTable('notification_items')
      .set({ token_hash: tokenHash, expires_at: expiresAtMs })
      .where('id', '=', itemId)
      .execute();
  }

  async itemOfLink(tokenHash: string) {
    const row = await this.#database.db
      .selectFrom('notification_items')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row === undefined ? null : { ...row, event: JSON.parse(row.payload) as AlertEvent };
  }

  /** @returns whether the link could still be used: it works once */
  async useLink(tokenHash: string, nowMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('notification_items')
      .set({ used_at: nowMs })
      .where('token_hash', '=', tokenHash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', nowMs)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** The alert could not be acknowledged: the link may be used again. */
  async releaseLink(tokenHash: string): Promise<void> {
    await this.#database.db
      .updateTable('notification_items')
      .set({ used_at: null })
      .where('token_hash', '=', tokenHash)
      .execute();
  }
}
