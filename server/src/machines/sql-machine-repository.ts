// Machines and limits in SQL.

import { randomUUID } from 'node:crypto';
import type { MachineInput, MachineLimits, MachineOverrides, MachinePatch, MachineStatus } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import { type Connection, type Database, inChunks } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { nameKey } from '../name-key.ts';
import { overridesOf } from './effective-limits.ts';
import { refuseHandover, runningHandovers } from './handover/sql-handover-repository.ts';
import { keyTaken } from './machine-keys.ts';
import type { MachineRecord, MachineRepository } from './machine-repository.ts';
import { aliasesOf, insertAliases, refuseTakenKeys, replaceAliases } from './sql-machine-aliases.ts';
import { endStatuses, setStatus } from './sql-machine-status.ts';

const ROWS_PER_INSERT = 200;
const IDS_PER_QUERY = 500;

type Row = Selectable<Schema['machine_metadata']>;

export class SqlMachineRepository implements MachineRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<MachineRecord[]> {
    const { db } = this.#database;
    const rows = await db.selectFrom('machine_metadata').selectAll().orderBy('created_at').orderBy('id').execute();
    return recordsOf(db, rows, 'all');
  }

  async some(ids: readonly string[]): Promise<MachineRecord[]> {
    const found: MachineRecord[] = [];
    await inChunks(ids, IDS_PER_QUERY, async (chunk) => {
      const { db } = this.#database;
      const rows = await db.selectFrom('machine_metadata').selectAll().where('id', 'in', chunk).execute();
      found.push(...(await recordsOf(db, rows, chunk)));
    });
    return found;
  }

  async create(inputs: readonly MachineInput[]): Promise<MachineRecord[]> {
    try {
      return await this.#database.db.transaction().execute(async (transaction) => {
        await this.#database.engine.lock(transaction, 'machines');
        if (inputs.some(({ inactivity_timeout }) => inactivity_timeout != null)) {
          await this.#database.engine.lock(transaction, 'metrics');
        }
        await refuseTakenKeys(transaction, inputs, null);
        const created: MachineRecord[] = [];
        await inChunks(inputs, ROWS_PER_INSERT, async (chunk) => {
          const rows = chunk.map((input) => ({
            id: input.machine_id ?? randomUUID(),
            name: input.name,
            name_key: nameKey(input.name),
            location: input.location,
            sensor_type: input.sensor_type,
            status: input.status,
            factory_id: input.factory_id ?? null,
            status_until: null,
            status_before: null,
          }));
          const stored = await transaction.insertInto('machine_metadata').values(rows).returningAll().execute();
          const byId = new Map(stored.map((row) => [row.id, row]));
          const records = rows.map(({ id }, i) => toRecord(byId.get(id) as Row, chunk[i]?.aliases));
          await insertAliases(transaction, records);
          const ids = rows.map(({ id }) => id);
          await transaction.deleteFrom('deleted_machines').where('id', 'in', ids).execute();
          created.push(...records);
        });
        await insertTimeouts(transaction, created, inputs);
        return created;
      });
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async update(id: string, patch: Omit<MachinePatch, 'inactivity_timeout'>): Promise<MachineRecord> {
    const values = {
      ...(patch.name !== undefined && { name: patch.name, name_key: nameKey(patch.name) }),
      ...(patch.location !== undefined && { location: patch.location }),
      ...(patch.sensor_type !== undefined && { sensor_type: patch.sensor_type }),
      // A person says otherwise: the status does not end by itself any more.
      ...(patch.status !== undefined && { status: patch.status, status_until: null, status_before: null }),
      ...(patch.factory_id !== undefined && { factory_id: patch.factory_id }),
      // The trigger does not see changes of aliases and of the factory.
      ...((patch.aliases ?? patch.factory_id) !== undefined && { updated_at: this.#database.engine.now }),
    };
    try {
      return await this.#database.db.transaction().execute(async (transaction) => {
        if (patch.name !== undefined || patch.aliases !== undefined) {
          await this.#database.engine.lock(transaction, 'machines');
          await refuseTakenKeys(transaction, [patch], id);
        }
        if (Object.keys(values).length > 0) {
          await transaction.updateTable('machine_metadata').set(values).where('id', '=', id).execute();
        }
        const row = await transaction
          .selectFrom('machine_metadata')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirst();
        if (!row) throw new AppError('not_found', `No machine with id ${id} exists`);
        if (patch.aliases !== undefined) await replaceAliases(transaction, id, patch.aliases);
        return (await recordsOf(transaction, [row], [id]))[0] as MachineRecord;
      });
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async delete(id: string, keepsReadings: boolean): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'machines');
      await refuseHandover(transaction, [id]);
      const aliases = (await aliasesOf(transaction, [id])).get(id) ?? [];
      const deleted = await transaction
        .deleteFrom('machine_metadata')
        .where('id', '=', id)
        .returning(['name', 'location', 'sensor_type', 'factory_id'])
        .executeTakeFirst();
      if (!deleted) throw new AppError('not_found', `No machine with id ${id} exists`);
      // Alerts show the current name and location of their machine, which from now on can only be read from the alert.
      await transaction
        .updateTable('alerts')
        .set({ machine_name: deleted.name, location: deleted.location, factory_id: deleted.factory_id })
        .where('machine_id', '=', id)
        .execute();
      if (keepsReadings) {
        const kept = { id, ...deleted, aliases: JSON.stringify(aliases) };
        await transaction.insertInto('deleted_machines').values(kept).execute();
      }
      await deleteLimits(transaction, id);
      await transaction.deleteFrom('conditions').where('level', '=', 'machine').where('owner', '=', id).execute();
      await transaction.deleteFrom('machine_overrides').where('machine_id', '=', id).execute();
      await transaction.deleteFrom('calibration_offsets').where('machine_id', '=', id).execute();
      await transaction.deleteFrom('machine_metrics').where('machine_id', '=', id).execute();
      await transaction.deleteFrom('alert_evaluations').where('machine_id', '=', id).execute();
    });
  }

  setStatus(ids: readonly string[], status: MachineStatus, untilMs: number | null): Promise<void> {
    return setStatus(this.#database, ids, status, untilMs);
  }

  endStatuses(nowMs: number): Promise<string[]> {
    return endStatuses(this.#database, nowMs);
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
    // A node of an older version claims no lock.
    if (engine.isUniqueViolation(error, 'machine_metadata', 'name_key')) return keyTaken('name', { cause: error });
    return engine.isUniqueViolation(error, 'machine_metadata', 'id') ? keyTaken('id', { cause: error }) : error;
  }
}

/** `ids` are those of the rows. */
async function recordsOf(
  connection: Connection,
  rows: readonly Row[],
  ids: readonly string[] | 'all',
): Promise<MachineRecord[]> {
  const aliases = await aliasesOf(connection, ids);
  const handovers = await runningHandovers(connection);
  return rows.map((row) => toRecord(row, aliases.get(row.id), handovers.get(row.id)));
}

const toRecord = (row: Row, aliases: readonly string[] = [], handingTo: string | null = null): MachineRecord => ({
  id: row.id,
  name: row.name,
  location: row.location,
  sensorType: row.sensor_type,
  status: row.status,
  statusUntilMs: row.status_until,
  statusBefore: row.status_before,
  aliases,
  factoryId: row.factory_id,
  handingTo,
  createdAtMs: row.created_at,
  updatedAtMs: row.updated_at,
});

/** In the catalogue, whose revision tells every node to read it again. `inputs` are those of the records, in their order. */
async function insertTimeouts(
  transaction: Connection,
  records: readonly MachineRecord[],
  inputs: readonly MachineInput[],
): Promise<void> {
  const rows = records.flatMap(({ id }, i) => {
    const timeout = inputs[i]?.inactivity_timeout ?? null;
    const overrides: MachineOverrides = { metrics: [], inactivity_timeout: timeout };
    return timeout === null ? [] : [{ machine_id: id, definition: JSON.stringify(overrides) }];
  });
  if (rows.length === 0) return;
  await inChunks(rows, ROWS_PER_INSERT, async (chunk) => {
    await transaction
      .insertInto('machine_overrides')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.column('machine_id').doUpdateSet((row) => ({ definition: row.ref('excluded.definition') })),
      )
      .execute();
  });
  await transaction
    .updateTable('catalogue_revision')
    .set((row) => ({ revision: row('revision', '+', 1) }))
    .execute();
}

async function deleteLimits(transaction: Connection, machineId: string): Promise<void> {
  await transaction
    .deleteFrom('alert_limits')
    .where('owner_kind', '=', 'machine')
    .where('owner', '=', machineId)
    .execute();
}
