// Whether a database is the target of a move: one that is not finished holds a part of an installation, and is none.

import { AppError } from '../errors.ts';
import type { Database } from './database.ts';

interface CopiedFrom {
  /** Names the data directory that was moved. */
  readonly source: string;
  readonly isComplete: boolean;
}

/** null where nothing was moved there. */
async function copiedFrom({ db }: Pick<Database, 'db'>): Promise<CopiedFrom | null> {
  const row = await db.selectFrom('copied_from').selectAll().executeTakeFirst();
  return row ? { source: row.source, isComplete: row.is_complete === 1 } : null;
}

/** Before the first row is copied with `isComplete` false, after everything was compared with true. */
export async function noteCopiedFrom(
  { db, engine }: Pick<Database, 'db' | 'engine'>,
  { source, isComplete }: CopiedFrom,
): Promise<void> {
  const values = { source, is_complete: isComplete ? 1 : 0, changed_at: engine.nowMs };
  await db
    .insertInto('copied_from')
    .values({ id: 1, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

/** Rejects with `conflict` where a move to the database is not finished. */
export async function refuseUnfinishedCopy(database: Pick<Database, 'db'>): Promise<void> {
  if ((await copiedFrom(database))?.isComplete !== false) return;
  throw new AppError(
    'conflict',
    'A transfer to this PostgreSQL database is not finished. To continue, run gonsters transfer again on the same data directory with' +
      ' the same targets. To begin again, drop the database, make it anew, and do the same with the database or bucket of' +
      ' InfluxDB.',
  );
}
