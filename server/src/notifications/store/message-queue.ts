// The messages that are to be sent: claimed with a lease by one node, tried again, and finished.

import type { AlertEvent } from '@gonsters/contract';
import { sql } from 'kysely';
import { type Database, inChunks } from '../../database/database.ts';
import type { CarriedItem, ClaimedMessage } from '../notification-types.ts';
import { MAX_WAIT_MS } from '../retry-times.ts';

const IDS_PER_STATEMENT = 100;
/** As in the partial index, so that it can be used. */
const IS_OPEN = sql<boolean>`state in ('queued', 'sending')`;

export class MessageQueue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** When the next item may be sent at the earliest, and the next message is tried, whichever is sooner; null where nothing waits. */
  async nextDueMs(nowMs: number): Promise<number | null> {
    const { db } = this.#database;
    const [item, message] = await Promise.all([
      db
        .selectFrom('notification_items')
        .select(({ fn }) => fn.min('due_at').as('due'))
        .where('message_id', 'is', null)
        .where('due_at', '>', nowMs)
        .executeTakeFirst(),
      db
        .selectFrom('notification_messages')
        .select(({ fn }) => fn.min('due_at').as('due'))
        .where(IS_OPEN)
        .executeTakeFirst(),
    ]);
    const times = [item?.due, message?.due].filter((time) => time !== null && time !== undefined);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** The alerts that these messages are about. */
  async alertsOf(messageIds: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    await inChunks(messageIds, IDS_PER_STATEMENT, async (chunk) => {
      const rows = await this.#database.db
        .selectFrom('notification_items')
        .select('alert_id')
        .distinct()
        .where('message_id', 'in', chunk)
        .execute();
      for (const row of rows) found.add(row.alert_id);
    });
    return [...found];
  }

  /** Channels that have messages to send. */
  async channelsWithMessages(): Promise<string[]> {
    const rows = await this.#database.db
      .selectFrom('notification_messages')
      .select('channel')
      .distinct()
      .where(IS_OPEN)
      .execute();
    return rows.map(({ channel }) => channel);
  }

  /** A single server has started: what it was sending when it ended is sent again. */
  async endLeases(nowMs: number): Promise<void> {
    await this.#database.db
      .updateTable('notification_messages')
      .set({ state: 'queued', due_at: nowMs, leased_until: null, leased_by: null })
      .where('state', '=', sql.lit('sending'))
      .execute();
  }

  /** Takes messages that are due, those about critical alerts first, then those that were tried least. */
  async claim(channel: string, limit: number, nowMs: number, node: string, leaseMs: number): Promise<ClaimedMessage[]> {
    const { db } = this.#database;
    const isDue = sql<boolean>`(
      (state = 'queued' and (due_at <= ${this.#time(nowMs)} or due_at > ${this.#time(nowMs + MAX_WAIT_MS)}))
      or (state = 'sending' and (leased_until <= ${this.#time(nowMs)} or leased_until > ${this.#time(nowMs + MAX_WAIT_MS)})))`;
    const rows = await db
      .updateTable('notification_messages')
      .set(({ eb }) => ({
        state: 'sending' as const,
        attempts: eb('attempts', '+', 1),
        due_at: nowMs + leaseMs,
        leased_until: nowMs + leaseMs,
        leased_by: node,
      }))
      .where('id', 'in', (query) =>
        query
          .selectFrom('notification_messages')
          .select('id')
          .where('channel', '=', channel)
          .where(IS_OPEN)
          .where(isDue)
          .orderBy('is_critical', 'desc')
          .orderBy('attempts')
          .orderBy('created_at')
          .limit(limit),
      )
      // Once more, because another node may have taken it since.
      .where(isDue)
      .returningAll()
      .execute();
    return rows.map((row) => ({ ...row, isCritical: row.is_critical === 1 }));
  }

  /** The outcome of an attempt. Does nothing where the lease ended and another node has taken the message. */
  async finish(
    id: string,
    node: string,
    outcome: {
      state: 'sent' | 'failed' | 'queued';
      response: string;
      sentAtMs: number | null;
      dueAtMs: number;
      providerId?: string | undefined;
    },
  ): Promise<void> {
    await this.#database.db
      .updateTable('notification_messages')
      .set({
        state: outcome.state,
        response: outcome.response,
        sent_at: outcome.sentAtMs,
        provider_id: outcome.providerId ?? null,
        due_at: outcome.dueAtMs,
        leased_until: null,
        leased_by: null,
      })
      .where('id', '=', id)
      .where('state', '=', sql.lit('sending'))
      .where('leased_by', '=', node)
      .execute();
  }

  /**
   * What a message carries, the oldest first, or with `worst` the critical ones before the others.
   *
   * @param onlyActive without those whose alert is not active any more
   */
  async carried(
    messageId: string,
    { limit, onlyActive = false, order = 'time' }: { limit: number; onlyActive?: boolean; order?: 'time' | 'worst' },
  ): Promise<{ items: CarriedItem[]; total: number }> {
    let select = this.#database.db.selectFrom('notification_items as item').where('item.message_id', '=', messageId);
    if (onlyActive) {
      select = select.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('alerts')
            .select(sql.lit(1).as('one'))
            .whereRef('alerts.id', '=', 'item.alert_id')
            .where('alerts.state', 'in', ['active_unacked', 'active_acked']),
        ),
      );
    }
    const [rows, count] = await Promise.all([
      select
        .select(['item.id', 'item.person', 'item.kind', 'item.payload'])
        // `critical` comes before `warning`.
        .$if(order === 'worst', (query) => query.orderBy('item.severity'))
        .orderBy('item.created_at')
        .orderBy('item.id')
        .limit(limit)
        .execute(),
      select.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirst(),
    ]);
    const items = rows.map(({ id, person, kind, payload }) => ({
      id,
      person,
      kind,
      event: JSON.parse(payload) as AlertEvent,
    }));
    return { items, total: Number(count?.count ?? 0) };
  }

  #time(ms: number) {
    return this.#database.engine.time(ms);
  }
}
