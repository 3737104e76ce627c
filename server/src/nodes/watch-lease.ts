// The lease of the watch in PostgreSQL: one row that says who has it and until when, by the database's clock.

import { Kysely, PostgresDialect, sql } from 'kysely';
import { postgresEngine } from '../database/postgres-engine.ts';
import { openPool, type PostgresAddress } from '../database/postgres-pool.ts';
import type { Schema } from '../database/schema.ts';

/** Without a word from its holder for so long the lease is over. */
export const LEASE_MS = 2500;

/** A connection of its own, so that it waits for nothing else; an answer that comes late is none. */
const LIMITS = { connections: 1, connectWithinMs: 1000, statementWithinMs: 1000 };

const now = postgresEngine.nowMs;

export class WatchLease {
  readonly #db: Kysely<Schema>;

  constructor(address: PostgresAddress) {
    // A lost connection is noticed by the next query, and replaced.
    const pool = openPool(address, () => {}, LIMITS);
    this.#db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  }

  /** Who has it now. Rejects with `store_unavailable`. */
  async look(): Promise<{ isFree: boolean; keptUntilMs: number }> {
    const { rows } = await sql<{ free: boolean; kept_until: number }>`
      select held_until <= ${now} as free, kept_until from watch where id = 1`.execute(this.#db);
    const row = rows[0] as (typeof rows)[number];
    return { isFree: row.free, keptUntilMs: row.kept_until };
  }

  /** Takes the lease where it is free, once every write of who had it before is done. null: somebody was quicker. */
  async take(nodeId: string): Promise<{ epoch: number; keptUntilMs: number | null } | null> {
    const { rows } = await sql<{ epoch: number; kept_until: number }>`
      with before as (select held_until from watch where id = 1 for update)
      update watch set epoch = epoch + 1, node_id = ${nodeId}, held_until = ${now} + ${sql.lit(LEASE_MS)}
      from before where id = 1 and before.held_until <= ${now}
      returning epoch, kept_until`.execute(this.#db);
    const [row] = rows;
    return row === undefined ? null : { epoch: row.epoch, keptUntilMs: row.kept_until === 0 ? null : row.kept_until };
  }

  /** False where another has taken over. `isUpToDate`: everything stored by now has been evaluated. */
  async renew(epoch: number, isUpToDate: boolean): Promise<boolean> {
    return this.#hold(epoch, LEASE_MS, isUpToDate);
  }

  /** Frees it at once. */
  async release(epoch: number): Promise<void> {
    await this.#hold(epoch, 0, false);
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  async #hold(epoch: number, forMs: number, isUpToDate: boolean): Promise<boolean> {
    const { rows } = await sql`
      update watch set
        held_until = ${now} + ${sql.lit(forMs)},
        kept_until = case when ${sql.lit(isUpToDate)} then ${now} else kept_until end
      where id = 1 and epoch = ${epoch} returning 1`.execute(this.#db);
    return rows.length > 0;
  }
}
