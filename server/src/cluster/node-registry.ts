// The nodes of the plant, in the database. Each writes a heartbeat every second, and stays registered until it is removed.

import { hostname } from 'node:os';
import type { Database } from '../database/database.ts';
import { withTimeout } from '../with-timeout.ts';

export interface RegisteredNode {
  readonly id: string;
  /** Name of the computer on which it ran last. */
  readonly host: string;
  /** The names of its sessions at the MQTT broker begin with this; null where it uses no external broker. */
  readonly clientId: string | null;
  /** False after a clean stop. A node that was killed still counts as running here. */
  readonly isRunning: boolean;
  /** False while the node has no subscription at the MQTT broker, although it may run. */
  readonly isSubscribed: boolean;
  /** Time of its last heartbeat, by the database's clock. */
  readonly seenAtMs: number;
  readonly silentForMs: number;
}

interface OwnNode {
  readonly id: string;
  readonly host: string;
  readonly client_id: string | null;
}

/** Interval of the heartbeats. */
export const HEARTBEAT_MS = 1_000;
const STOP_WITHIN_MS = 500;

export class NodeRegistry {
  readonly #database: Database;
  #own: OwnNode | null = null;
  #isSubscribed: () => boolean = () => true;
  #timer: NodeJS.Timeout | null = null;
  #isWriting = false;
  /** The last heartbeat was stored. */
  #isStored = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Registers this node. `isSubscribed` is asked at each heartbeat whether the node is subscribed at the MQTT broker. */
  async start(id: string, clientId: string | null, isSubscribed: () => boolean): Promise<void> {
    this.#own = { id, host: hostname(), client_id: clientId };
    this.#isSubscribed = isSubscribed;
    await this.#write(true);
    this.#timer = setInterval(() => {
      // After an outage of the database the next heartbeat is stored.
      if (!this.#isWriting) this.#write(true).catch(() => {});
    }, HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** Marks this node as stopped. Does not wait for a database that does not answer: the node then counts as missing. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    if (!this.#isStored) return;
    await withTimeout(
      this.#write(false).catch(() => {}),
      STOP_WITHIN_MS,
    );
  }

  /** All registered nodes, the one with the newest heartbeat first. Rejects with `store_unavailable`. */
  async all(): Promise<RegisteredNode[]> {
    const { db, engine } = this.#database;
    const rows = await db
      .selectFrom('nodes')
      .selectAll()
      .select(engine.now.as('now'))
      .orderBy('seen_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      host: row.host,
      clientId: row.client_id,
      isRunning: row.is_running === 1,
      isSubscribed: row.is_subscribed === 1,
      seenAtMs: row.seen_at,
      silentForMs: Math.max(0, row.now - row.seen_at),
    }));
  }

  async remove(id: string): Promise<void> {
    await this.#database.db.deleteFrom('nodes').where('id', '=', id).execute();
  }

  async #write(isRunning: boolean): Promise<void> {
    const { db, engine } = this.#database;
    const row = {
      ...(this.#own as OwnNode),
      is_running: isRunning ? 1 : 0,
      is_subscribed: this.#isSubscribed() ? 1 : 0,
      seen_at: engine.now,
    };
    this.#isStored = false;
    this.#isWriting = true;
    try {
      await db
        .insertInto('nodes')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
      this.#isStored = true;
    } finally {
      this.#isWriting = false;
    }
  }
}
