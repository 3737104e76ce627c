// From where users have signed in, whether Management has admitted them, and links that set a new password. Users that exist count
// as admitted.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function signInSources({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('known_sources')
    .addColumn('user_id', types.uuid, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('source_hash', 'text', (column) => column.notNull())
    .addColumn('used_at', types.time, (column) => column.notNull())
    .addPrimaryKeyConstraint('known_sources_pkey', ['user_id', 'source_hash'])
    .execute();
  await schema
    .alterTable('users')
    .addColumn('is_admitted', types.flag, (column) => column.notNull().defaultTo(sql`true`))
    .execute();
  await schema
    .createTable('password_links')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('user_id', types.uuid, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('expires_at', types.time, (column) => column.notNull())
    .execute();
  await schema.createIndex('password_links_user_id').on('password_links').column('user_id').execute();
}
