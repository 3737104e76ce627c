// Names by which devices know a machine, and the factory to which a machine belongs; machines that were deleted without their
// readings, and readings that are handed over to another machine.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function machineAliases(connection: Connection, engine: SqlEngine): Promise<void> {
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

  await schema
    .createTable('deleted_machines')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('sensor_type', 'text', (column) => column.notNull())
    .addColumn('factory_id', 'text')
    .addColumn('aliases', 'text', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .execute();
  await schema
    .createTable('machine_handovers')
    .addColumn('machine_id', 'text', (column) => column.primaryKey())
    .addColumn('successor_id', 'text', (column) =>
      column.notNull().references('machine_metadata.id').onDelete('cascade'),
    )
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('total_readings', 'bigint', (column) => column.notNull())
    .addColumn('copied_readings', 'bigint', (column) => column.notNull())
    .addColumn('copied_until', 'bigint', (column) => column.notNull())
    .addColumn('overlapping_values', 'bigint', (column) => column.notNull())
    .addColumn('kept', 'text')
    .addColumn('fault', 'text')
    .addColumn('started_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('updated_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('finished_at', 'bigint')
    .addCheckConstraint('machine_handovers_state', sql`state in ('running', 'completed', 'failed')`)
    .execute();
}
