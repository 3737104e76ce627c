// The records of the clock guards in SQL: one row for the plant, and one for each node whose retention is on hold.

import { hostname } from 'node:os';
import type { Database } from '../database/database.ts';
import type { ClockHold, ClockRecords, NodeHold } from './clock-records.ts';

const HOST_CHARACTERS = 100;
/** A node with a hold records it every few seconds. An older record belongs to a node that no longer runs. */
const SEEN_WITHIN_MS = 2 * 60_000;

export class SqlClockRecords implements ClockRecords {
  readonly #database: Database;
  readonly node: ClockRecords['node'];

  constructor(database: Database, nodeId: string) {
    this.#database = database;
    this.node = { nodeId, host: hostname().slice(0, HOST_CHARACTERS) };
  }

  async load(): ReturnType<ClockRecords['load']> {
    const { db } = this.#database;
    const plant = await db.selectFrom('clock_guard').select('newest_arrival').where('id', '=', 1).executeTakeFirst();
    const hold = await db
      .selectFrom('clock_holds')
      .select('held_ms')
      .where('node_id', '=', this.node.nodeId)
      .executeTakeFirst();
    return { newestArrivalMs: plant?.newest_arrival ?? null, heldMs: hold?.held_ms ?? null };
  }

  async saveArrival(arrivalMs: number, isCorrection: boolean): Promise<void> {
    const newest_arrival = Math.round(arrivalMs);
    await this.#database.db
      .updateTable('clock_guard')
      .set({ newest_arrival })
      .where('id', '=', 1)
      .$if(!isCorrection, (query) =>
        query.where(({ eb, or }) => or([eb('newest_arrival', 'is', null), eb('newest_arrival', '<', newest_arrival)])),
      )
      .execute();
  }

  async saveHold({ fault, byMs, heldMs, clockMs }: ClockHold): Promise<boolean> {
    const { db, engine } = this.#database;
    const values = {
      host: this.node.host,
      fault,
      by_ms: Math.round(byMs),
      held_ms: Math.round(heldMs),
      clock_at: Math.round(clockMs),
      seen_at: engine.now,
    };
    const row = await db
      .insertInto('clock_holds')
      .values({ node_id: this.node.nodeId, is_confirmed: 0, ...values })
      .onConflict((conflict) => conflict.column('node_id').doUpdateSet(values))
      .returning('is_confirmed')
      .executeTakeFirstOrThrow();
    return row.is_confirmed === 1;
  }

  async endHold(): Promise<void> {
    await this.#database.db.deleteFrom('clock_holds').where('node_id', '=', this.node.nodeId).execute();
  }

  async holdsOfOthers(): Promise<NodeHold[]> {
    const { db, engine } = this.#database;
    const rows = await db
      .selectFrom('clock_holds')
      .selectAll()
      .where('node_id', '!=', this.node.nodeId)
      .where('is_confirmed', '=', 0)
      .where('seen_at', '>', engine.ago(SEEN_WITHIN_MS))
      .orderBy('node_id')
      .execute();
    return rows.map((row) => ({
      nodeId: row.node_id,
      host: row.host,
      fault: row.fault,
      byMs: row.by_ms,
      heldMs: row.held_ms,
      clockMs: row.clock_at,
    }));
  }

  async confirmAll(): Promise<void> {
    await this.#database.db.updateTable('clock_holds').set({ is_confirmed: 1 }).execute();
  }
}
