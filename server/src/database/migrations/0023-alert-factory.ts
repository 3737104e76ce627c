// The factory of a machine that was deleted, as its alerts remember it. Until now no deleted machine belonged to a single one.

import type { Connection } from '../database.ts';

export async function alertFactory({ schema }: Connection): Promise<void> {
  await schema.alterTable('alerts').addColumn('factory_id', 'text').execute();
}
