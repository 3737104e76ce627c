// The channels that people set up, in SQL. What is secret is sealed before it gets here.

import type { Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';

export type ChannelRow = Schema['notification_channels'];

export class ChannelRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Promise<ChannelRow[]> {
    return this.#database.db
      .selectFrom('notification_channels')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
  }

  /** Rejects with `name_taken`. */
  async create(row: ChannelRow): Promise<void> {
    await this.#unlessTaken(this.#database.db.insertInto('notification_channels').values(row).execute());
  }

  /** Rejects with `name_taken`, and with `not_found`. */
  async update(id: string, change: Partial<Omit<ChannelRow, 'id'>>): Promise<void> {
    const { numUpdatedRows } = await this.#unlessTaken(
      this.#database.db.updateTable('notification_channels').set(change).where('id', '=', id).executeTakeFirstOrThrow(),
    );
    if (numUpdatedRows === 0n) throw new AppError('not_found', `No channel has the id ${id}`);
  }

  /** Rejects with `not_found`. */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('notification_channels')
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new AppError('not_found', `No channel has the id ${id}`);
  }

  async #unlessTaken<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (!this.#database.engine.isUniqueViolation(error, 'notification_channels', 'name_key')) throw error;
      throw new AppError('name_taken', undefined, { cause: error });
    }
  }
}
