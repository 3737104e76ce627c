// The status of several machines in SQL, with an end.

import type { MachineStatus } from '@gonsters/contract';
import { sql } from 'kysely';
import { type Database, inChunks } from '../database/database.ts';

const IDS_PER_UPDATE = 500;

/**
 * Sets the status of all machines, or of none. With an end, each remembers the status to which it returns; a further one before
 * that keeps it. Machines that do not exist are left out.
 */
export function setStatus(
  { db, engine }: Database,
  ids: readonly string[],
  status: MachineStatus,
  untilMs: number | null,
): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await engine.lock(transaction, 'machines');
    await inChunks(ids, IDS_PER_UPDATE, (chunk) =>
      transaction
        .updateTable('machine_metadata')
        .set(({ ref }) => ({
          status_before:
            untilMs === null ? null : sql<MachineStatus>`coalesce(${ref('status_before')}, ${ref('status')})`,
          status_until: untilMs,
          status,
        }))
        .where('id', 'in', chunk)
        .execute(),
    );
  });
}

/** Machines of which the status has ended return to the one before. @returns their ids */
export async function endStatuses({ db }: Database, nowMs: number): Promise<string[]> {
  const ended = await db
    .updateTable('machine_metadata')
    .set(({ ref }) => ({
      status: sql<MachineStatus>`coalesce(${ref('status_before')}, ${ref('status')})`,
      status_before: null,
      status_until: null,
    }))
    .where('status_until', '<=', nowMs)
    .returning('id')
    .execute();
  return ended.map(({ id }) => id);
}
