// Names by which devices know a machine, and the factory to which a machine belongs.

import type { Connection } from '../database.ts';

export async function machineAliases(connection: Connection): Promise<void> {
  const { schema } = connection;
  await schema.alterTable('machine_metadata').addColumn('factory_id', 'text').execute();
  await schema
    .createTable('machine_aliases')
    .addColumn('alias_key', 'text', (column) => column.primaryKey())
    .addColumn('alias', 'text', (column) => column.notNull())
    .addColumn('machine_id', 'text', (column) => column.notNull().references('machine_metadata.id').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .execute();
  await schema.createIndex('machine_aliases_machine').on('machine_aliases').column('machine_id').execute();
}
