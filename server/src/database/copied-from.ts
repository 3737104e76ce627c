// Records in a database that it is the target of a transfer. Until the transfer is finished it holds only a part of the data.

import { AppError } from '../errors.ts';
import type { Database } from './database.ts';

interface CopiedFrom {
  /** Identifies the data directory that is transferred. */
  readonly source: string;
  readonly isComplete: boolean;
}

/** null if the database is not the target of a transfer. */
async function copiedFrom({ db }: Pick<Database, 'db'>): Promise<CopiedFrom | null> {
  const row = await db.selectFrom('copied_from').selectAll().executeTakeFirst();
  return row ? { source: row.source, isComplete: row.is_complete === 1 } : null;
}

/** `isComplete` is false before the first row is copied, and true after all rows have been compared. */
export async function noteCopiedFrom(
  { db, engine }: Pick<Database, 'db' | 'engine'>,
  { source, isComplete }: CopiedFrom,
): Promise<void> {
  const values = { source, is_complete: isComplete ? 1 : 0, changed_at: engine.now };
  await db
    .insertInto('copied_from')
    .values({ id: 1, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

/** Rejects with `conflict` if a transfer to the database is not finished. */
export async function refuseUnfinishedCopy(database: Pick<Database, 'db'>): Promise<void> {
  if ((await copiedFrom(database))?.isComplete !== false) return;
  throw new AppError(
    'conflict',
    'A transfer to this PostgreSQL database is not finished. To continue, run gonsters transfer again on the same data' +
      ' directory with the same targets. To start over, drop and create the database and the database or bucket of InfluxDB.',
  );
}
