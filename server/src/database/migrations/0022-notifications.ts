// What people are told: what is to be said to whom, and the messages that carry it. `notifications` stays the outbox of changes.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function notifications(connection: Connection, { types }: SqlEngine): Promise<void> {
  const { schema } = connection;
  // Earlier versions wrote the outbox and had nothing to send it with. Nobody is to be told of those changes now.
  await sql`delete from notifications`.execute(connection);

  await schema
    .createTable('notification_messages')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('contact', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('group_key', 'text', (column) => column.notNull())
    .addColumn('is_critical', types.flag, (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('due_at', types.time, (column) => column.notNull())
    .addColumn('leased_until', types.time)
    .addColumn('leased_by', 'text')
    .addColumn('sent_at', types.time)
    .addColumn('response', 'text')
    .execute();
  await schema
    .createIndex('notification_messages_open')
    .on('notification_messages')
    .column('due_at')
    .where(sql<boolean>`state in ('queued', 'sending')`)
    .execute();
  await schema
    .createIndex('notification_messages_of')
    .on('notification_messages')
    .columns(['channel', 'contact', 'created_at'])
    .execute();

  await schema
    .createTable('notification_items')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('idempotency_key', 'text', (column) => column.notNull().unique())
    .addColumn('alert_id', types.uuid, (column) => column.notNull().references('alerts.id').onDelete('cascade'))
    .addColumn('raise', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('group_key', 'text', (column) => column.notNull())
    .addColumn('person', 'text')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('contact', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('due_at', types.time, (column) => column.notNull())
    .addColumn('message_id', types.uuid)
    .addColumn('token_hash', 'text', (column) => column.unique())
    .addColumn('expires_at', types.time)
    .addColumn('used_at', types.time)
    .execute();
  await schema
    .createIndex('notification_items_waiting')
    .on('notification_items')
    .column('due_at')
    .where(sql<boolean>`message_id is null`)
    .execute();
  await schema.createIndex('notification_items_alert').on('notification_items').column('alert_id').execute();
  await schema.createIndex('notification_items_message').on('notification_items').column('message_id').execute();
  await schema
    .createIndex('notification_items_of')
    .on('notification_items')
    .columns(['channel', 'contact', 'created_at'])
    .execute();
}
