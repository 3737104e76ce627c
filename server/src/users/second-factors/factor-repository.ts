// The second factors of users and their recovery codes in SQL. Changes are durable when the promise resolves; every method rejects
// with `store_unavailable` while the database cannot be reached.

import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Connection, Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';

/** Times are UTC ms. */
export interface FactorRecord {
  id: string;
  userId: string;
  kind: 'totp' | 'passkey';
  name: string;
  /** Of an authenticator app, encrypted. */
  secret: string | null;
  /** Base64url, as the browser names it. */
  credentialId: string | null;
  /** COSE, base64url. */
  publicKey: string | null;
  transports: string[];
  /** Of an authenticator app the step of the code that was used last; of a passkey the number of uses that it reported. */
  counter: number;
  createdAtMs: number;
  lastUsedMs: number | null;
}
export type NewFactor = Omit<FactorRecord, 'id' | 'lastUsedMs'>;

export class FactorRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The factors that a user has set up completely, the oldest first. */
  async ofUser(userId: string): Promise<FactorRecord[]> {
    const rows = await this.#database.db
      .selectFrom('second_factors')
      .selectAll()
      .where('user_id', '=', userId)
      .where('is_confirmed', '=', 1)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  /** How many each user has who has some. */
  async counts(): Promise<Map<string, number>> {
    const rows = await this.#database.db
      .selectFrom('second_factors')
      .select(({ fn }) => ['user_id', fn.countAll<number>().as('count')])
      .where('is_confirmed', '=', 1)
      .groupBy('user_id')
      .execute();
    return new Map(rows.map((row) => [row.user_id, Number(row.count)]));
  }

  /** An authenticator app whose first code has not arrived yet; it replaces a former one. @returns its id */
  async begin(factor: NewFactor): Promise<string> {
    return this.#database.db.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('second_factors')
        .where('user_id', '=', factor.userId)
        .where('is_confirmed', '=', 0)
        .execute();
      return insert(transaction, factor, 0);
    });
  }

  /** null if the user has begun none with this id. */
  async begun(userId: string, id: string): Promise<FactorRecord | null> {
    const row = await this.#database.db
      .selectFrom('second_factors')
      .selectAll()
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('is_confirmed', '=', 0)
      .executeTakeFirst();
    return row ? toRecord(row) : null;
  }

  /** Completes it. `codeHashes` replace the recovery codes if this is the first factor. @returns whether it is; null if it is gone */
  async confirm(factor: FactorRecord, step: number, codeHashes: readonly string[]): Promise<boolean | null> {
    return this.#database.db.transaction().execute(async (transaction) => {
      const isFirst = (await this.#left(transaction, factor.userId)) === 0;
      const { numUpdatedRows } = await transaction
        .updateTable('second_factors')
        .set({ is_confirmed: 1, counter: step })
        .where('id', '=', factor.id)
        .where('is_confirmed', '=', 0)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return null;
      if (isFirst) await replaceCodes(transaction, factor.userId, codeHashes);
      return isFirst;
    });
  }

  /** Adds a complete factor. @returns its id, and whether it is the first; null if its credential is known already */
  async add(factor: NewFactor, codeHashes: readonly string[]): Promise<{ id: string; isFirst: boolean } | null> {
    try {
      return await this.#database.db.transaction().execute(async (transaction) => {
        const isFirst = (await this.#left(transaction, factor.userId)) === 0;
        const id = await insert(transaction, factor, 1);
        if (isFirst) await replaceCodes(transaction, factor.userId, codeHashes);
        return { id, isFirst };
      });
    } catch (error) {
      if (this.#database.engine.isUniqueViolation(error, 'second_factors', 'credential_id')) return null;
      throw error;
    }
  }

  /**
   * Notes a use, if `counter` is greater than that of the last use; an authenticator without a counter reports 0 each time.
   *
   * @returns whether it is
   */
  async use(id: string, counter: number, nowMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('second_factors')
      .set({ counter, last_used: nowMs })
      .where('id', '=', id)
      .where(({ eb, or, and, val }) =>
        or([eb('counter', '<', counter), and([eb('counter', '=', 0), eb(val(counter), '=', 0)])]),
      )
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** @returns how many are left; null if the user has none with this id. Without any, the recovery codes are gone too. */
  async remove(userId: string, id: string): Promise<number | null> {
    return this.#database.db.transaction().execute(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('second_factors')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('is_confirmed', '=', 1)
        .executeTakeFirst();
      if (numDeletedRows === 0n) return null;
      const left = await this.#left(transaction, userId);
      if (left === 0) await replaceCodes(transaction, userId, []);
      return left;
    });
  }

  /** Removes all, recovery codes and begun sign-ins too. @returns how many factors there were */
  async removeAll(userId: string): Promise<number> {
    return this.#database.db.transaction().execute(async (transaction) => {
      const count = await this.#left(transaction, userId);
      await transaction.deleteFrom('second_factors').where('user_id', '=', userId).execute();
      await transaction.deleteFrom('second_factor_challenges').where('user_id', '=', userId).execute();
      await replaceCodes(transaction, userId, []);
      return count;
    });
  }

  async replaceRecoveryCodes(userId: string, hashes: readonly string[]): Promise<void> {
    await this.#database.db.transaction().execute((transaction) => replaceCodes(transaction, userId, hashes));
  }

  async recoveryCodesLeft(userId: string): Promise<number> {
    const row = await this.#database.db
      .selectFrom('recovery_codes')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }

  /** @returns whether the code existed; it does not any more */
  async useRecoveryCode(userId: string, hash: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('recovery_codes')
      .where('code_hash', '=', hash)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  async #left(transaction: Connection, userId: string): Promise<number> {
    const row = await transaction
      .selectFrom('second_factors')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .where('is_confirmed', '=', 1)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }
}

async function insert(transaction: Connection, factor: NewFactor, isConfirmed: 0 | 1): Promise<string> {
  const id = randomUUID();
  await transaction
    .insertInto('second_factors')
    .values({
      id,
      user_id: factor.userId,
      kind: factor.kind,
      name: factor.name,
      secret: factor.secret,
      credential_id: factor.credentialId,
      public_key: factor.publicKey,
      transports: JSON.stringify(factor.transports),
      counter: factor.counter,
      is_confirmed: isConfirmed,
      created_at: factor.createdAtMs,
      last_used: null,
    })
    .execute();
  return id;
}

async function replaceCodes(transaction: Connection, userId: string, hashes: readonly string[]): Promise<void> {
  await transaction.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  if (hashes.length === 0) return;
  await transaction
    .insertInto('recovery_codes')
    .values(hashes.map((code_hash) => ({ code_hash, user_id: userId })))
    .execute();
}

const toRecord = (row: Selectable<Schema['second_factors']>): FactorRecord => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  name: row.name,
  secret: row.secret,
  credentialId: row.credential_id,
  publicKey: row.public_key,
  transports: JSON.parse(row.transports) as string[],
  counter: row.counter,
  createdAtMs: row.created_at,
  lastUsedMs: row.last_used,
});
