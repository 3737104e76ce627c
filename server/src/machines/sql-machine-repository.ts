// Machines and limits in SQL.

import { randomUUID } from 'node:crypto';
import type { MachineInput, MachineLimits, MachinePatch } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import { type Connection, type Database, inChunks } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { nameKey } from '../name-key.ts';
import { overridesOf } from './effective-limits.ts';
import type { MachineRecord, MachineRepository } from './machine-repository.ts';

const ROWS_PER_INSERT = 200;
const IDS_PER_QUERY = 500;

type Row = Selectable<Schema['machine_metadata']>;

export class SqlMachineRepository implements MachineRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<MachineRecord[]> {
    const rows = await this.#database.db
      .selectFrom('machine_metadata')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  async some(ids: readonly string[]): Promise<MachineRecord[]> {
    const found: MachineRecord[] = [];
    await inChunks(ids, IDS_PER_QUERY, async (chunk) => {
      const rows = await this.#database.db
        .selectFrom('machine_metadata')
        .selectAll()
        .where('id', 'in', chunk)
        .execute();
      found.push(...rows.map(toRecord));
    });
    return found;
  }

  async create(inputs: readonly MachineInput[], ids?: readonly string[]): Promise<MachineRecord[]> {
    try {
      return await this.#database.db.transaction().execute(async (transaction) => {
        const created: MachineRecord[] = [];
        await inChunks(inputs, ROWS_PER_INSERT, async (chunk) => {
          const rows = chunk.map((input, i) => ({
            id: ids?.[created.length + i] ?? randomUUID(),
            name: input.name,
            name_key: nameKey(input.name),
            location: input.location,
            sensor_type: input.sensor_type,
            status: input.status,
          }));
          const stored = await transaction.insertInto('machine_metadata').values(rows).returningAll().execute();
          const byId = new Map(stored.map((row) => [row.id, row]));
          for (const { id } of rows) created.push(toRecord(byId.get(id) as Row));
        });
        return created;
      });
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async update(id: string, patch: MachinePatch): Promise<MachineRecord> {
    const values = {
      ...(patch.name !== undefined && { name: patch.name, name_key: nameKey(patch.name) }),
      ...(patch.location !== undefined && { location: patch.location }),
      ...(patch.sensor_type !== undefined && { sensor_type: patch.sensor_type }),
      ...(patch.status !== undefined && { status: patch.status }),
    };
    try {
      return await this.#database.db.transaction().execute(async (transaction) => {
        if (Object.keys(values).length > 0) {
          await transaction.updateTable('machine_metadata').set(values).where('id', '=', id).execute();
        }
        const row = await transaction
          .selectFrom('machine_metadata')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirst();
        if (!row) throw new AppError('not_found', `No machine with id ${id} exists`);
        return toRecord(row);
      });
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async delete(id: string): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      const deleted = await transaction
        .deleteFrom('machine_metadata')
        .where('id', '=', id)
        .returning(['name', 'location'])
        .executeTakeFirst();
      if (!deleted) throw new AppError('not_found', `No machine with id ${id} exists`);
      // Alerts show the current name and location of their machine, which from now on can only be read from the alert.
      await transaction
        .updateTable('alerts')
        .set({ machine_name: deleted.name, location: deleted.location })
        .where('machine_id', '=', id)
        .execute();
      await deleteLimits(transaction, id);
      await transaction.deleteFrom('machine_overrides').where('machine_id', '=', id).execute();
      await transaction.deleteFrom('machine_metrics').where('machine_id', '=', id).execute();
      await transaction.deleteFrom('alert_evaluations').where('machine_id', '=', id).execute();
    });
  }

  async allLimits(): Promise<Map<string, MachineLimits>> {
    const machines = new Map<string, MachineLimits>();
    const rows = await this.#database.db
      .selectFrom('alert_limits')
      .selectAll()
      .where('owner_kind', '=', 'machine')
      .execute();
    for (const { owner, metric, low_low, low, high, high_high } of rows) {
      const limits = overridesOf({ [metric]: { low_low, low, high, high_high } });
      machines.set(owner, { ...machines.get(owner), ...limits });
    }
    return machines;
  }

  async saveLimits(machineId: string, limits: MachineLimits): Promise<void> {
    const rows = Object.entries(overridesOf(limits)).map(([metric, of]) => ({
      ...{ owner_kind: 'machine' as const, owner: machineId },
      metric,
      low_low: of?.low_low ?? null,
      low: of?.low ?? null,
      high: of?.high ?? null,
      high_high: of?.high_high ?? null,
    }));
    await this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'limits');
      await deleteLimits(transaction, machineId);
      if (rows.length > 0) await transaction.insertInto('alert_limits').values(rows).execute();
    });
  }

  #translated(error: unknown): unknown {
    const { engine } = this.#database;
    if (engine.isUniqueViolation(error, 'machine_metadata', 'name_key')) {
      return new AppError('name_taken', 'A machine with this name already exists', { cause: error });
    }
    return engine.isUniqueViolation(error, 'machine_metadata', 'id')
      ? new AppError('conflict', 'A machine with this id already exists', { cause: error })
      : error;
  }
}

const toRecord = (row: Row): MachineRecord => ({
  id: row.id,
  name: row.name,
  location: row.location,
  sensorType: row.sensor_type,
  status: row.status,
  createdAtMs: row.created_at,
  updatedAtMs: row.updated_at,
});

async function deleteLimits(transaction: Connection, machineId: string): Promise<void> {
  await transaction
    .deleteFrom('alert_limits')
    .where('owner_kind', '=', 'machine')
    .where('owner', '=', machineId)
    .execute();
}
