// The zone of timestamps that a gateway sends without one. Gateways that exist keep theirs: UTC.

import type { Connection } from '../database.ts';

export async function gatewayTimezone({ schema }: Connection): Promise<void> {
  await schema
    .alterTable('gateways')
    .addColumn('timezone', 'text', (column) => column.notNull().defaultTo('UTC'))
    .execute();
}
