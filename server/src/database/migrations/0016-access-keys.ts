// The secrets that programs and devices send with every HTTP request.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function accessKeys(connection: Connection, { types }: SqlEngine): Promise<void> {
  await connection.schema
    .createTable('access_keys')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('user_id', types.uuid, (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('gateway_id', types.uuid, (column) => column.unique().references('gateways.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('public_part', 'text', (column) => column.notNull().unique())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('former_hash', 'text')
    .addColumn('former_until', types.time)
    .addColumn('permissions', 'text', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('rotated_at', types.time)
    .addColumn('expires_at', types.time)
    .addColumn('last_used', types.time)
    .addCheckConstraint('access_keys_owner', sql`(user_id is null) <> (gateway_id is null)`)
    .execute();
  await connection.schema.createIndex('access_keys_user').on('access_keys').column('user_id').execute();
}
