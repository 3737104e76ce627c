// Nobody chose the address that earlier versions filled in for alert mails: it becomes empty where no person set it.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function alertEmailDefault(connection: Connection): Promise<void> {
  await connection
    .updateTable('system_config')
    // Set here, since the trigger would take the time of this database: both ends of an interrupted `move` are migrated,
    // and have to hold the same row afterwards.
    .set({ value: '', updated_at: sql`updated_at + 1` })
    .where('name', '=', 'alert_email')
    .where('value', '=', 'alerts@factory.com')
    .where('updated_by', 'is', null)
    .execute();
}
