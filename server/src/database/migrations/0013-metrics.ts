// The catalogue of metrics, machine types, and what single machines have otherwise. Each sensor type becomes an empty machine type.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function metrics(connection: Connection, engine: SqlEngine): Promise<void> {
  const { schema } = connection;
  await schema
    .createTable('metrics')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('unit', 'text')
    .addColumn('unit_code', 'text')
    .addColumn('display_unit', 'text')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('decimals', 'integer', (column) => column.notNull())
    .addColumn('min_value', 'double precision')
    .addColumn('max_value', 'double precision')
    .addColumn('low_low', 'double precision')
    .addColumn('low', 'double precision')
    .addColumn('high', 'double precision')
    .addColumn('high_high', 'double precision')
    .addColumn('group_name', 'text')
    .addColumn('description', 'text')
    .addColumn('sort_order', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('merged_into', 'text')
    .addColumn('is_free_text', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('discovered_at', 'bigint')
    .addColumn('discovered_field', 'text')
    .addColumn('discovered_by', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_by', 'text')
    .addCheckConstraint('metrics_kind', sql`kind in ('gauge', 'counter', 'boolean', 'state')`)
    .addCheckConstraint('metrics_status', sql`status in ('active', 'discovered', 'pending', 'retired')`)
    .addCheckConstraint('metrics_is_free_text', sql`is_free_text in (0, 1)`)
    .execute();
  await schema
    .createTable('metric_aliases')
    .addColumn('alias', 'text', (column) => column.primaryKey())
    .addColumn('metric', 'text', (column) => column.notNull().references('metrics.name').onDelete('cascade'))
    .execute();
  await schema.createIndex('metric_aliases_metric').on('metric_aliases').column('metric').execute();

  // No foreign key: stored values keep their meaning if the metric is deleted and comes back.
  await schema
    .createTable('metric_states')
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('code', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('metric_states_code', ['metric', 'code'])
    .addUniqueConstraint('metric_states_name', ['metric', 'name'])
    .addCheckConstraint('metric_states_code_range', sql`code between 0 and 255`)
    .execute();
  await engine.makeAppendOnly(connection, 'metric_states');

  // `definition` is JSON. The limits of a type are in `alert_limits`.
  await schema
    .createTable('machine_types')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_by', 'text')
    .execute();
  await schema
    .createTable('machine_overrides')
    .addColumn('machine_id', 'text', (column) => column.primaryKey())
    .addColumn('definition', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('machine_metrics')
    .addColumn('machine_id', 'text', (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('machine_metrics_pair', ['machine_id', 'metric'])
    .execute();

  // One row. A node whose copy of the catalogue has the number need not read it again.
  await schema
    .createTable('catalogue_revision')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addCheckConstraint('catalogue_revision_one_row', sql`id = 1`)
    .execute();
  await sql`insert into catalogue_revision (id, revision) values (1, 0)`.execute(connection);

  // Times that follow from the rows, because both databases of an interrupted transfer are migrated and must be equal afterwards.
  await sql`
    insert into machine_types (name, definition, created_at, updated_at)
    select name, '{}', min(at), min(at) from (
      select sensor_type as name, created_at as at from machine_metadata
      union all
      select owner as name, 0 as at from alert_limits where owner_kind = 'sensor_type'
    ) as known group by name`.execute(connection);
}
