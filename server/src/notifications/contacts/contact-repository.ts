// People, their contact points and what they prefer, in SQL. Addresses are sealed before they get here.

import type { Role } from '@gonsters/contract';
import type { Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';

export type ContactRow = Schema['contact_points'];

/** Somebody who can be told. */
export interface Person {
  readonly id: string;
  /** The user name. */
  readonly name: string;
  readonly role: Role;
  readonly factoryId: string | null;
}

export interface StoredContacts {
  /** Active users. */
  people: Person[];
  /** The oldest first, without those that were removed. */
  points: ContactRow[];
  /** JSON by user. */
  preferences: Map<string, string>;
}

export class ContactRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<StoredContacts> {
    const { db } = this.#database;
    const [users, points, preferences] = await Promise.all([
      db
        .selectFrom('users')
        .select(['id', 'username', 'role', 'factory_id'])
        .where('is_active', '=', 1)
        .orderBy('username_key')
        .execute(),
      db
        .selectFrom('contact_points')
        .selectAll()
        .where('removed_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
      db.selectFrom('contact_preferences').select(['user_id', 'preferences']).execute(),
    ]);
    return {
      people: users.map(({ id, username, role, factory_id }) => ({ id, name: username, role, factoryId: factory_id })),
      points,
      preferences: new Map(preferences.map((row) => [row.user_id, row.preferences])),
    };
  }

  async add(row: ContactRow): Promise<void> {
    await this.#database.db.insertInto('contact_points').values(row).execute();
  }

  /** Rejects with `not_found`. */
  async update(id: string, change: Partial<Omit<ContactRow, 'id'>>): Promise<void> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('contact_points')
      .set(change)
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new AppError('not_found', `No contact point has the id ${id}`);
  }

  /**
   * Counts an attempt to enter a code, before it is compared.
   *
   * @returns the contact point, null where no code can be entered: there is none, or it was tried too often, or it has expired
   */
  async countTry(id: string, mostTries: number, nowMs: number): Promise<ContactRow | null> {
    const row = await this.#database.db
      .updateTable('contact_points')
      .set(({ eb }) => ({ code_tries: eb('code_tries', '+', 1) }))
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .where('code_hash', 'is not', null)
      .where('code_until', '>', nowMs)
      .where('code_tries', '<', mostTries)
      .returningAll()
      .executeTakeFirst();
    return row ?? null;
  }

  /** @returns the contact point that waited for the link with this code; null where none does, or it has expired */
  async openLink(
    channel: string,
    codeHash: string,
    change: Pick<ContactRow, 'sealed' | 'display' | 'verified_at'>,
    nowMs: number,
  ): Promise<ContactRow | null> {
    const row = await this.#database.db
      .updateTable('contact_points')
      .set({ ...change, code_hash: null, code_until: null })
      .where('channel', '=', channel)
      .where('code_hash', '=', codeHash)
      .where('sealed', '=', '')
      .where('verified_at', 'is', null)
      .where('removed_at', 'is', null)
      .where('code_until', '>', nowMs)
      .returningAll()
      .executeTakeFirst();
    return row ?? null;
  }

  /** The address is forgotten; what was sent to it stays on record. Rejects with `not_found`. */
  async remove(id: string, nowMs: number): Promise<void> {
    await this.update(id, { sealed: '', code_hash: null, code_until: null, removed_at: nowMs });
  }

  /** Everything of a person who has left. */
  async removeAllOf(userId: string, nowMs: number): Promise<void> {
    const { db } = this.#database;
    await db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('contact_points')
        .set({ sealed: '', code_hash: null, code_until: null, removed_at: nowMs })
        .where('user_id', '=', userId)
        .where('removed_at', 'is', null)
        .execute();
      await transaction.deleteFrom('contact_preferences').where('user_id', '=', userId).execute();
    });
  }

  async setPreferences(userId: string, preferences: string, nowMs: number): Promise<void> {
    await this.#database.db
      .insertInto('contact_preferences')
      .values({ user_id: userId, preferences, updated_at: nowMs })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ preferences, updated_at: nowMs }))
      .execute();
  }

  /** What is shown of contact points, also of those that were removed. */
  async displays(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.db
      .selectFrom('contact_points')
      .select(['id', 'display'])
      .where('id', 'in', ids)
      .execute();
    return new Map(rows.map(({ id, display }) => [id, display]));
  }

  /** The newest message to a contact. */
  async lastMessage(channel: string, contact: string) {
    const row = await this.#database.db
      .selectFrom('notification_messages')
      .select(['state', 'response', 'created_at', 'sent_at'])
      .where('channel', '=', channel)
      .where('contact', '=', contact)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ?? null;
  }

  /**
   * Notes that a code is sent, unless too many were. One statement at a time, so that of two nodes none exceeds a limit.
   *
   * @returns when the next may be sent (UTC ms) where this one may not; null where it was noted
   */
  async noteCode(
    code: Schema['contact_codes'],
    limits: readonly { by: 'requested_by' | 'address_hash'; most: number; withinMs: number }[],
  ): Promise<number | null> {
    const { db, engine } = this.#database;
    return db.transaction().execute(async (transaction) => {
      await engine.lock(transaction, 'contact_codes');
      for (const { by, most, withinMs } of limits) {
        const rows = await transaction
          .selectFrom('contact_codes')
          .select('created_at')
          .where(by, '=', code[by])
          .where('created_at', '>', code.created_at - withinMs)
          .orderBy('created_at', 'desc')
          .limit(most)
          .execute();
        const oldest = rows[most - 1];
        if (oldest !== undefined) return oldest.created_at + withinMs;
      }
      const longestMs = Math.max(...limits.map(({ withinMs }) => withinMs));
      await transaction
        .deleteFrom('contact_codes')
        .where('created_at', '<', code.created_at - longestMs)
        .execute();
      await transaction.insertInto('contact_codes').values(code).execute();
      return null;
    });
  }

  /** Of people who are gone: a deletion that was interrupted. */
  async removeOrphans(nowMs: number): Promise<void> {
    const { db } = this.#database;
    const known = db.selectFrom('users').select('id').where('is_active', '=', 1);
    await db
      .updateTable('contact_points')
      .set({ sealed: '', code_hash: null, code_until: null, removed_at: nowMs })
      .where('removed_at', 'is', null)
      .where('user_id', 'not in', known)
      .execute();
    await db.deleteFrom('contact_preferences').where('user_id', 'not in', known).execute();
  }
}
