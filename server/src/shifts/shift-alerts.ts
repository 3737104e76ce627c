// What a hand-over report reads of alerts and of what people were told, in SQL.

import type { AlertEvent, NotificationState } from '@gonsters/contract';
import { type RawBuilder, sql } from 'kysely';
import type { AlertRecord } from '../alerts/store/alert-repository.ts';
import { selectAlerts, toRecord } from '../alerts/store/alert-row.ts';
import { isAlertOf } from '../alerts/store/sql-alert-scope.ts';
import type { Database } from '../database/database.ts';

const DAY_MS = 86_400_000;
/** How long before the end of a shift an alert that is closed now was raised at the earliest, to be found. */
const CLOSED_WITHIN_MS = 90 * DAY_MS;

export interface ToldRow {
  readonly atMs: number;
  readonly alertId: string;
  /** Id of a user; null for an address that belongs to nobody. */
  readonly person: string | null;
  readonly channel: string;
  readonly state: NotificationState;
  readonly kind: string;
  readonly message: string;
}

export class ShiftAlerts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The alerts that were not closed at that moment, the newest raise first, at most `limit`; as they are now. Late-data alerts are
   * never open. Of those that were closed since, only those raised in the 90 days before.
   */
  async openAt(atMs: number, scope: string | null, limit: number): Promise<AlertRecord[]> {
    const seen = () =>
      selectAlerts(this.#database.db)
        .where('alerts.first_raised_at', '<', atMs)
        .where('alerts.late', '=', 0)
        .where(this.#visible(scope))
        .orderBy('alerts.raised_at', 'desc')
        .orderBy('alerts.id', 'desc')
        .limit(limit);
    // In two queries, so that each uses its index.
    const [open, closed] = await Promise.all([
      seen().where(sql<boolean>`alerts.state != 'closed'`).execute(),
      seen()
        .where('alerts.state', '=', sql.lit('closed'))
        .where('alerts.raised_at', '>=', atMs - CLOSED_WITHIN_MS)
        .where('alerts.updated_at', '>', atMs)
        .where(({ eb, or }) => or([eb('alerts.cleared_at', '>', atMs), eb('alerts.acknowledged_at', '>', atMs)]))
        .execute(),
    ]);
    return [...open, ...closed]
      .sort((a, b) => b.raised_at - a.raised_at || (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map(toRecord);
  }

  /** How many raises were annunciated in [fromMs, toMs). */
  async annunciated(fromMs: number, toMs: number, scope: string | null): Promise<number> {
    const raises = this.#database.db
      .selectFrom('alert_raises as raise')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      // The condition of the partial index, so that it can be used.
      .where('raise.annunciated_at', 'is not', null)
      .where('raise.annunciated_at', '>=', fromMs)
      .where('raise.annunciated_at', '<', toMs);
    const { count } = await (scope === null
      ? raises
      : raises.innerJoin('alerts', 'alerts.id', 'raise.alert_id').where(this.#visible(scope))
    ).executeTakeFirstOrThrow();
    return Number(count);
  }

  /** What people were told of alerts in [fromMs, toMs), the newest first, at most `limit`. */
  async told(fromMs: number, toMs: number, scope: string | null, limit: number): Promise<ToldRow[]> {
    const rows = await this.#database.db
      .selectFrom('notification_items as item')
      .innerJoin('alerts', 'alerts.id', 'item.alert_id')
      .leftJoin('notification_messages as message', 'message.id', 'item.message_id')
      .select(['item.created_at', 'item.alert_id', 'item.person', 'item.channel', 'item.kind', 'item.payload'])
      .select(['message.state', 'message.sent_at'])
      .where('item.created_at', '>=', fromMs)
      .where('item.created_at', '<', toMs)
      .where(this.#visible(scope))
      .orderBy('item.created_at', 'desc')
      .orderBy('item.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      atMs: row.sent_at ?? row.created_at,
      alertId: row.alert_id,
      ...{ person: row.person, channel: row.channel, kind: row.kind, state: row.state ?? 'queued' },
      message: (JSON.parse(row.payload) as AlertEvent).message,
    }));
  }

  #visible(scope: string | null): RawBuilder<boolean> {
    return scope === null ? sql<boolean>`1 = 1` : isAlertOf(scope, this.#database.engine);
  }
}
