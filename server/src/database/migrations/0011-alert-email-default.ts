// Clears the address for alert e-mails that earlier versions set by default, unless a user set it.

import { sql } from 'kysely';
import type { Connection } from '../database.ts';

export async function alertEmailDefault(connection: Connection): Promise<void> {
  // Sets the time explicitly, since the trigger would use the clock of this database: both databases of an interrupted transfer
  // are migrated and must have the same row afterwards.
  await sql`
    update system_config set value = '', updated_at = updated_at + 1
    where name = 'alert_email' and value = 'alerts@factory.com' and updated_by is null`.execute(connection);
}
