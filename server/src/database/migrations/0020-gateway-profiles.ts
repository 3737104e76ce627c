// The profiles of gateways, each change a version.

import type { Connection, SqlEngine } from '../database.ts';

export async function gatewayProfiles(connection: Connection, { types }: SqlEngine): Promise<void> {
  await connection.schema
    .createTable('gateway_profiles')
    .addColumn('gateway_id', types.uuid, (column) => column.notNull().references('gateways.id').onDelete('cascade'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('definition', 'text')
    .addColumn('restores', 'integer')
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .addColumn('updated_by', 'text')
    .addPrimaryKeyConstraint('gateway_profiles_key', ['gateway_id', 'version'])
    .execute();
}
