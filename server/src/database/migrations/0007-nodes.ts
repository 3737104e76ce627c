// The nodes of the plant, so that `gonsters decommission` can find one and end its sessions at the broker.

import type { Connection } from '../database.ts';

export async function nodes(connection: Connection): Promise<void> {
  await connection.schema
    .createTable('nodes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text')
    .addColumn('is_running', 'integer', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
}
