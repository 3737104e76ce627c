// Which nodes the plant has: each says in the database every few seconds that it runs, and is on the list until it is taken off.

import { hostname } from 'node:os';
import type { Database } from '../database/database.ts';
import { withTimeout } from '../with-timeout.ts';

export interface RegisteredNode {
  readonly id: string;
  /** Name of the computer that it ran on last. */
  readonly host: string;
  /** Its sessions at the broker begin with this; null where it takes nothing from one. */
  readonly clientId: string | null;
  /** False after a stop in order. */
  readonly isRunning: boolean;
  /** False while it runs, but takes nothing from the broker that holds its sessions. */
  readonly isSubscribed: boolean;
  /** When it was heard last, by the database's clock. */
  readonly seenAtMs: number;
  readonly silentForMs: number;
}

interface OwnNode {
  readonly id: string;
  readonly host: string;
  readonly client_id: string | null;
}

/** How often each node says that it runs. */
export const HEARTBEAT_MS = 1_000;
const GOODBYE_MS = 500;

export class NodeRegistry {
  readonly #database: Database;
  #own: OwnNode | null = null;
  #isSubscribed: () => boolean = () => true;
  #timer: NodeJS.Timeout | null = null;
  #isSaying = false;
  /** The database answered the last time. */
  #isHeard = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Puts this node on the list. `isSubscribed`: whether it takes what the broker holds for it, at that moment. */
  async start(id: string, clientId: string | null, isSubscribed: () => boolean): Promise<void> {
    this.#own = { id, host: hostname(), client_id: clientId };
    this.#isSubscribed = isSubscribed;
    await this.#say(true);
    this.#timer = setInterval(() => {
      // A database that is away hears it when it is back.
      if (!this.#isSaying) this.#say(true).catch(() => {});
    }, HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** A database that does not answer is not waited for: the others find this node silent instead. Safe twice. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    if (!this.#isHeard) return;
    await withTimeout(
      this.#say(false).catch(() => {}),
      GOODBYE_MS,
    );
  }

  /** By the time they were heard last, the newest first. */
  async all(): Promise<RegisteredNode[]> {
    const { db, engine } = this.#database;
    const rows = await db
      .selectFrom('nodes')
      .selectAll()
      .select(engine.nowMs.as('now'))
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
      silentForMs: Math.max(0, Number(row.now) - row.seen_at),
    }));
  }

  async remove(id: string): Promise<void> {
    await this.#database.db.deleteFrom('nodes').where('id', '=', id).execute();
  }

  async #say(isRunning: boolean): Promise<void> {
    const { db, engine } = this.#database;
    const now = {
      ...(this.#own as OwnNode),
      is_running: isRunning ? 1 : 0,
      is_subscribed: this.#isSubscribed() ? 1 : 0,
      seen_at: engine.nowMs,
    };
    this.#isHeard = false;
    this.#isSaying = true;
    try {
      await db
        .insertInto('nodes')
        .values(now)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(now))
        .execute();
      this.#isHeard = true;
    } finally {
      this.#isSaying = false;
    }
  }
}
