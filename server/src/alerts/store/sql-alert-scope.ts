// The alerts that a user may see, as a condition of a query; the same rule as `visibleAlert`.

import { type RawBuilder, sql } from 'kysely';
import type { SqlEngine } from '../../database/database.ts';

/** For queries on `alerts`. `factoryId` is the factory of the user. */
export function isAlertOf(factoryId: string, engine: Pick<SqlEngine, 'name'>): RawBuilder<boolean> {
  const listed =
    engine.name === 'postgres'
      ? sql`jsonb_array_elements_text(alerts.machine_ids::jsonb) as listed(value)
          join machine_metadata as machine on machine.id = listed.value::uuid`
      : sql`json_each(alerts.machine_ids) as listed join machine_metadata as machine on machine.id = listed.value`;
  const seen = sql`(machine.factory_id is null or machine.factory_id = ${factoryId})`;
  return sql<boolean>`case
    when alerts.machine_id is null
      then alerts.machine_ids = '[]' or exists (select 1 from ${listed} where ${seen})
    when exists (select 1 from machine_metadata as machine where machine.id = alerts.machine_id)
      then exists (select 1 from machine_metadata as machine where machine.id = alerts.machine_id and ${seen})
    else alerts.factory_id is null or alerts.factory_id = ${factoryId} end`;
}
