// Access keys in SQL.

import { randomUUID } from 'node:crypto';
import type { Permission } from '@gonsters/contract';
import type { Connection, Database } from '../database/database.ts';
import { AppError } from '../errors.ts';
import type { AccessKeyRecord, AccessKeyRepository, NewAccessKey, StoredRotation } from './access-key-repository.ts';

export class SqlAccessKeyRepository implements AccessKeyRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<AccessKeyRecord[]> {
    const rows = await select(this.#database.db).orderBy('access_keys.created_at').orderBy('access_keys.id').execute();
    return rows.map(toRecord);
  }

  async create({ owner, ...key }: NewAccessKey): Promise<AccessKeyRecord> {
    const { db, engine } = this.#database;
    const id = randomUUID();
    try {
      return await db.transaction().execute(async (transaction) => {
        const table = owner.kind === 'user' ? 'users' : 'gateways';
        const known = await transaction.selectFrom(table).select('id').where('id', '=', owner.id).executeTakeFirst();
        if (!known) throw new AppError('not_found', `No ${owner.kind} with id ${owner.id} exists`);
        const row = {
          id,
          user_id: owner.kind === 'user' ? owner.id : null,
          gateway_id: owner.kind === 'gateway' ? owner.id : null,
          name: key.name,
          public_part: key.publicId,
          secret_hash: key.secretHash,
          former_hash: null,
          former_until: null,
          permissions: JSON.stringify(key.permissions),
          created_at: key.createdAtMs,
          rotated_at: null,
          expires_at: key.expiresAtMs,
          last_used: null,
        };
        await transaction.insertInto('access_keys').values(row).execute();
        return one(transaction, id);
      });
    } catch (error) {
      if (!engine.isUniqueViolation(error, 'access_keys', 'gateway_id')) throw error;
      throw new AppError('conflict', 'The gateway has a token already', { cause: error });
    }
  }

  rotate(
    id: string,
    { secretHash, formerUntilMs, rotatedAtMs, expiresAtMs }: StoredRotation,
  ): Promise<AccessKeyRecord> {
    return this.#database.db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('access_keys')
        .set(({ ref }) => ({
          former_hash: ref('secret_hash'),
          former_until: formerUntilMs,
          secret_hash: secretHash,
          rotated_at: rotatedAtMs,
          expires_at: expiresAtMs,
        }))
        .where('id', '=', id)
        .execute();
      return one(transaction, id);
    });
  }

  async delete(id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('access_keys')
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw notFound(id);
  }

  async recordUsed(id: string, atMs: number): Promise<void> {
    await this.#database.db.updateTable('access_keys').set({ last_used: atMs }).where('id', '=', id).execute();
  }
}

const notFound = (id: string) => new AppError('not_found', `No access key with id ${id} exists`);

const select = (connection: Connection) =>
  connection
    .selectFrom('access_keys')
    .leftJoin('users', 'users.id', 'access_keys.user_id')
    .selectAll('access_keys')
    .select(['users.username', 'users.role', 'users.factory_id', 'users.is_active']);

async function one(connection: Connection, id: string): Promise<AccessKeyRecord> {
  const row = await select(connection).where('access_keys.id', '=', id).executeTakeFirst();
  if (!row) throw notFound(id);
  return toRecord(row);
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

const toRecord = (row: Row): AccessKeyRecord => ({
  id: row.id,
  owner: ownerOf(row),
  name: row.name,
  publicId: row.public_part,
  secretHash: row.secret_hash,
  formerHash: row.former_hash,
  formerUntilMs: row.former_until,
  permissions: JSON.parse(row.permissions) as Permission[],
  createdAtMs: row.created_at,
  rotatedAtMs: row.rotated_at,
  expiresAtMs: row.expires_at,
  lastUsedMs: row.last_used,
});

/** A check constraint of the table says that a key has exactly one owner, and a foreign key that the user exists. */
function ownerOf(row: Row): AccessKeyRecord['owner'] {
  const { gateway_id: gatewayId, user_id: userId, username, role, factory_id: factoryId } = row;
  if (gatewayId !== null) return { kind: 'gateway', id: gatewayId };
  if (userId === null || username === null || role === null) throw new Error(`The access key ${row.id} has no owner`);
  return { kind: 'user', id: userId, username, role, factoryId, isActive: row.is_active === 1 };
}
