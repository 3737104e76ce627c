// The nodes that were born at an external broker, over restarts of the server and for the node that takes over from it.

import type { Database } from '../../database/database.ts';

const DAY_MS = 86_400_000;
/** A node that was born earlier was taken away. */
const KEPT_MS = 30 * DAY_MS;

export class NodeRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The newest `limit` paths; older ones are deleted. Rejects while the database cannot be reached. */
  async load(nowMs: number, limit: number): Promise<string[]> {
    const { db } = this.#database;
    await db
      .deleteFrom('sparkplug_nodes')
      .where('seen_at', '<', nowMs - KEPT_MS)
      .execute();
    const rows = await db
      .selectFrom('sparkplug_nodes')
      .select('path')
      .orderBy('seen_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ path }) => path);
  }

  /** The node was born at this time, UTC ms. */
  async save(path: string, nowMs: number): Promise<void> {
    const seen_at = Math.round(nowMs);
    await this.#database.db
      .insertInto('sparkplug_nodes')
      .values({ path, seen_at })
      .onConflict((conflict) => conflict.column('path').doUpdateSet({ seen_at }))
      .execute();
  }
}
