// Suggestions that people have applied, with what was in force before, so that they can be undone.

import type { Connection, SqlEngine } from '../database.ts';

export async function improvements({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('improvements')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('machine_id', types.uuid, (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('limit_kind', 'text', (column) => column.notNull())
    .addColumn('changes', 'text', (column) => column.notNull())
    .addColumn('former', 'text', (column) => column.notNull())
    .addColumn('applied_at', types.time, (column) => column.notNull())
    .addColumn('applied_by', 'text', (column) => column.notNull())
    .addColumn('undone_at', types.time)
    .addColumn('undone_by', 'text')
    .execute();
  await schema
    .createIndex('improvements_of')
    .on('improvements')
    .columns(['machine_id', 'metric', 'applied_at'])
    .execute();
}
