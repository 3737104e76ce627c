// Whether channels work, and what became of a message after the other side had accepted it.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function channelStates({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('notification_channel_states')
    .addColumn('channel', 'text', (column) => column.primaryKey())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('failing_since', types.time)
    .addColumn('failure', 'text')
    .addColumn('tested_at', types.time)
    .addColumn('test_result', 'text')
    .addColumn('test_response', 'text')
    .addColumn('link', 'text')
    .execute();
  await schema.alterTable('notification_messages').addColumn('provider_id', 'text').execute();
  await schema.alterTable('notification_messages').addColumn('delivered_at', types.time).execute();
  await schema.alterTable('notification_messages').addColumn('read_at', types.time).execute();
  await schema
    .createIndex('notification_messages_provider')
    .on('notification_messages')
    .columns(['channel', 'provider_id'])
    .where(sql<boolean>`provider_id is not null`)
    .execute();
}
