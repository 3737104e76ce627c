// Users, their sessions and refresh tokens.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function users(connection: Connection, engine: SqlEngine): Promise<void> {
  const { schema } = connection;
  await schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('username_key', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('email_key', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('factory_id', 'text')
    .addColumn('department', 'text')
    .addColumn('is_active', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('updated_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .addColumn('last_login', 'bigint')
    .addCheckConstraint('users_role', sql`role in ('Operator', 'Supervisor', 'Management')`)
    .addCheckConstraint('users_is_active', sql`is_active in (0, 1)`)
    .execute();
  await engine.addUpdatedAtTrigger(connection, 'users', [
    'username',
    'email',
    'password_hash',
    'role',
    'factory_id',
    'department',
    'is_active',
  ]);

  // No foreign key to users: the sessions of a deleted user must stay refused until their tokens have expired.
  await schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .execute();
  await schema.createIndex('sessions_user_id').on('sessions').column('user_id').execute();
  await schema.createIndex('sessions_ended_at').on('sessions').column('ended_at').execute();
  await schema.createIndex('sessions_expires_at').on('sessions').column('expires_at').execute();

  await schema
    .createTable('refresh_tokens')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('spent_at', 'bigint')
    .execute();
  await schema.createIndex('refresh_tokens_session_id').on('refresh_tokens').column('session_id').execute();
  await schema.createIndex('refresh_tokens_expires_at').on('refresh_tokens').column('expires_at').execute();
}
