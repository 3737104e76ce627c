// The scope of a gateway. Gateways that exist keep exactly the rights that they had until somebody sets their scope.

import { sql } from 'kysely';
import type { Connection, SqlEngine } from '../database.ts';

export async function gatewayScope(connection: Connection, { types }: SqlEngine): Promise<void> {
  await connection.schema
    .alterTable('gateways')
    .addColumn('scope', 'text', (column) =>
      column.notNull().defaultTo('plant').check(sql`scope in ('plant', 'factory', 'machines')`),
    )
    .execute();
  await connection.schema
    .alterTable('gateways')
    .addColumn('needs_review', types.flag, (column) => column.notNull().defaultTo(sql`false`))
    .execute();
  // The scope that comes nearest to their rights, for the person who reviews them.
  await sql`
    update gateways set needs_review = true, scope = case
      when factory_id is not null then 'factory' when machine_ids <> '[]' then 'machines' else 'plant' end`.execute(
    connection,
  );
}
