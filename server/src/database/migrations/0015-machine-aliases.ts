// Names by which devices know a machine, and the factory to which a machine belongs; machines that were deleted without their
// readings, and readings that are handed over to another machine.

import { sql } from 'kysely';
import { type Connection, inChunks, type SqlEngine } from '../database.ts';

export async function machineAliases(connection: Connection, engine: SqlEngine): Promise<void> {
  const { schema } = connection;
  const { types } = engine;
  await schema.alterTable('machine_metadata').addColumn('factory_id', 'text').execute();
  await schema
    .createTable('machine_aliases')
    .addColumn('alias_key', 'text', (column) => column.primaryKey())
    .addColumn('alias', 'text', (column) => column.notNull())
    .addColumn('machine_id', types.uuid, (column) =>
      column.notNull().references('machine_metadata.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .execute();
  await schema.createIndex('machine_aliases_machine').on('machine_aliases').column('machine_id').execute();

  await schema
    .createTable('deleted_machines')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('sensor_type', 'text', (column) => column.notNull())
    .addColumn('factory_id', 'text')
    .addColumn('aliases', 'text', (column) => column.notNull())
    .addColumn('deleted_at', types.time, (column) => column.notNull().defaultTo(engine.now))
    .execute();
  await schema
    .createTable('machine_handovers')
    .addColumn('machine_id', types.uuid, (column) => column.primaryKey())
    .addColumn('successor_id', types.uuid, (column) =>
      column.notNull().references('machine_metadata.id').onDelete('cascade'),
    )
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('total_readings', 'bigint', (column) => column.notNull())
    .addColumn('copied_readings', 'bigint', (column) => column.notNull())
    .addColumn('copied_until', 'bigint', (column) => column.notNull())
    .addColumn('overlapping_values', 'bigint', (column) => column.notNull())
    .addColumn('kept', 'text')
    .addColumn('fault', 'text')
    .addColumn('started_at', types.time, (column) => column.notNull().defaultTo(engine.now))
    .addColumn('updated_at', types.time, (column) => column.notNull().defaultTo(engine.now))
    .addColumn('finished_at', types.time)
    .addCheckConstraint('machine_handovers_state', sql`state in ('running', 'completed', 'failed')`)
    .execute();
  await listDeletedMachines(connection);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** As for a machine that nobody has described. */
const UNKNOWN = { location: 'Unknown', sensor_type: 'Unknown', factory_id: null, aliases: '[]' };

/** Machines that were deleted before, as far as the audit log knows their names. */
async function listDeletedMachines(connection: Connection): Promise<void> {
  const entries = await connection
    .selectFrom('audit_logs')
    .select(['target', 'at', 'details'])
    .where('action', '=', 'machine.delete')
    .where('outcome', '=', 'success')
    .orderBy('id')
    .execute();
  const deleted = new Map<string, { name: string; at: number }>();
  for (const { target, at, details } of entries) {
    const { name, readings } = JSON.parse(details) as { name?: unknown; readings?: unknown };
    if (target === null || !UUID.test(target)) continue;
    if (readings === 'keep' && typeof name === 'string') deleted.set(target, { name, at });
    else deleted.delete(target);
  }
  for (const { id } of await connection.selectFrom('machine_metadata').select('id').execute()) deleted.delete(id);
  const rows = [...deleted].map(([id, { name, at }]) => ({ id, name, ...UNKNOWN, deleted_at: at }));
  await inChunks(rows, 100, (chunk) => connection.insertInto('deleted_machines').values(chunk).execute());
}
