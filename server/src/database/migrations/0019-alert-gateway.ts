// The gateway that an alert is about. Alerts that were raised before do not name it.

import type { Connection, SqlEngine } from '../database.ts';

export async function alertGateway({ schema }: Connection, { types }: SqlEngine): Promise<void> {
  await schema.alterTable('alerts').addColumn('gateway_id', types.uuid).execute();
}
