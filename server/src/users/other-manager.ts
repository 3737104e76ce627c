// Whether somebody of Management is left who can sign in without anybody else.

import type { Connection, Database } from '../database/database.ts';
import { NO_PASSWORD } from './user-repository.ts';

/**
 * Whether an active Management account with a password exists beside this one; the provider of OpenID Connect may be out of reach.
 * The lock, which lasts as long as the transaction, makes sure that of two managers who demote each other at the same moment only
 * one succeeds.
 */
export async function hasOtherManager({ engine }: Database, transaction: Connection, id: string): Promise<boolean> {
  await engine.lock(transaction, 'managers');
  const other = await transaction
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'Management')
    .where('is_active', '=', 1)
    .where('password_hash', '!=', NO_PASSWORD)
    .where('id', '!=', id)
    .executeTakeFirst();
  return other !== undefined;
}
