// Machines, and the alert limits of machines and sensor types.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function machines(connection: Connection, engine: SqlEngine): Promise<void> {
  const { schema } = connection;
  await schema
    .createTable('machine_metadata')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('sensor_type', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('updated_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addCheckConstraint('machine_metadata_status', sql`status in ('active', 'inactive', 'maintenance', 'error')`)
    .execute();
  await engine.addUpdatedAtTrigger(connection, 'machine_metadata', ['name', 'location', 'sensor_type', 'status']);

  await schema
    .createTable('alert_limits')
    .addColumn('owner_kind', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('low_low', 'double precision')
    .addColumn('low', 'double precision')
    .addColumn('high', 'double precision')
    .addColumn('high_high', 'double precision')
    .addPrimaryKeyConstraint('alert_limits_owner', ['owner_kind', 'owner', 'metric'])
    .addCheckConstraint('alert_limits_owner_kind', sql`owner_kind in ('machine', 'sensor_type')`)
    .execute();
}
