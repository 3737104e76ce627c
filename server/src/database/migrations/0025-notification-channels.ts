// Channels that people set up, such as webhooks.

import type { Connection, SqlEngine } from '../database.ts';

export async function notificationChannels({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('notification_channels')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('is_active', types.flag, (column) => column.notNull())
    .addColumn('fault', 'text')
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .execute();
}
