// What became of a message after the other side had accepted it: delivered, read, or failed after all.

import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';

export interface Receipt {
  readonly state: 'delivered' | 'read' | 'failed';
  /** UTC ms. */
  readonly atMs: number;
  /** Why it failed; null where it did not. */
  readonly response: string | null;
}

/** A receipt may come before it is stored that the message was sent. */
const TRY_AGAIN_MS = [1_000, 5_000] as const;
/** Receipts that wait for that; those of another program with the same account never find their message. */
const MOST_WAITING = 1_000;

export class MessageReceipts {
  readonly #database: Database;
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Never goes back: a message that was read stays so. Rejects with `store_unavailable`. */
  async note(channel: string, providerId: string, receipt: Receipt, attempt = 0): Promise<void> {
    const { db, engine } = this.#database;
    const { state, atMs, response } = receipt;
    const before = state === 'read' ? (['sent', 'delivered'] as const) : (['sent'] as const);
    const { numUpdatedRows } = await db
      .updateTable('notification_messages')
      .set({
        state,
        ...(state === 'failed'
          ? { response }
          : { delivered_at: sql<number>`coalesce(delivered_at, ${engine.time(atMs)})` }),
        ...(state === 'read' ? { read_at: atMs } : {}),
      })
      .where('channel', '=', channel)
      .where('provider_id', '=', providerId)
      .where('state', 'in', before)
      .executeTakeFirst();
    const pauseMs = TRY_AGAIN_MS[attempt];
    if (numUpdatedRows > 0n || pauseMs === undefined || this.#waiting.size >= MOST_WAITING) return;
    if (await this.#isKnown(channel, providerId)) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      // Without the receipt the message stays as it is: sent.
      this.note(channel, providerId, receipt, attempt + 1).catch(() => {});
    }, pauseMs);
    timer.unref();
    this.#waiting.add(timer);
  }

  stop(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }

  async #isKnown(channel: string, providerId: string): Promise<boolean> {
    const row = await this.#database.db
      .selectFrom('notification_messages')
      .select(sql.lit(1).as('one'))
      .where('channel', '=', channel)
      .where('provider_id', '=', providerId)
      .executeTakeFirst();
    return row !== undefined;
  }
}
