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

export class LeaderLease {
  readonly #db: Kysely<Schema>;
  /** What the database's clock said last, and when that answer was here. */
  #clock: { databaseMs: number; atMs: number } | null = null;

  constructor(address: PostgresAddress) {
    // A lost connection is noticed by the next query, and replaced.
    const pool = openPool(address, () => {}, LIMITS);
    this.#db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  }

  /**
   * This moment by the database's clock, as far as its last answer tells: never ahead of it. A server that was frozen executes
   * afterwards what was asked of it before, so that its own clock does not say when that was. null before the first answer.
   */
  get databaseNowMs(): number | null {
    return this.#clock && Math.floor(this.#clock.databaseMs + performance.now() - this.#clock.atMs);
  }

  /** Who has it now. Rejects with `store_unavailable`. */
  async look(): Promise<{ isFree: boolean; keptUntilMs: number }> {
    const { rows } = await sql<{ free: boolean; kept_until: number; now: number }>`
      select held_until <= ${now} as free, kept_until, ${now} as now from watch where id = 1`.execute(this.#db);
    const row = rows[0] as (typeof rows)[number];
    this.#setClock(row.now);
    return { isFree: row.free, keptUntilMs: row.kept_until };
  }

  /**
   * Takes the lease where it is free, once every write of who had it before is done. null: somebody was quicker. A request that
   * is executed when nobody waits for its answer any more takes nothing.
   */
  async take(nodeId: string): Promise<{ epoch: number; keptUntilMs: number | null } | null> {
    const untilMs = this.databaseNowMs === null ? null : this.databaseNowMs + LEASE_MS;
    const { rows } = await sql<{ epoch: number; kept_until: number; now: number }>`
      with before as (select held_until from watch where id = 1 for update)
      update watch set epoch = epoch + 1, node_id = ${nodeId}, held_until = ${now} + ${sql.lit(LEASE_MS)}
      from before where id = 1 and before.held_until <= ${now} and ${now} <= coalesce(${untilMs}::bigint, ${now})
      returning epoch, kept_until, ${now} as now`.execute(this.#db);
    const [row] = rows;
    if (row === undefined) return null;
    this.#setClock(row.now);
    return { epoch: row.epoch, keptUntilMs: row.kept_until === 0 ? null : row.kept_until };
  }

  /**
   * Only while it is held: one that is over is not brought back, whoever took it since. `evaluatedUntilMs`: everything stored by
   * then, by the database's clock, has been evaluated; null where it is not known, and what is known already stays.
   *
   * @returns false where the lease is no longer held
   */
  async renew(epoch: number, evaluatedUntilMs: number | null): Promise<boolean> {
    const { rows } = await sql<{ now: number }>`
      update watch set
        held_until = ${now} + ${sql.lit(LEASE_MS)},
        kept_until = case when ${evaluatedUntilMs}::bigint is null then kept_until
          else least(${evaluatedUntilMs}::bigint, ${now}) end
      where id = 1 and epoch = ${epoch} and held_until > ${now} returning ${now} as now`.execute(this.#db);
    const [row] = rows;
    if (row !== undefined) this.#setClock(row.now);
    return row !== undefined;
  }

  /** Frees it at once. */
  async release(epoch: number): Promise<void> {
    await sql`update watch set held_until = least(held_until, ${now}) where id = 1 and epoch = ${epoch}`.execute(
      this.#db,
    );
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  #setClock(databaseMs: number): void {
    this.#clock = { databaseMs, atMs: performance.now() };
  }
}
