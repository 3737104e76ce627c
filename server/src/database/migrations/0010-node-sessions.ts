// Whether each node takes what the external MQTT broker holds for it, so that the others know whose share waits there.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function nodeSessions(connection: Connection): Promise<void> {
  await connection.schema
    .alterTable('nodes')
    // Nodes of an older version do not say it: they count as subscribed while they run.
    .addColumn('is_subscribed', 'integer', (column) => column.notNull().defaultTo(sql.lit(1)))
    .execute();
}
