// The audit entries that Management of one factory may read, as a condition of a query.

import { type RawBuilder, sql } from 'kysely';
import type { SqlEngine } from '../database/database.ts';

/** Actions whose target is a machine. The target of limits may also be a machine type, which belongs to nobody. */
const ABOUT_MACHINES = ['machine', 'limits', 'machine_metrics', 'calibration'];
const UUID_LENGTH = 36;

/**
 * Entries about machines and alerts only where the machine is of the factory or of every one. Those about gateways and users of
 * another factory are left out, and so are those of which nobody knows any more to which factory they belonged.
 */
export function isOfFactory(factoryId: string, engine: Pick<SqlEngine, 'name'>): RawBuilder<boolean> {
  const text = (column: string) => (engine.name === 'postgres' ? sql`${sql.ref(column)}::text` : sql.ref(column));
  const ofIt = sql`(factory_id is null or factory_id = ${factoryId})`;
  const isAbout = (kinds: readonly string[]) =>
    sql.join(
      kinds.map((kind) => sql`action like ${`${kind}.%`}`),
      sql` or `,
    );
  const machines = sql`select ${text('id')} from machine_metadata where ${ofIt}
    union all select ${text('id')} from deleted_machines where ${ofIt}`;
  return sql<boolean>`(target is null or case
    when ${isAbout(ABOUT_MACHINES)} then length(target) <> ${sql.lit(UUID_LENGTH)} or target in (${machines})
    when ${isAbout(['alert'])} then exists (select 1 from alerts
      where ${text('alerts.id')} = target and (alerts.machine_id is null or ${text('alerts.machine_id')} in (${machines})))
    when ${isAbout(['gateway', 'gateway_profile'])} then target in (
      select ${text('id')} from gateways where scope = 'factory' and factory_id = ${factoryId})
    when ${isAbout(['user', 'session', 'api_key'])} then user_id in (select id from users where factory_id = ${factoryId})
      or target in (select ${text('id')} from users where factory_id = ${factoryId})
    else true end)`;
}
