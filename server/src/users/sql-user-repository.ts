// Users in SQL.

import { randomUUID } from 'node:crypto';
import type { UserPatch } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Connection, Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { nameKey } from '../name-key.ts';
import { looksLike } from '../name-look.ts';
import { hasOtherManager } from './other-manager.ts';
import { type NewUser, NO_PASSWORD, type UserRecord, type UserRepository } from './user-repository.ts';

export class SqlUserRepository implements UserRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<UserRecord[]> {
    const rows = await this.#database.db.selectFrom('users').selectAll().orderBy('username_key').execute();
    return rows.map(toRecord);
  }

  async byId(id: string): Promise<UserRecord | null> {
    const row = await this.#database.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? toRecord(row) : null;
  }

  async byLogin(login: string): Promise<UserRecord | null> {
    const key = nameKey(login);
    const rows = await this.#database.db
      .selectFrom('users')
      .selectAll()
      .where(({ eb, or }) => or([eb('username_key', '=', key), eb('email_key', '=', key)]))
      .execute();
    const row = rows.find((each) => each.username_key === key) ?? rows[0];
    return row ? toRecord(row) : null;
  }

  async create(user: NewUser): Promise<UserRecord> {
    try {
      const row = await this.#database.db.transaction().execute(async (transaction) => {
        await this.#database.engine.lock(transaction, 'names');
        await refuseLookAlike(transaction, user.username);
        return transaction
          .insertInto('users')
          .values({
            id: randomUUID(),
            username: user.username,
            username_key: nameKey(user.username),
            email: user.email,
            email_key: nameKey(user.email),
            password_hash: user.passwordHash,
            role: user.role,
            factory_id: user.factoryId,
            department: user.department,
            is_active: 1,
            is_admitted: (user.isAdmitted ?? true) ? 1 : 0,
            last_login: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      return toRecord(row);
    } catch (error) {
      const { engine } = this.#database;
      if (engine.isUniqueViolation(error, 'users', 'username_key')) {
        throw new AppError('name_taken', 'The user name is already in use', { cause: error });
      }
      if (engine.isUniqueViolation(error, 'users', 'email_key'))
        throw new AppError('email_taken', undefined, { cause: error });
      throw error;
    }
  }

  async update(id: string, patch: UserPatch): Promise<UserRecord> {
    return this.#database.db.transaction().execute(async (transaction) => {
      const before = await existing(transaction, id);
      const after = {
        role: patch.role ?? before.role,
        is_active: patch.is_active === undefined ? before.is_active : Number(patch.is_active),
        is_admitted: patch.is_admitted === undefined ? before.is_admitted : Number(patch.is_admitted),
        is_break_glass: patch.is_break_glass === undefined ? before.is_break_glass : Number(patch.is_break_glass),
        department: patch.department === undefined ? before.department : patch.department,
        factory_id: patch.factory_id === undefined ? before.factory_id : patch.factory_id,
      };
      if (after.is_break_glass === 1 && before.password_hash === NO_PASSWORD) {
        throw new AppError('conflict', 'The account has no password, and cannot be a break-glass account');
      }
      if (isManager(before) && !isManager(after)) await this.#refuseLastManager(transaction, id);
      await transaction.updateTable('users').set(after).where('id', '=', id).execute();
      return toRecord({ ...before, ...after });
    });
  }

  async delete(id: string): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      const user = await existing(transaction, id);
      if (isManager(user)) await this.#refuseLastManager(transaction, id);
      await transaction.deleteFrom('users').where('id', '=', id).execute();
      await transaction
        .updateTable('sessions')
        .set({ ended_at: this.#database.engine.now })
        .where('user_id', '=', id)
        .where('ended_at', 'is', null)
        .execute();
    });
  }

  async setPassword(id: string, passwordHash: string): Promise<void> {
    await this.#database.db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute();
  }

  async recordLogin(id: string, atMs: number): Promise<void> {
    await this.#database.db.updateTable('users').set({ last_login: atMs }).where('id', '=', id).execute();
  }

  async #refuseLastManager(transaction: Connection, id: string): Promise<void> {
    if (!(await hasOtherManager(this.#database, transaction, id))) throw new AppError('last_manager');
  }
}

const isManager = (user: Pick<Schema['users'], 'role' | 'is_active'>) =>
  user.role === 'Management' && user.is_active === 1;

/** An equal name is left to the unique key. */
async function refuseLookAlike(transaction: Connection, username: string): Promise<void> {
  const key = nameKey(username);
  const others = await transaction.selectFrom('users').select(['username', 'username_key']).execute();
  if (others.some((other) => other.username_key !== key && looksLike(other.username, username))) {
    throw new AppError('name_taken', 'The user name looks the same as that of another user');
  }
}

async function existing(transaction: Connection, id: string) {
  const row = await transaction.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new AppError('not_found', `No user with id ${id} exists`);
  return row;
}

const toRecord = (row: Selectable<Schema['users']>): UserRecord => ({
  id: row.id,
  username: row.username,
  email: row.email,
  passwordHash: row.password_hash,
  role: row.role,
  factoryId: row.factory_id,
  department: row.department,
  isActive: row.is_active === 1,
  isAdmitted: row.is_admitted === 1,
  isBreakGlass: row.is_break_glass === 1,
  createdAtMs: row.created_at,
  lastLoginMs: row.last_login,
});
