// Finds out whether the database can store data, by writing the time to a row that exists for this purpose.

import { AppError, isAppError } from '../errors.ts';
import type { Database } from './database.ts';

/** Rejects with `store_unavailable`; the message gives the reason, without paths and addresses. */
export async function probeWrite({ db, engine }: Pick<Database, 'db' | 'engine'>): Promise<void> {
  try {
    await db.updateTable('write_check').set({ checked_at: engine.now }).where('id', '=', 1).execute();
  } catch (error) {
    const cause = isAppError(error) ? error.cause : error;
    const isAnswer = engine.name === 'sqlite' || cause instanceof (await import('pg')).DatabaseError;
    const reason = isAnswer ? `: ${(cause as Error).message}` : '';
    const what = reason === '' ? 'does not answer' : 'stores nothing';
    throw new AppError('store_unavailable', `The database ${what}${reason}.`, { cause: error });
  }
}
