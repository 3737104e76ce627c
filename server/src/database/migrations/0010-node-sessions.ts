// Whether each node receives the messages that the external MQTT broker queues for it.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function nodeSessions(connection: Connection): Promise<void> {
  await connection.schema
    .alterTable('nodes')
    // Nodes of an older version do not set it; they count as subscribed while they run.
    .addColumn('is_subscribed', 'integer', (column) => column.notNull().defaultTo(sql.lit(1)))
    .execute();
}
