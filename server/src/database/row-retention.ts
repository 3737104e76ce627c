// Deletes old rows: alerts that were closed long ago, old notifications, and nodes that have been silent for months.

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Who is told is decided within seconds, and nobody is told of a change that is a week old. */
const OUTBOX_DAYS = 7;
/** Who was told of what. */
const TOLD_DAYS = 400;
const SILENT_NODE_DAYS = 90;
/** Small batches, so that other queries wait only some milliseconds. */
const ROWS_PER_BATCH = 100;
const PAUSE_MS = 20;
/** Further rows are deleted in the next run. */
const MAX_ROWS_PER_RUN = 20_000;

export class RowRetention {
  readonly #database: Database;
  readonly #log: Logger;
  #ranAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: { database: Database; log: Logger }) {
    this.#database = deps.database;
    this.#log = deps.log;
  }

  /**
   * Runs at most once an hour, however often it is called. Alerts are kept as long as hourly rollups (days); with null nothing
   * is deleted, because the clock may be wrong. Stops after the current batch when `signal` is aborted.
   */
  async deleteExpired(nowMs: number, retention: { readonly '1h': number } | null, signal?: AbortSignal): Promise<void> {
    if (retention === null) return;
    // The absolute difference, so that setting the clock back does not suspend the runs.
    if (Math.abs(nowMs - this.#ranAtMs) < HOUR_MS) return;
    this.#ranAtMs = nowMs;
    await inBatches(() => this.#deleteOlder('notifications', nowMs - OUTBOX_DAYS * DAY_MS), signal);
    await inBatches(() => this.#deleteOlder('notification_items', nowMs - TOLD_DAYS * DAY_MS), signal);
    await inBatches(() => this.#deleteOlder('notification_messages', nowMs - TOLD_DAYS * DAY_MS), signal);
    await inBatches(() => this.#deleteRuns(nowMs - TOLD_DAYS * DAY_MS), signal);
    await inBatches(() => this.#deleteAlerts(nowMs - retention['1h'] * DAY_MS), signal);
    if (signal?.aborted) return;
    await this.#deleteNodes(nowMs);
  }

  async #deleteOlder(
    table: 'notifications' | 'notification_items' | 'notification_messages',
    beforeMs: number,
  ): Promise<bigint> {
    const { db } = this.#database;
    const { numDeletedRows } = await db
      .deleteFrom(table)
      .where('id', 'in', db.selectFrom(table).select('id').where('created_at', '<', beforeMs).limit(ROWS_PER_BATCH))
      .executeTakeFirst();
    return numDeletedRows;
  }

  /** Of chains that have ended. */
  async #deleteRuns(beforeMs: number): Promise<bigint> {
    const { db } = this.#database;
    const { numDeletedRows } = await db
      .deleteFrom('notification_runs')
      .where(
        'id',
        'in',
        db.selectFrom('notification_runs').select('id').where('ended_at', '<', beforeMs).limit(ROWS_PER_BATCH),
      )
      .executeTakeFirst();
    return numDeletedRows;
  }

  /** Keeps the alert with the newest change, because change numbers continue from it. */
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
          .limit(ROWS_PER_BATCH),
      )
      .executeTakeFirst();
    return numDeletedRows;
  }

  /** Uses the clock of the database, as `seen_at` does, and deletes nothing if that clock differs from ours by an hour. */
  async #deleteNodes(nowMs: number): Promise<void> {
    const { db, engine } = this.#database;
    const deleted = await db
      .deleteFrom('nodes')
      .where('seen_at', '<', engine.ago(SILENT_NODE_DAYS * DAY_MS))
      .where(engine.now, '>', engine.time(nowMs - HOUR_MS))
      .where(engine.now, '<', engine.time(nowMs + HOUR_MS))
      .returningAll()
      .execute();
    for (const { id, host, client_id } of deleted) {
      this.#log.warn(
        { node: id, host, clientId: client_id },
        'A node was removed from the list because it has been silent for months',
      );
    }
  }
}

async function inBatches(deleteSome: () => Promise<bigint>, signal: AbortSignal | undefined): Promise<void> {
  for (let rows = 0; rows < MAX_ROWS_PER_RUN && !signal?.aborted; rows += ROWS_PER_BATCH) {
    if ((await deleteSome()) < ROWS_PER_BATCH) return;
    await sleep(PAUSE_MS, undefined, { ref: false });
  }
}
