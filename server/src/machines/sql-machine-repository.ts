// Machines and their own limits in SQL.

import { randomUUID } from 'node:crypto';
import type { MachineInput, MachineLimits, MachinePatch, MetricName } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Connection, Database } from '../database/database.ts';
import { inChunks } from '../database/in-chunks.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { nameKey } from '../name-key.ts';
import type { MachineRecord, MachineRepository } from './machine-repository.ts';

const ROWS_PER_INSERT = 200;
const LIMIT_KINDS = ['low_low', 'low', 'high', 'high_high'] as const;

type LimitOwner = { machineId: string } | { sensorType: string };

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

  async create(inputs: readonly MachineInput[], ids?: readonly string[]): Promise<MachineRecord[]> {
    const rows = inputs.map((input, i) => ({
      id: ids?.[i] ?? randomUUID(),
      name: input.name,
      name_key: nameKey(input.name),
      location: input.location,
      sensor_type: input.sensor_type,
      status: input.status,
    }));
    try {
      return await this.#database.db.transaction().execute(async (transaction) => {
        const stored = new Map<string, MachineRecord>();
        await inChunks(rows, ROWS_PER_INSERT, async (chunk) => {
          const inserted = await transaction.insertInto('machine_metadata').values(chunk).returningAll().execute();
          for (const row of inserted) stored.set(row.id, toRecord(row));
        });
        return rows.map((row) => stored.get(row.id) as MachineRecord);
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
        if (!row) throw new AppError('not_found', 'There is no such machine');
        return toRecord(row);
      });
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async delete(id: string): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('machine_metadata')
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw new AppError('not_found', 'There is no such machine');
      await deleteLimits(transaction, { machineId: id });
      await transaction.deleteFrom('alert_evaluations').where('machine_id', '=', id).execute();
    });
  }

  async allLimits(): Promise<{ machines: Map<string, MachineLimits>; sensorTypes: Map<string, MachineLimits> }> {
    const machines = new Map<string, MachineLimits>();
    const sensorTypes = new Map<string, MachineLimits>();
    for (const row of await this.#database.db.selectFrom('alert_limits').selectAll().execute()) {
      const of = row.owner_kind === 'machine' ? machines : sensorTypes;
      const limits = of.get(row.owner) ?? {};
      limits[row.metric] = Object.fromEntries(
        LIMIT_KINDS.flatMap((kind) => (row[kind] === null ? [] : [[kind, row[kind]]])),
      );
      of.set(row.owner, limits);
    }
    return { machines, sensorTypes };
  }

  async saveLimits(owner: LimitOwner, limits: MachineLimits): Promise<void> {
    const rows = (Object.keys(limits) as MetricName[]).flatMap((metric) => {
      const of = limits[metric];
      if (!of || LIMIT_KINDS.every((kind) => of[kind] == null)) return [];
      const values = Object.fromEntries(LIMIT_KINDS.map((kind) => [kind, of[kind] ?? null]));
      return [{ ...ownerColumns(owner), metric, ...(values as Record<(typeof LIMIT_KINDS)[number], number | null>) }];
    });
    await this.#database.db.transaction().execute(async (transaction) => {
      await deleteLimits(transaction, owner);
      if (rows.length > 0) await transaction.insertInto('alert_limits').values(rows).execute();
    });
  }

  #translated(error: unknown): unknown {
    const { engine } = this.#database;
    if (engine.isTaken(error, 'machine_metadata', 'name_key')) {
      return new AppError('name_taken', 'A machine of this name exists', { cause: error });
    }
    return engine.isTaken(error, 'machine_metadata', 'id')
      ? new AppError('conflict', 'A machine of this id exists', { cause: error })
      : error;
  }
}

const toRecord = (row: Selectable<Schema['machine_metadata']>): MachineRecord => ({
  id: row.id,
  name: row.name,
  location: row.location,
  sensorType: row.sensor_type,
  status: row.status,
  createdAtMs: row.created_at,
  updatedAtMs: row.updated_at,
});

const ownerColumns = (owner: LimitOwner) =>
  'machineId' in owner
    ? ({ owner_kind: 'machine', owner: owner.machineId } as const)
    : ({ owner_kind: 'sensor_type', owner: owner.sensorType } as const);

async function deleteLimits(transaction: Connection, of: LimitOwner): Promise<void> {
  const { owner_kind, owner } = ownerColumns(of);
  await transaction
    .deleteFrom('alert_limits')
    .where('owner_kind', '=', owner_kind)
    .where('owner', '=', owner)
    .execute();
}
