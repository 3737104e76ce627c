// The raises of each alert with their figures, and the columns of the alert that summarise them.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function alertRaises(connection: Connection): Promise<void> {
  const { schema } = connection;
  // SQLite adds only one column in a statement.
  await schema
    .alterTable('alerts')
    .addColumn('first_raised_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('alerts')
    .addColumn('end_not_seen', 'integer', (column) => column.notNull().defaultTo(0).check(sql`end_not_seen in (0, 1)`))
    .execute();
  await schema.alterTable('alerts').addColumn('clears_at', 'double precision').execute();
  await schema
    .alterTable('alerts')
    .addColumn('annunciated_seq', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await connection
    .updateTable('alerts')
    .set(({ ref }) => ({ first_raised_at: ref('raised_at') }))
    .execute();

  await schema
    .createTable('alert_raises')
    .addColumn('alert_id', 'text', (column) => column.notNull().references('alerts.id').onDelete('cascade'))
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('raised_at', 'bigint', (column) => column.notNull())
    .addColumn('cleared_at', 'bigint')
    .addColumn('limit_kind', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('threshold', 'double precision')
    .addColumn('value', 'double precision')
    .addColumn('peak_value', 'double precision')
    .addColumn('reading_count', 'bigint', (column) => column.notNull())
    .addColumn('escalated_at', 'bigint')
    .addColumn('escalated_threshold', 'double precision')
    .addColumn('escalated_value', 'double precision')
    .addColumn('annunciated_at', 'bigint')
    .addPrimaryKeyConstraint('alert_raises_of', ['alert_id', 'number'])
    .addCheckConstraint('alert_raises_severity', sql`severity in ('critical', 'warning')`)
    .addCheckConstraint('alert_raises_limit_kind', sql`limit_kind in ('high_high', 'high', 'low', 'low_low', 'stale')`)
    .execute();
  await raisesOfExistingAlerts(connection);
  await schema.createIndex('alert_raises_raised_at').on('alert_raises').columns(['raised_at', 'alert_id']).execute();
  await schema
    .createIndex('alert_raises_annunciated')
    .on('alert_raises')
    .columns(['annunciated_at', 'alert_id', 'number'])
    .where(sql<boolean>`annunciated_at is not null`)
    .execute();
  await schema
    .createIndex('alerts_returned')
    .on('alerts')
    .columns(['raised_at', 'id'])
    .where(sql<boolean>`raise_count > 1`)
    .execute();
}

/**
 * Inserts the newest raise of each alert, as far as the alert describes it. Older versions did not store the times of earlier
 * raises, so this one spans them, and not the limit that an escalated alert exceeded first.
 */
async function raisesOfExistingAlerts(connection: Connection): Promise<void> {
  await sql`
    insert into alert_raises (
      alert_id, number, seq, raised_at, cleared_at, limit_kind, severity, threshold, value, peak_value, reading_count,
      escalated_at, escalated_threshold, escalated_value, annunciated_at
    )
    select
      id, raise_count, seq, raised_at, cleared_at,
      case when escalated_at is null then limit_kind when limit_kind = 'high_high' then 'high'
        when limit_kind = 'low_low' then 'low' else limit_kind end,
      case when escalated_at is null then severity else 'warning' end,
      case when escalated_at is null then threshold end,
      value, peak_value, reading_count,
      escalated_at, case when escalated_at is not null then threshold end, null,
      case when late = 1 or state = 'suppressed' or (state = 'closed' and acknowledged_at is null) then null
        else raised_at end
    from alerts
  `.execute(connection);
}
