// Second factors, and what a user has to know of a session to recognise it.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function secondFactors({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema
    .createTable('second_factors')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('user_id', types.uuid, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('secret', 'text')
    .addColumn('credential_id', 'text')
    .addColumn('public_key', 'text')
    .addColumn('transports', 'text', (column) => column.notNull())
    .addColumn('counter', 'bigint', (column) => column.notNull())
    .addColumn('is_confirmed', types.flag, (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('last_used', types.time)
    .execute();
  await schema.createIndex('second_factors_user').on('second_factors').column('user_id').execute();
  await schema
    .createIndex('second_factors_credential_id_key')
    .unique()
    .on('second_factors')
    .column('credential_id')
    .execute();
  await schema
    .createTable('recovery_codes')
    .addColumn('code_hash', 'text', (column) => column.primaryKey())
    .addColumn('user_id', types.uuid, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .execute();
  await schema.createIndex('recovery_codes_user').on('recovery_codes').column('user_id').execute();
  await schema
    .createTable('second_factor_challenges')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('user_id', types.uuid, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('challenge', 'text')
    .addColumn('password_mark', 'text', (column) => column.notNull())
    .addColumn('expires_at', types.time, (column) => column.notNull())
    .execute();
  await schema.createIndex('second_factor_challenges_user').on('second_factor_challenges').column('user_id').execute();
  await schema
    .createTable('second_factor_roles')
    .addColumn('role', 'text', (column) => column.primaryKey())
    .execute();
  await schema
    .alterTable('sessions')
    .addColumn('method', 'text', (column) => column.notNull().defaultTo(sql`'password'`))
    .execute();
  await schema.alterTable('sessions').addColumn('address', 'text').execute();
  await schema.alterTable('sessions').addColumn('user_agent', 'text').execute();
  await schema.alterTable('sessions').addColumn('last_used', types.time).execute();
}
