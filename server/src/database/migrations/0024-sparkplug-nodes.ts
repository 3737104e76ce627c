// The Sparkplug nodes that were born at an external broker: the host asks them for their births when it starts.

import type { Connection, SqlEngine } from '../database.ts';

export async function sparkplugNodes(connection: Connection, { types }: SqlEngine): Promise<void> {
  await connection.schema
    .createTable('sparkplug_nodes')
    .addColumn('path', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', types.time, (column) => column.notNull())
    .execute();
}
