// The calibration offsets of sensors: what is added to the values of a metric on one machine, from a time on.

import type { Connection, SqlEngine } from '../database.ts';

export async function calibration(connection: Connection, { types }: SqlEngine): Promise<void> {
  await connection.schema
    .createTable('calibration_offsets')
    .addColumn('machine_id', types.uuid, (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('valid_from', types.time, (column) => column.notNull())
    .addColumn('value_offset', 'double precision', (column) => column.notNull())
    .addColumn('set_at', types.time, (column) => column.notNull())
    .addColumn('set_by', 'text')
    .addPrimaryKeyConstraint('calibration_offsets_key', ['machine_id', 'metric', 'valid_from'])
    .execute();
}
