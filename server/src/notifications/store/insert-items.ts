// Stores what is to be said, in the transaction of whatever decides it.

import { type Connection, inChunks } from '../../database/database.ts';
import type { NewItem } from '../notification-types.ts';

const ROWS_PER_STATEMENT = 100;

/** An item whose key is stored already is ignored. */
export async function insertItems(transaction: Connection, items: readonly NewItem[]): Promise<void> {
  await inChunks(items, ROWS_PER_STATEMENT, (chunk) =>
    transaction
      .insertInto('notification_items')
      .values(
        chunk.map((item) => ({
          ...{ id: item.id, idempotency_key: item.idempotencyKey, alert_id: item.alertId, raise: item.raise },
          ...{ kind: item.kind, severity: item.severity, group_key: item.group, payload: item.payload },
          ...{ person: item.person, channel: item.channel, contact: item.contact },
          ...{ created_at: item.createdAtMs, due_at: item.dueAtMs, run_id: item.runId, step: item.step },
        })),
      )
      .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
      .execute(),
  );
}
