// Conditions that people set, what alerts say of them, and the end of a status of a machine.

import type { Connection, SqlEngine } from '../database.ts';

export async function conditions({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('conditions')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('severity', 'text')
    .addColumn('is_active', types.flag, (column) => column.notNull())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .addUniqueConstraint('conditions_of', ['kind', 'level', 'owner', 'metric'])
    .execute();

  // SQLite adds one column at a time.
  for (const column of ['condition', 'cause', 'consequence', 'response'] as const)
    await schema.alterTable('alerts').addColumn(column, 'text').execute();
  await schema.alterTable('alerts').addColumn('condition_id', types.uuid).execute();
  await schema.alterTable('alerts').addColumn('time_to_respond', 'double precision').execute();

  await schema.alterTable('machine_metadata').addColumn('status_until', types.time).execute();
  await schema.alterTable('machine_metadata').addColumn('status_before', 'text').execute();
}
