// Gateways in SQL.

import { randomUUID } from 'node:crypto';
import type { GatewayPatch } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Connection, Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { nameKey } from '../name-key.ts';
import { looksLike } from '../name-look.ts';
import { refuseHiddenCharacters } from '../visible-name.ts';
import type { GatewayRecord, GatewayRepository } from './gateway-repository.ts';

export class SqlGatewayRepository implements GatewayRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<GatewayRecord[]> {
    const rows = await this.#database.db.selectFrom('gateways').selectAll().orderBy('name_key').execute();
    return rows.map(toRecord);
  }

  async create(gateway: Parameters<GatewayRepository['create']>[0]): Promise<GatewayRecord> {
    try {
      const row = await this.#database.db.transaction().execute(async (transaction) => {
        await this.#refuseLookAlike(transaction, gateway.name, null);
        return transaction
          .insertInto('gateways')
          .values({
            id: randomUUID(),
            name: gateway.name,
            name_key: nameKey(gateway.name),
            username: gateway.username,
            password_hash: gateway.passwordHash,
            scope: gateway.scope,
            machine_ids: JSON.stringify(gateway.machineIds),
            factory_id: gateway.factoryId,
            timezone: gateway.timezone,
            last_seen: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      return toRecord(row);
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async update(
    id: string,
    patch: Omit<GatewayPatch, 'rotate_password'>,
    passwordHash?: string,
  ): Promise<GatewayRecord> {
    const values = {
      ...(patch.name !== undefined && { name: patch.name, name_key: nameKey(patch.name) }),
      ...(patch.scope !== undefined && { scope: patch.scope, needs_review: 0 }),
      ...(patch.machine_ids !== undefined && { machine_ids: JSON.stringify(patch.machine_ids) }),
      ...(patch.factory_id !== undefined && { factory_id: patch.factory_id }),
      ...(patch.timezone !== undefined && { timezone: patch.timezone }),
      ...(patch.is_active !== undefined && { is_active: Number(patch.is_active) }),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
    };
    try {
      return await this.#database.db.transaction().execute(async (transaction) => {
        if (patch.name !== undefined) await this.#refuseLookAlike(transaction, patch.name, id);
        if (Object.keys(values).length > 0) {
          await transaction.updateTable('gateways').set(values).where('id', '=', id).execute();
        }
        const row = await transaction.selectFrom('gateways').selectAll().where('id', '=', id).executeTakeFirst();
        if (!row) throw new AppError('not_found', `No gateway with id ${id} exists`);
        return toRecord(row);
      });
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async delete(id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.db.deleteFrom('gateways').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows === 0n) throw new AppError('not_found', `No gateway with id ${id} exists`);
  }

  async recordSeen(id: string, atMs: number): Promise<void> {
    await this.#database.db.updateTable('gateways').set({ last_seen: atMs }).where('id', '=', id).execute();
  }

  /** An equal name is left to the unique key. A name that does not change is kept, whatever it looks like. */
  async #refuseLookAlike(transaction: Connection, name: string, ownId: string | null): Promise<void> {
    await this.#database.engine.lock(transaction, 'names');
    const stored = await transaction.selectFrom('gateways').select(['id', 'name', 'name_key']).execute();
    if (stored.some((each) => each.id === ownId && each.name === name)) return;
    refuseHiddenCharacters('name', name);
    const key = nameKey(name);
    if (stored.some((each) => each.id !== ownId && each.name_key !== key && looksLike(each.name, name))) {
      throw new AppError('name_taken', 'The name looks the same as that of another gateway');
    }
  }

  #translated(error: unknown): unknown {
    const { engine } = this.#database;
    if (engine.isUniqueViolation(error, 'gateways', 'name_key')) {
      return new AppError('name_taken', 'A gateway with this name already exists', { cause: error });
    }
    return engine.isUniqueViolation(error, 'gateways', 'username')
      ? new AppError('conflict', 'A gateway with this user name already exists', { cause: error })
      : error;
  }
}

const toRecord = (row: Selectable<Schema['gateways']>): GatewayRecord => ({
  id: row.id,
  name: row.name,
  username: row.username,
  passwordHash: row.password_hash,
  scope: row.scope,
  needsReview: row.needs_review === 1,
  machineIds: JSON.parse(row.machine_ids) as string[],
  factoryId: row.factory_id,
  isActive: row.is_active === 1,
  timezone: row.timezone,
  createdAtMs: row.created_at,
  lastSeenMs: row.last_seen,
});
