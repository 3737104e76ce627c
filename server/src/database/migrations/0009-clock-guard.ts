// The newest arrival of readings, with which a node compares its clock, and the nodes whose clock disagrees.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function clockGuard(connection: Connection): Promise<void> {
  const { schema } = connection;
  await schema
    .createTable('clock_guard')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('newest_arrival', 'bigint')
    .addCheckConstraint('clock_guard_one_row', sql`id = 1`)
    .execute();
  await connection.insertInto('clock_guard').values({ id: 1, newest_arrival: null }).execute();
  await schema
    .createTable('clock_holds')
    .addColumn('node_id', 'text', (column) => column.primaryKey())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('fault', 'text', (column) => column.notNull())
    .addColumn('by_ms', 'bigint', (column) => column.notNull())
    .addColumn('held_ms', 'bigint', (column) => column.notNull())
    .addColumn('clock_ms', 'bigint', (column) => column.notNull())
    .addColumn('is_confirmed', 'integer', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
}
