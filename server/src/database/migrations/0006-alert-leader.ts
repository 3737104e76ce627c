// The id of the plant, and the lease of the alert leader.

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function alertLeader(connection: Connection): Promise<void> {
  await connection.schema
    .createTable('watch')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('plant_id', 'text', (column) => column.notNull())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .addColumn('node_id', 'text')
    .addColumn('held_until', 'bigint', (column) => column.notNull())
    .addColumn('kept_until', 'bigint', (column) => column.notNull())
    .addCheckConstraint('watch_one_row', sql`id = 1`)
    .execute();
  await connection
    .insertInto('watch')
    .values({ id: 1, plant_id: randomUUID(), epoch: 0, node_id: null, held_until: 0, kept_until: 0 })
    .execute();
}
