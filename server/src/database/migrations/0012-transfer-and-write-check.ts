// Whether the database is the target of a transfer, and a row that is written to find out whether data can be stored.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function transferAndWriteCheck(connection: Connection): Promise<void> {
  await connection.schema
    .createTable('copied_from')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('is_complete', 'integer', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addCheckConstraint('copied_from_one_row', sql`id = 1`)
    .execute();
  await connection.schema
    .createTable('write_check')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('checked_at', 'bigint', (column) => column.notNull())
    .addCheckConstraint('write_check_one_row', sql`id = 1`)
    .execute();
  await connection.insertInto('write_check').values({ id: 1, checked_at: 0 }).execute();
}
