// Plant-wide settings, and the append-only audit log.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function settingsAndAudit(connection: Connection, engine: SqlEngine): Promise<void> {
  const { schema } = connection;
  await schema
    .createTable('system_config')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('updated_by', 'text')
    .execute();
  await engine.addUpdatedAtTrigger(connection, 'system_config', ['value']);

  await schema
    .createTable('audit_logs')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('user_id', 'text')
    .addColumn('username', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('target', 'text')
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('ip', 'text')
    .addColumn('request_id', 'text')
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addCheckConstraint('audit_logs_outcome', sql`outcome in ('success', 'refused')`)
    .execute();
  await schema.createIndex('audit_logs_at').on('audit_logs').columns(['at', 'id']).execute();
  await schema.createIndex('audit_logs_username').on('audit_logs').columns(['username', 'id']).execute();
  await schema.createIndex('audit_logs_action').on('audit_logs').columns(['action', 'id']).execute();
  await engine.makeAppendOnly(connection, 'audit_logs');
}
