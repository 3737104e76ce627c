// Migrates the schema from any older version to the newest, each migration in a transaction of its own.

import { AppError } from '../errors.ts';
import type { Connection, Database, SqlEngine } from './database.ts';
import { users } from './migrations/0001-users.ts';
import { machines } from './migrations/0002-machines.ts';
import { settingsAndAudit } from './migrations/0003-settings-and-audit.ts';
import { alerts } from './migrations/0004-alerts.ts';
import { gateways } from './migrations/0005-gateways.ts';
import { alertLeader } from './migrations/0006-alert-leader.ts';
import { nodes } from './migrations/0007-nodes.ts';
import { alertRaises } from './migrations/0008-alert-raises.ts';
import { clockGuard } from './migrations/0009-clock-guard.ts';
import { nodeSessions } from './migrations/0010-node-sessions.ts';
import { alertEmailDefault } from './migrations/0011-alert-email-default.ts';
import { transferAndWriteCheck } from './migrations/0012-transfer-and-write-check.ts';
import { metrics } from './migrations/0013-metrics.ts';
import { ownTypes } from './migrations/0014-own-types.ts';
import { machineAliases } from './migrations/0015-machine-aliases.ts';
import { accessKeys } from './migrations/0016-access-keys.ts';
import { calibration } from './migrations/0017-calibration.ts';
import { gatewayTimezone } from './migrations/0018-gateway-timezone.ts';
import { alertGateway } from './migrations/0019-alert-gateway.ts';
import { gatewayProfiles } from './migrations/0020-gateway-profiles.ts';
import { gatewayScope } from './migrations/0021-gateway-scope.ts';
import { notifications } from './migrations/0022-notifications.ts';
import { alertFactory } from './migrations/0023-alert-factory.ts';
import { sparkplugNodes } from './migrations/0024-sparkplug-nodes.ts';
import { notificationChannels } from './migrations/0025-notification-channels.ts';
import { contactPoints } from './migrations/0026-contact-points.ts';
import { conditions } from './migrations/0027-conditions.ts';
import { notificationRoutes } from './migrations/0028-notification-routes.ts';
import { channelStates } from './migrations/0029-channel-states.ts';
import { duty } from './migrations/0030-duty.ts';
import { signInSources } from './migrations/0031-sign-in-sources.ts';
import { messageTemplates } from './migrations/0032-message-templates.ts';
import { improvements } from './migrations/0033-improvements.ts';
import { toldByTime } from './migrations/0034-told-by-time.ts';
import { oidc } from './migrations/0035-oidc.ts';
import { secondFactors } from './migrations/0036-second-factors.ts';

export interface Migration {
  readonly name: string;
  up(connection: Connection, engine: SqlEngine): Promise<void>;
}

/**
 * The n-th entry leads to version n. A released migration is never changed, and neither is its name, which is stored; some
 * names therefore differ from those of the files.
 */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'people', up: users },
  { name: 'machines', up: machines },
  { name: 'settings-and-audit', up: settingsAndAudit },
  { name: 'alerts', up: alerts },
  { name: 'gateways', up: gateways },
  { name: 'watch', up: alertLeader },
  { name: 'nodes', up: nodes },
  { name: 'alert-raises', up: alertRaises },
  { name: 'clock-guard', up: clockGuard },
  { name: 'node-sessions', up: nodeSessions },
  { name: 'alert-email-default', up: alertEmailDefault },
  { name: 'move-and-write-check', up: transferAndWriteCheck },
  { name: 'metrics', up: metrics },
  { name: 'own-types', up: ownTypes },
  { name: 'machine-aliases', up: machineAliases },
  { name: 'access-keys', up: accessKeys },
  { name: 'calibration', up: calibration },
  { name: 'gateway-timezone', up: gatewayTimezone },
  { name: 'alert-gateway', up: alertGateway },
  { name: 'gateway-profiles', up: gatewayProfiles },
  { name: 'gateway-scope', up: gatewayScope },
  { name: 'notifications', up: notifications },
  { name: 'alert-factory', up: alertFactory },
  { name: 'sparkplug-nodes', up: sparkplugNodes },
  { name: 'notification-channels', up: notificationChannels },
  { name: 'contact-points', up: contactPoints },
  { name: 'conditions', up: conditions },
  { name: 'notification-routes', up: notificationRoutes },
  { name: 'channel-states', up: channelStates },
  { name: 'duty', up: duty },
  { name: 'sign-in-sources', up: signInSources },
  { name: 'message-templates', up: messageTemplates },
  { name: 'improvements', up: improvements },
  { name: 'told-by-time', up: toldByTime },
  { name: 'oidc', up: oidc },
  { name: 'second-factors', up: secondFactors },
];

/**
 * Safe when several nodes start at the same moment, and after it was killed. Rejects with `database_newer` if the schema has
 * a version that this program does not know.
 *
 * @returns the versions before and after
 */
export async function migrate(
  { db, engine }: Pick<Database, 'db' | 'engine'>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<{ from: number; to: number }> {
  let from: number | null = null;
  for (;;) {
    const version = await db.transaction().execute(async (transaction) => {
      await engine.lock(transaction, 'migrations');
      const stored = await storedVersion(transaction, engine);
      if (stored > migrations.length) {
        throw new AppError(
          'database_newer',
          `The database has schema version ${stored}, but this program only supports ${migrations.length}; use a newer version of the program`,
        );
      }
      const next = migrations[stored];
      if (next) {
        await next.up(transaction, engine);
        await transaction
          .insertInto('schema_migrations')
          .values({ version: stored + 1, name: next.name })
          .execute();
      }
      return stored;
    });
    from ??= version;
    if (version === migrations.length) return { from, to: version };
  }
}

async function storedVersion(transaction: Connection, engine: SqlEngine): Promise<number> {
  await transaction.schema
    .createTable('schema_migrations')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'bigint', (column) => column.notNull().defaultTo(engine.nowMs))
    .execute();
  const newest = await transaction
    .selectFrom('schema_migrations')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst();
  return newest?.version ?? 0;
}
