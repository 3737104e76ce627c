// Where and when a person is told, and the codes that were sent to prove an address.

import type { Connection, SqlEngine } from '../database.ts';

export async function contactPoints({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('contact_points')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('user_id', types.uuid, (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('display', 'text', (column) => column.notNull())
    .addColumn('label', 'text')
    .addColumn('verified_at', types.time)
    .addColumn('code_hash', 'text')
    .addColumn('code_until', types.time)
    .addColumn('code_tries', 'bigint', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('removed_at', types.time)
    .execute();
  await schema.createIndex('contact_points_user').on('contact_points').column('user_id').execute();

  await schema
    .createTable('contact_preferences')
    .addColumn('user_id', types.uuid, (column) => column.primaryKey())
    .addColumn('preferences', 'text', (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .execute();

  await schema
    .createTable('contact_codes')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('requested_by', types.uuid, (column) => column.notNull())
    .addColumn('address_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .execute();
  await schema.createIndex('contact_codes_created').on('contact_codes').column('created_at').execute();
}
