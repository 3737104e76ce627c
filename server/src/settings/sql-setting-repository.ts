// The plant-wide settings in SQL.

import { randomUUID } from 'node:crypto';
import type { Connection, Database } from '../database/database.ts';
import type { SettingRecord, SettingRepository } from './setting-repository.ts';

export class SqlSettingRepository implements SettingRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Promise<SettingRecord[]> {
    return readAll(this.#database.db);
  }

  async change(
    decide: (stored: readonly SettingRecord[]) => readonly { name: string; value: string }[],
    updatedBy: string | null,
    nowMs: number,
  ): Promise<void> {
    await this.#inTurn(async (transaction) => {
      const values = decide(await readAll(transaction));
      if (values.length === 0) return;
      const stored = await transaction
        .insertInto('system_config')
        .values(
          values.map(({ name, value }) => ({
            id: randomUUID(),
            setting_name: name,
            setting_value: value,
            description: null,
            updated_at: nowMs,
          })),
        )
        .onConflict((conflict) =>
          conflict.column('setting_name').doUpdateSet(({ ref }) => ({
            setting_value: ref('excluded.setting_value'),
            updated_at: ref('excluded.updated_at'),
          })),
        )
        .returning('id')
        .execute();
      await setAuthor(
        transaction,
        stored.map((each) => each.id),
        updatedBy,
      );
    });
  }

  async describe(descriptions: ReadonlyMap<string, string>): Promise<void> {
    await this.#inTurn(async (transaction) => {
      const stored = await transaction
        .selectFrom('system_config')
        .select(['id', 'setting_name', 'description'])
        .execute();
      for (const row of stored) {
        const description = descriptions.get(row.setting_name);
        if (description === undefined || description === row.description) continue;
        await transaction.updateTable('system_config').set({ description }).where('id', '=', row.id).execute();
      }
    });
  }

  async #inTurn(work: (transaction: Connection) => Promise<void>): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'settings');
      await work(transaction);
    });
  }
}

async function setAuthor(transaction: Connection, ids: readonly string[], username: string | null): Promise<void> {
  await transaction.deleteFrom('setting_authors').where('setting_id', 'in', ids).execute();
  if (username === null) return;
  await transaction
    .insertInto('setting_authors')
    .values(ids.map((setting_id) => ({ setting_id, username })))
    .execute();
}

async function readAll(connection: Connection): Promise<SettingRecord[]> {
  const rows = await connection
    .selectFrom('system_config')
    .leftJoin('setting_authors', 'setting_authors.setting_id', 'system_config.id')
    .select(['setting_name', 'setting_value', 'updated_at', 'username'])
    .orderBy('setting_name')
    .execute();
  return rows.map((row) => ({
    name: row.setting_name,
    value: row.setting_value,
    updatedAtMs: row.updated_at,
    updatedBy: row.username,
  }));
}
