// The table of settings gets an id, a description and names that say what they hold, and PostgreSQL gets its own types for ids,
// times and flags.

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';
import { convertToPostgresTypes } from './0014-postgres-types.ts';

export async function ownTypes(connection: Connection, engine: SqlEngine): Promise<void> {
  await connection.schema.alterTable('clock_holds').renameColumn('clock_ms', 'clock_at').execute();
  const settings = await sql<OldSetting>`select * from system_config order by name`.execute(connection);
  await connection.schema.dropTable('system_config').execute();
  if (engine.name === 'postgres') await convertToPostgresTypes(connection, engine);
  await createSettings(connection, engine, settings.rows);
}

interface OldSetting {
  name: string;
  value: string;
  updated_at: number;
  updated_by: string | null;
}

async function createSettings(connection: Connection, engine: SqlEngine, old: readonly OldSetting[]): Promise<void> {
  const { types } = engine;
  await connection.schema
    .createTable('system_config')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('setting_name', 'text', (column) => column.notNull().unique())
    .addColumn('setting_value', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('updated_at', types.time, (column) => column.notNull().defaultTo(engine.now))
    .execute();
  await connection.schema
    .createTable('setting_authors')
    .addColumn('setting_id', types.uuid, (column) =>
      column.primaryKey().references('system_config.id').onDelete('cascade'),
    )
    .addColumn('username', 'text', (column) => column.notNull())
    .execute();
  for (const { name, value, updated_at, updated_by } of old) {
    const id = settingId(name);
    await connection
      .insertInto('system_config')
      .values({ id, setting_name: name, setting_value: value, description: null, updated_at: engine.time(updated_at) })
      .execute();
    if (updated_by === null) continue;
    await connection.insertInto('setting_authors').values({ setting_id: id, username: updated_by }).execute();
  }
  await engine.addUpdatedAtTrigger(connection, 'system_config', ['setting_value']);
}

/**
 * A UUID of version 8 that is made of the name. Both databases of an interrupted transfer are migrated and must have the same rows
 * afterwards.
 */
function settingId(name: string): string {
  const hex = createHash('sha256').update(`system_config ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
