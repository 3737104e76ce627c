// The leader's lease in PostgreSQL: one row with the holder, the epoch and the expiry time, by the database's clock.

import { Kysely, PostgresDialect, sql } from 'kysely';
import { postgresEngine } from '../database/postgres-engine.ts';
import { openPool } from '../database/postgres-pool.ts';
import type { Schema } from '../database/schema.ts';
import type { PostgresAddress } from '../server-addresses.ts';

/** The lease expires when it has not been renewed for this long. */
export const LEASE_MS = 2500;

/** The lease has a connection of its own, so that it waits for no other query. A late answer counts as no answer. */
const LIMITS = { connections: 1, connectWithinMs: 1000, statementWithinMs: 1000 };

const { now, ago, time } = postgresEngine;
const leaseEnd = ago(-LEASE_MS);

export class LeaderLease {
  readonly #db: Kysely<Schema>;
  /** The last time that the database's clock reported, and when that answer arrived. */
  #clock: { databaseMs: number; receivedMs: number } | null = null;

  constructor(address: PostgresAddress) {
    // The next query after a lost connection fails and opens a new one.
    const pool = openPool(address, () => {}, LIMITS);
    this.#db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  }

  /**
   * The current time by the database's clock, estimated from its last answer and never ahead of it. Requests state this time
   * themselves, because a server that was frozen executes them late, and its own clock cannot tell when they were made. null
   * before the first answer.
   */
  get databaseNowMs(): number | null {
    return this.#clock && Math.floor(this.#clock.databaseMs + performance.now() - this.#clock.receivedMs);
  }

  /** Whether the lease is free, and the current watermark. Rejects with `store_unavailable`. */
  async read(): Promise<{ isFree: boolean; watermarkMs: number }> {
    const { rows } = await sql<{ free: 0 | 1; kept_until: number; now: number }>`
      select held_until <= ${now} as free, kept_until, ${now} as now from watch where id = 1`.execute(this.#db);
    const row = rows[0] as (typeof rows)[number];
    this.#setClock(row.now);
    return { isFree: row.free === 1, watermarkMs: row.kept_until };
  }

  /**
   * Acquires the lease where it is free, after every write of the previous holder has finished. A request that the database
   * executes after its timeout acquires nothing.
   *
   * @returns null where another node was faster
   */
  async acquire(nodeId: string): Promise<{ epoch: number; watermarkMs: number | null } | null> {
    const stated = this.databaseNowMs;
    const isInTime = stated === null ? sql`true` : sql`${now} <= ${time(stated + LEASE_MS)}`;
    const { rows } = await sql<{ epoch: number; kept_until: number; now: number }>`
      with before as (select held_until from watch where id = 1 for update)
      update watch set epoch = epoch + 1, node_id = ${nodeId}, held_until = ${leaseEnd}
      from before where id = 1 and before.held_until <= ${now} and ${isInTime}
      returning epoch, kept_until, ${now} as now`.execute(this.#db);
    const [row] = rows;
    if (row === undefined) return null;
    this.#setClock(row.now);
    return { epoch: row.epoch, watermarkMs: row.kept_until === 0 ? null : row.kept_until };
  }

  /**
   * Renews the lease while it is still held; an expired lease is not revived, even if no other node has acquired it.
   * `watermarkMs`: everything stored before this time, by the database's clock, has been evaluated. null leaves the stored
   * watermark as it is.
   *
   * @returns false where the lease is no longer held
   */
  async renew(epoch: number, watermarkMs: number | null): Promise<boolean> {
    const { rows } = await sql<{ now: number }>`
      update watch set
        held_until = ${leaseEnd},
        kept_until = ${watermarkMs === null ? sql.ref('kept_until') : sql`least(${time(watermarkMs)}, ${now})`}
      where id = 1 and epoch = ${epoch} and held_until > ${now} returning ${now} as now`.execute(this.#db);
    const [row] = rows;
    if (row !== undefined) this.#setClock(row.now);
    return row !== undefined;
  }

  /** Ends the lease at once, so that another node can acquire it. */
  async release(epoch: number): Promise<void> {
    await sql`update watch set held_until = least(held_until, ${now}) where id = 1 and epoch = ${epoch}`.execute(
      this.#db,
    );
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  #setClock(databaseMs: number): void {
    this.#clock = { databaseMs, receivedMs: performance.now() };
  }
}
