// For the hand-over report of a shift, which lists what people were told in it, and for the retention of these rows.

import type { Connection } from '../database.ts';

export async function toldByTime({ schema }: Connection): Promise<void> {
  await schema
    .createIndex('notification_items_created')
    .on('notification_items')
    .columns(['created_at', 'id'])
    .execute();
}
