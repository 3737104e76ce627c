// The templates of messages that Management has changed.

import type { Connection, SqlEngine } from '../database.ts';

export async function messageTemplates({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('message_templates')
    .addColumn('language', 'text', (column) => column.primaryKey())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .addColumn('updated_by', 'text')
    .execute();
}
