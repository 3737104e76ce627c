// The plant-wide settings in SQL.

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
    await this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'settings');
      const values = decide(await readAll(transaction));
      if (values.length === 0) return;
      await transaction
        .insertInto('system_config')
        .values(values.map(({ name, value }) => ({ name, value, updated_at: nowMs, updated_by: updatedBy })))
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet(({ ref }) => ({
            value: ref('excluded.value'),
            updated_at: ref('excluded.updated_at'),
            updated_by: ref('excluded.updated_by'),
          })),
        )
        .execute();
    });
  }
}

async function readAll(connection: Connection): Promise<SettingRecord[]> {
  const rows = await connection.selectFrom('system_config').selectAll().orderBy('name').execute();
  return rows.map((row) => ({
    name: row.name,
    value: row.value,
    updatedAtMs: row.updated_at,
    updatedBy: row.updated_by,
  }));
}
