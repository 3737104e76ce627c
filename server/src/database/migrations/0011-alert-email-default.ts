// Clears the address for alert e-mails that earlier versions set by default, unless a user set it.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function alertEmailDefault(connection: Connection): Promise<void> {
  await connection
    .updateTable('system_config')
    // Set explicitly, since the trigger would use the clock of this database: both databases of an interrupted transfer are
    // migrated and must have the same row afterwards.
    .set({ value: '', updated_at: sql`updated_at + 1` })
    .where('name', '=', 'alert_email')
    .where('value', '=', 'alerts@factory.com')
    .where('updated_by', 'is', null)
    .execute();
}
