// The lease of the watch in PostgreSQL: one row that says who has it and until when, by the database's clock.

import { Kysely, PostgresDialect, sql } from 'kysely';
import { postgresEngine } from '../database/postgres-engine.ts';
import { openPool, type PostgresAddress } from '../database/postgres-pool.ts';
import type { Schema } from '../database/schema.ts';

/** Without a word from its holder for so long the lease is over. */
export const LEASE_MS = 2500;

/** A connection of its own, so that it waits for nothing else; an answer that comes late is none. */
const LIMITS = { connections: 1, connectWithinMs: 1000, statementWithinMs: 1000 };

export class WatchLease {
  readonly #db: Kysely<Schema>;

  constructor(address: PostgresAddress) {
    // A lost connection is noticed by the next query, and replaced.
    const pool = openPool(address, () => {}, LIMITS);
    this.#db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  }

  /** Takes the lease where it is free. null: somebody has it. Rejects with `store_unavailable`. */
  async take(nodeId: string): Promise<{ epoch: number; keptUntilMs: number | null } | null> {
    const { rows } = await sql<{ epoch: number; held_until: number }>`
      with before as (select held_until from watch where id = 1 for update)
      update watch set epoch = epoch + 1, node_id = ${nodeId}, held_until = ${postgresEngine.nowMs} + ${sql.lit(LEASE_MS)}
      from before where id = 1 and before.held_until <= ${postgresEngine.nowMs}
      returning epoch, before.held_until`.execute(this.#db);
    const [row] = rows;
    if (row === undefined) return null;
    return { epoch: row.epoch, keptUntilMs: row.held_until === 0 ? null : row.held_until - LEASE_MS };
  }

  /** False where another has taken over. Rejects with `store_unavailable`. */
  async renew(epoch: number): Promise<boolean> {
    return this.#hold(epoch, LEASE_MS);
  }

  /** Frees it at once. */
  async release(epoch: number): Promise<void> {
    await this.#hold(epoch, 0);
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  async #hold(epoch: number, forMs: number): Promise<boolean> {
    const { rows } = await sql`
      update watch set held_until = ${postgresEngine.nowMs} + ${sql.lit(forMs)}
      where id = 1 and epoch = ${epoch} returning 1`.execute(this.#db);
    return rows.length > 0;
  }
}
