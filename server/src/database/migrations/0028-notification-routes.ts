// Routes and the chains that tell people step by step; notices that are about no alert; and whether people were told of an alert.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function notificationRoutes(connection: Connection, { types }: SqlEngine): Promise<void> {
  const { schema } = connection;
  await schema
    .createTable('notification_routes')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('is_default', types.flag, (column) => column.notNull())
    .addColumn('is_active', types.flag, (column) => column.notNull())
    .addColumn('is_continued', types.flag, (column) => column.notNull())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .execute();

  await schema
    .createTable('notification_runs')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('alert_id', types.uuid, (column) => column.notNull().references('alerts.id').onDelete('cascade'))
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('route_id', types.uuid, (column) => column.notNull())
    .addColumn('route_name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('chain', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('step', 'integer', (column) => column.notNull())
    .addColumn('repetition', 'integer', (column) => column.notNull())
    .addColumn('gaps', 'text', (column) => column.notNull())
    .addColumn('started_at', types.time, (column) => column.notNull())
    .addColumn('due_at', types.time)
    .addColumn('ended_at', types.time)
    .addUniqueConstraint('notification_runs_once', ['alert_id', 'seq', 'route_id'])
    .execute();
  await schema
    .createIndex('notification_runs_due')
    .on('notification_runs')
    .column('due_at')
    .where(sql<boolean>`state = 'running'`)
    .execute();

  await schema
    .createTable('notification_notices')
    .addColumn('message_id', types.uuid, (column) =>
      column.primaryKey().references('notification_messages.id').onDelete('cascade'),
    )
    .addColumn('person', 'text')
    .addColumn('text_key', 'text', (column) => column.notNull())
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('once_key', 'text', (column) => column.unique())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .execute();

  await schema.alterTable('alerts').addColumn('told', 'text').execute();
  await schema
    .createIndex('alerts_told_nobody')
    .on('alerts')
    .column('raised_at')
    .where(sql<boolean>`told like '{"state":"nobody"%'`)
    .execute();
  await schema.alterTable('notification_items').addColumn('run_id', types.uuid).execute();
  await schema.alterTable('notification_items').addColumn('step', 'integer').execute();
  await schema
    .createIndex('notification_items_run')
    .on('notification_items')
    .column('run_id')
    .where(sql<boolean>`run_id is not null`)
    .execute();
  // 0 until it was looked whether a failed message is to be handed on to the next contact point.
  await schema
    .alterTable('notification_messages')
    .addColumn('is_settled', types.flag, (column) => column.notNull().defaultTo(sql`false`))
    .execute();
  await sql`update notification_messages set is_settled = true where state = 'failed'`.execute(connection);
  await schema
    .createIndex('notification_messages_failed')
    .on('notification_messages')
    .column('created_at')
    .where(sql<boolean>`state = 'failed' and is_settled = false`)
    .execute();
}
