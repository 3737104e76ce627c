// The credentials of the devices that publish over MQTT.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function gateways(connection: Connection, engine: SqlEngine): Promise<void> {
  await connection.schema
    .createTable('gateways')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('machine_ids', 'text', (column) => column.notNull())
    .addColumn('factory_id', 'text')
    .addColumn('is_active', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('updated_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('last_seen', 'bigint')
    .addCheckConstraint('gateways_is_active', sql`is_active in (0, 1)`)
    .execute();
  await engine.addUpdatedAtTrigger(connection, 'gateways', [
    'name',
    'username',
    'password_hash',
    'machine_ids',
    'factory_id',
    'is_active',
  ]);
}
