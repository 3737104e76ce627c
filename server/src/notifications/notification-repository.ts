// What people are told, in SQL: the outbox of changes, what is to be said to whom, and the messages that carry it.

import {
  type AlertEvent,
  type AlertNotification,
  isoTime,
  type NotificationKind,
  type Severity,
} from '@gonsters/contract';
import { sql } from 'kysely';
import { type Database, inChunks } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import type { Recipient as FoldedRecipient, FormerMessage, WaitingItem } from './flood-rules.ts';
import { FLOOD_WINDOW_MS, HOUR_MS } from './flood-rules.ts';
import { type AlertChange, contactKey, type Recipient } from './plan-items.ts';
import { MAX_WAIT_MS } from './retry-times.ts';

/** As in the partial index, so that it can be used. */
const IS_OPEN = sql<boolean>`state in ('queued', 'sending')`;
const ROWS_PER_STATEMENT = 100;
/** Waiting items that are read at once; the others stay for the next pass. */
const MAX_WAITING = 2_000;
/** Notifications of one alert that are listed, the newest ones. */
const MAX_LISTED = 500;

export interface NewItem extends Recipient {
  id: string;
  idempotencyKey: string;
  alertId: string;
  raise: number;
  kind: NotificationKind;
  severity: Severity;
  group: string;
  payload: string;
  createdAtMs: number;
  dueAtMs: number;
}

/** A message that this node may send until its lease ends. */
export interface ClaimedMessage {
  id: string;
  channel: string;
  contact: string;
  kind: FormerMessage['kind'];
  isCritical: boolean;
  attempts: number;
}

export interface CarriedItem {
  id: string;
  kind: NotificationKind;
  event: AlertEvent;
}

type MessageRow = Schema['notification_messages'];

export class NotificationRepository {
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

  /** Items that no message carries and that may be sent by now, by contact. */
  async waiting(
    nowMs: number,
  ): Promise<Map<string, { recipient: Pick<Recipient, 'channel' | 'contact'>; items: WaitingItem[] }>> {
    const rows = await this.#database.db
      .selectFrom('notification_items')
      .select(['id', 'channel', 'contact', 'kind', 'severity', 'group_key', 'due_at'])
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
      entry.items.push({ id: row.id, isCritical, group: row.group_key, atMs: row.due_at });
      found.set(contactKey(row), entry);
    }
    return found;
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
        kind: row.kind,
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
  async endLeases(): Promise<void> {
    await this.#database.db
      .updateTable('notification_messages')
      .set({ state: 'queued', leased_until: null, leased_by: null })
      .where('state', '=', sql.lit('sending'))
      .execute();
  }

  /** The outcome of an attempt. Does nothing where the lease ended and another node has taken the message. */
  async finish(
    id: string,
    node: string,
    outcome: { state: 'sent' | 'failed' | 'queued'; response: string; sentAtMs: number | null; dueAtMs: number },
  ): Promise<void> {
    await this.#database.db
      .updateTable('notification_messages')
      .set({
        state: outcome.state,
        response: outcome.response,
        sent_at: outcome.sentAtMs,
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
        .select(['item.id', 'item.kind', 'item.payload'])
        // `critical` comes before `warning`.
        .$if(order === 'worst', (query) => query.orderBy('item.severity'))
        .orderBy('item.created_at')
        .orderBy('item.id')
        .limit(limit)
        .execute(),
      select.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirst(),
    ]);
    const items = rows.map(({ id, kind, payload }) => ({ id, kind, event: JSON.parse(payload) as AlertEvent }));
    return { items, total: Number(count?.count ?? 0) };
  }

  /** Messages and waiting items that could not be sent since `beforeMs`. Digests wait as long as they must. */
  async expired(beforeMs: number, limit: number) {
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

  /** The oldest first; of very many, the newest. */
  async ofAlert(alertId: string): Promise<AlertNotification[]> {
    const rows = await this.#database.db
      .selectFrom('notification_items as item')
      .leftJoin('notification_messages as message', 'message.id', 'item.message_id')
      .select([
        ...(['item.id', 'item.kind', 'item.raise', 'item.channel', 'item.contact'] as const),
        ...(['item.created_at', 'item.due_at as item_due', 'item.message_id'] as const),
        ...(['message.state', 'message.attempts', 'message.due_at', 'message.sent_at', 'message.response'] as const),
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
        contact: row.contact,
        created_at: isoTime(row.created_at),
        state,
        message_id: row.message_id,
        folded: Math.max(1, Number(row.folded ?? 1)),
        attempts: row.attempts ?? 0,
        next_attempt_at: state === 'queued' && next !== null ? isoTime(next) : null,
        sent_at: row.sent_at === null ? null : isoTime(row.sent_at),
        response: row.response,
      };
    });
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

  #time(ms: number) {
    return this.#database.engine.time(ms);
  }
}
