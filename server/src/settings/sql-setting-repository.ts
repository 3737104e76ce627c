// The plant-wide settings in SQL.

import type { Database } from '../database/database.ts';
import type { SettingRecord, SettingRepository } from './setting-repository.ts';

export class SqlSettingRepository implements SettingRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<SettingRecord[]> {
    const rows = await this.#database.db.selectFrom('system_config').selectAll().orderBy('name').execute();
    return rows.map((row) => ({
      name: row.name,
      value: row.value,
      updatedAtMs: row.updated_at,
      updatedBy: row.updated_by,
    }));
  }

  async save(
    values: readonly { name: string; value: string }[],
    updatedBy: string | null,
    nowMs: number,
  ): Promise<void> {
    if (values.length === 0) return;
    await this.#database.db
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
  }
}
