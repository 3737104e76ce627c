// Alerts, the state of their evaluation, and the outbox of notifications.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function alerts(connection: Connection): Promise<void> {
  const { schema } = connection;
  // No foreign key to machines: alerts stay when their machine is deleted.
  await schema
    .createTable('alerts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('seq', 'bigint', (column) => column.notNull().unique())
    .addColumn('machine_id', 'text')
    .addColumn('machine_ids', 'text', (column) => column.notNull())
    .addColumn('machine_name', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('limit_kind', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('threshold', 'double precision')
    .addColumn('value', 'double precision')
    .addColumn('peak_value', 'double precision')
    .addColumn('reading_count', 'bigint', (column) => column.notNull())
    .addColumn('raise_count', 'bigint', (column) => column.notNull())
    .addColumn('chattering', 'integer', (column) => column.notNull())
    .addColumn('raised_at', 'bigint', (column) => column.notNull())
    .addColumn('escalated_at', 'bigint')
    .addColumn('cleared_at', 'bigint')
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledge_note', 'text')
    .addColumn('shelved_until', 'bigint')
    .addColumn('shelved_by', 'text')
    .addColumn('shelve_reason', 'text')
    .addColumn('late', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addCheckConstraint('alerts_severity', sql`severity in ('critical', 'warning')`)
    .addCheckConstraint(
      'alerts_state',
      sql`state in ('active_unacked', 'active_acked', 'cleared_unacked', 'closed', 'suppressed')`,
    )
    .addCheckConstraint('alerts_limit_kind', sql`limit_kind in ('high_high', 'high', 'low', 'low_low', 'stale')`)
    .addCheckConstraint('alerts_chattering', sql`chattering in (0, 1)`)
    .addCheckConstraint('alerts_late', sql`late in (0, 1)`)
    .execute();
  await schema.createIndex('alerts_raised_at').on('alerts').columns(['raised_at', 'id']).execute();
  await schema.createIndex('alerts_machine_id').on('alerts').columns(['machine_id', 'raised_at', 'id']).execute();
  await schema.createIndex('alerts_severity').on('alerts').columns(['severity', 'raised_at', 'id']).execute();
  await schema.createIndex('alerts_metric').on('alerts').columns(['metric', 'raised_at', 'id']).execute();
  await schema
    .createIndex('alerts_shelved')
    .on('alerts')
    .columns(['raised_at', 'id'])
    .where(sql<boolean>`shelved_until is not null`)
    .execute();
  await schema
    .createIndex('alerts_open')
    .on('alerts')
    .columns(['raised_at', 'id'])
    .where(sql<boolean>`state != 'closed'`)
    .execute();

  await schema
    .createTable('alert_evaluations')
    .addColumn('machine_id', 'text', (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_evaluations_of', ['machine_id', 'metric'])
    .execute();

  await schema
    .createTable('notifications')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('alert_id', 'text', (column) => column.notNull().references('alerts.id').onDelete('cascade'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().defaultTo('pending'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addCheckConstraint('notifications_state', sql`state in ('pending', 'delivered', 'failed')`)
    .execute();
  await schema.createIndex('notifications_alert_id').on('notifications').column('alert_id').execute();
  await schema
    .createIndex('notifications_pending')
    .on('notifications')
    .column('created_at')
    .where(sql<boolean>`state = 'pending'`)
    .execute();
}
