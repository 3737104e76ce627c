// Handovers of readings, and deleted machines, in SQL.

import { MAX_ALIASES } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Connection, Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';
import { nameKey } from '../../name-key.ts';
import { aliasesOf, ownersOfKeys, replaceAliases } from '../sql-machine-aliases.ts';
import type {
  DeletedMachineRecord,
  HandoverProgress,
  HandoverRecord,
  HandoverRepository,
  HandoverResult,
} from './handover-repository.ts';

export class SqlHandoverRepository implements HandoverRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin({
    machineId,
    successorId,
    otherAliases,
    history,
  }: Parameters<HandoverRepository['begin']>[0]): Promise<{ aliases: string[]; inUse: string[] }> {
    return this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'machines');
      await refuseHandover(transaction, [machineId, successorId]);
      const exists = transaction.selectFrom('machine_metadata').select('id').where('id', '=', successorId);
      if ((await exists.executeTakeFirst()) === undefined) {
        throw new AppError('not_found', `No machine with id ${successorId} exists`);
      }
      const { aliases, inUse } = await this.#moveAliases(transaction, { machineId, successorId, otherAliases });
      if (history) {
        await transaction.deleteFrom('machine_handovers').where('machine_id', '=', machineId).execute();
        const counts = { total_readings: 0, copied_readings: 0, copied_until: 0, overlapping_values: 0 };
        await transaction
          .insertInto('machine_handovers')
          .values({ machine_id: machineId, successor_id: successorId, state: 'running', ...counts, ...NOT_FINISHED })
          .execute();
      }
      return { aliases, inUse };
    });
  }

  async of(machineId: string): Promise<HandoverRecord | null> {
    const query = this.#database.db.selectFrom('machine_handovers').selectAll().where('machine_id', '=', machineId);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async running(): Promise<HandoverRecord[]> {
    const { db } = this.#database;
    const rows = await db.selectFrom('machine_handovers').selectAll().where('state', '=', 'running').execute();
    return rows.map(toRecord);
  }

  async saveProgress(machineId: string, progress: HandoverProgress): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('machine_handovers')
      .set({
        total_readings: progress.totalReadings,
        copied_readings: progress.copiedReadings,
        copied_until: progress.copiedUntilMs,
        overlapping_values: progress.overlappingValues,
        updated_at: this.#database.engine.now,
      })
      .where('machine_id', '=', machineId)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return numUpdatedRows > 0;
  }

  async finish(machineId: string, result: HandoverResult): Promise<void> {
    const kept = result.state === 'completed' ? result.kept : null;
    const fault = result.state === 'failed' ? result.fault : null;
    const { now } = this.#database.engine;
    await this.#database.db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('machine_handovers')
        .set({ state: result.state, kept, fault, updated_at: now, finished_at: now })
        .where('machine_id', '=', machineId)
        .where('state', '=', 'running')
        .execute();
      if (result.state === 'failed' || kept !== null) return;
      await transaction.deleteFrom('deleted_machines').where('id', '=', machineId).execute();
    });
  }

  async deletedMachines(): Promise<DeletedMachineRecord[]> {
    const query = this.#database.db.selectFrom('deleted_machines').selectAll();
    return (await query.orderBy('deleted_at', 'desc').orderBy('id').execute()).map(toDeleted);
  }

  async deletedMachine(id: string): Promise<DeletedMachineRecord | null> {
    const query = this.#database.db.selectFrom('deleted_machines').selectAll().where('id', '=', id);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : toDeleted(row);
  }

  async forgetDeleted(id: string): Promise<void> {
    await this.#database.db.deleteFrom('deleted_machines').where('id', '=', id).execute();
  }

  async #moveAliases(
    transaction: Connection,
    {
      machineId,
      successorId,
      otherAliases,
    }: { machineId: string; successorId: string; otherAliases: readonly string[] },
  ): Promise<{ aliases: string[]; inUse: string[] }> {
    const stored = await aliasesOf(transaction, [machineId, successorId]);
    const own = stored.get(successorId) ?? [];
    const owners = await ownersOfKeys(transaction, otherAliases.map(nameKey));
    const ownerOf = (alias: string) => owners.get(nameKey(alias));
    const inUse = otherAliases.filter((alias) => ![undefined, successorId].includes(ownerOf(alias)));
    const free = otherAliases.filter((alias) => ownerOf(alias) === undefined);
    const aliases = [...(stored.get(machineId) ?? []), ...free];
    if (aliases.length === 0) return { aliases, inUse };
    if (own.length + aliases.length > MAX_ALIASES) {
      throw new AppError('conflict', `The successor would have more than ${MAX_ALIASES} aliases`);
    }
    await replaceAliases(transaction, machineId, []);
    await replaceAliases(transaction, successorId, [...own, ...aliases]);
    await transaction.updateTable('deleted_machines').set({ aliases: '[]' }).where('id', '=', machineId).execute();
    await transaction
      .updateTable('machine_metadata')
      .set({ updated_at: this.#database.engine.now })
      .where('id', 'in', [machineId, successorId])
      .execute();
    return { aliases, inUse };
  }
}

const NOT_FINISHED = { kept: null, fault: null, finished_at: null };

/** The running handovers: the successor by the former machine. */
export async function runningHandovers(connection: Connection): Promise<Map<string, string>> {
  const query = connection.selectFrom('machine_handovers').select(['machine_id', 'successor_id']);
  const rows = await query.where('state', '=', 'running').execute();
  return new Map(rows.map(({ machine_id, successor_id }) => [machine_id, successor_id]));
}

/** Rejects with `conflict` if one of the machines takes part in a running handover. */
export async function refuseHandover(connection: Connection, machineIds: readonly string[]): Promise<void> {
  for (const [from, to] of await runningHandovers(connection)) {
    if (!machineIds.includes(from) && !machineIds.includes(to)) continue;
    throw new AppError('conflict', `The readings of machine ${from} are being handed over to machine ${to}`);
  }
}

const toRecord = (row: Selectable<Schema['machine_handovers']>): HandoverRecord => ({
  machineId: row.machine_id,
  successorId: row.successor_id,
  state: row.state,
  totalReadings: row.total_readings,
  copiedReadings: row.copied_readings,
  copiedUntilMs: row.copied_until,
  overlappingValues: row.overlapping_values,
  kept: row.kept,
  fault: row.fault,
  startedAtMs: row.started_at,
  updatedAtMs: row.updated_at,
  finishedAtMs: row.finished_at,
});

const toDeleted = (row: Selectable<Schema['deleted_machines']>): DeletedMachineRecord => ({
  id: row.id,
  name: row.name,
  location: row.location,
  sensorType: row.sensor_type,
  factoryId: row.factory_id,
  aliases: JSON.parse(row.aliases) as string[],
  deletedAtMs: row.deleted_at,
});
