// What the tables would otherwise keep for ever: alerts that are long over, what nobody is told any more, nodes that never come back.

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nobody wants to be told of an alert of last week. */
const UNDELIVERED_DAYS = 7;
const DELIVERED_DAYS = 90;
const SILENT_NODE_DAYS = 90;
/** Few at a time: who writes or reads beside it waits some milliseconds. */
const ROWS_AT_ONCE = 100;
const PAUSE_MS = 20;
/** What is more goes the next time. */
const MOST_ROWS = 20_000;

export class RowRetention {
  readonly #database: Database;
  readonly #log: Logger;
  #ranAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: { database: Database; log: Logger }) {
    this.#database = deps.database;
    this.#log = deps.log;
  }

  /** Once an hour, however often it is called. Alerts are kept for as long as the hours of readings; null: nothing is old. */
  async deleteExpired(nowMs: number, retention: { readonly '1h': number } | null, signal?: AbortSignal): Promise<void> {
    if (retention === null) return;
    // A clock that was set back does not hold it up.
    if (Math.abs(nowMs - this.#ranAtMs) < HOUR_MS) return;
    this.#ranAtMs = nowMs;
    await inBatches(() => this.#deleteNotifications(nowMs), signal);
    await inBatches(() => this.#deleteAlerts(nowMs - retention['1h'] * DAY_MS), signal);
    if (signal?.aborted) return;
    await this.#forgetNodes(nowMs);
  }

  async #deleteNotifications(nowMs: number): Promise<bigint> {
    const { db } = this.#database;
    const { numDeletedRows } = await db
      .deleteFrom('notifications')
      .where(
        'id',
        'in',
        db
          .selectFrom('notifications')
          .select('id')
          .where(({ eb, and, or }) =>
            or([
              and([eb('state', '=', sql.lit('pending')), eb('created_at', '<', nowMs - UNDELIVERED_DAYS * DAY_MS)]),
              and([eb('state', '!=', sql.lit('pending')), eb('created_at', '<', nowMs - DELIVERED_DAYS * DAY_MS)]),
            ]),
          )
          .limit(ROWS_AT_ONCE),
      )
      .executeTakeFirst();
    return numDeletedRows;
  }

  /** Never the newest change: the numbers of changes go on from it, and clients ask for what came after one. */
  async #deleteAlerts(beforeMs: number): Promise<bigint> {
    const { db } = this.#database;
    const newest = db.selectFrom('alerts').select(({ fn }) => fn.max('seq').as('seq'));
    const { numDeletedRows } = await db
      .deleteFrom('alerts')
      .where(
        'id',
        'in',
        db
          .selectFrom('alerts')
          .select('id')
          .where('state', '=', sql.lit('closed'))
          .where('raised_at', '<', beforeMs)
          .where('updated_at', '<', beforeMs)
          .where('seq', '<', newest)
          .orderBy('raised_at')
          .limit(ROWS_AT_ONCE),
      )
      .executeTakeFirst();
    return numDeletedRows;
  }

  /** By the database's clock, by which they were seen; not where that clock disagrees with ours. */
  async #forgetNodes(nowMs: number): Promise<void> {
    const { db, engine } = this.#database;
    const forgotten = await db
      .deleteFrom('nodes')
      .where('seen_at', '<', sql<number>`${engine.nowMs} - ${sql.lit(SILENT_NODE_DAYS * DAY_MS)}`)
      .where(sql<number>`abs(${engine.nowMs} - ${sql.lit(Math.round(nowMs))})`, '<', HOUR_MS)
      .returningAll()
      .execute();
    for (const { id, host, client_id } of forgotten) {
      this.#log.warn(
        { node: id, host, clientId: client_id },
        'A node that has been silent for long is on the list no more',
      );
    }
  }
}

async function inBatches(deleteSome: () => Promise<bigint>, signal: AbortSignal | undefined): Promise<void> {
  for (let rows = 0; rows < MOST_ROWS && !signal?.aborted; rows += ROWS_AT_ONCE) {
    if ((await deleteSome()) < ROWS_AT_ONCE) return;
    await sleep(PAUSE_MS, undefined, { ref: false });
  }
}
