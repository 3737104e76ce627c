// Sign-in with OpenID Connect: to whom accounts belong, the rules of groups, who was refused, and sign-ins in progress.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function oidc({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .alterTable('users')
    .addColumn('is_break_glass', types.flag, (column) => column.notNull().defaultTo(sql`false`))
    .execute();
  await schema
    .createTable('oidc_identities')
    .addColumn('user_id', types.uuid, (column) => column.primaryKey().references('users.id').onDelete('cascade'))
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addUniqueConstraint('oidc_identities_subject', ['issuer', 'subject'])
    .execute();
  await schema
    .createTable('oidc_rules')
    .addColumn('position', 'integer', (column) => column.primaryKey())
    .addColumn('group_name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('factory_id', 'text')
    .execute();
  await schema
    .createTable('oidc_refusals')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('groups', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('user_id', types.uuid, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('refused_at', types.time, (column) => column.notNull())
    .execute();
  await schema
    .createTable('oidc_returns')
    .addColumn('state_hash', 'text', (column) => column.primaryKey())
    .addColumn('code_hash', 'text', (column) => column.unique())
    .addColumn('user_id', types.uuid, (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('code_expires_at', types.time)
    .addColumn('expires_at', types.time, (column) => column.notNull())
    .execute();
}
