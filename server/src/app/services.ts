// The services of the domain: settings, gateways, machines, the audit log and users.

import type { AuditLog } from '../audit/audit-log.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import type { Clock, TrustedClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { GatewayService } from '../gateways/gateway-service.ts';
import { SqlGatewayRepository } from '../gateways/sql-gateway-repository.ts';
import { MachineService } from '../machines/machine-service.ts';
import type { AlertCatalogue } from '../machines/alert-catalogue.ts';
import { SeedMetrics } from '../machines/seed-metrics.ts';
import { SqlMachineRepository } from '../machines/sql-machine-repository.ts';
import { ONLY_GAUGES, type ShownMetrics } from '../readings/shown-metrics.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import { ensureFirstUsers } from '../users/first-users.ts';
import { openUsers } from '../users/open-users.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface Services {
  settings: SettingsService;
  gateways: GatewayService;
  machines: MachineService;
  catalogue: AlertCatalogue;
  shownMetrics: ShownMetrics;
  audit: AuditLog;
}

/** Nothing is started or read yet. */
export function createServices(deps: {
  database: Database;
  bus: EventBus;
  clock: Clock;
  /** Stands in for the metrics that every plant has. */
  catalogue?: AlertCatalogue;
}): Services {
  const { database, bus, clock } = deps;
  const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus, clock });
  const gateways = new GatewayService({ repository: new SqlGatewayRepository(database), bus, clock });
  const catalogue = deps.catalogue ?? new SeedMetrics(settings);
  const metrics = ONLY_GAUGES;
  const repository = new SqlMachineRepository(database);
  const machines = new MachineService({ repository, catalogue, settings, bus, clock, metrics });
  return { settings, gateways, machines, catalogue, shownMetrics: metrics, audit: new SqlAuditLog(database) };
}

/** Creates the first users of a new installation. `tell` may receive a one-time password. */
export async function startUsers(
  deps: {
    config: Config;
    database: Database;
    bus: EventBus;
    clock: Clock;
    guard: TrustedClock;
    tell: (line: string) => void;
  },
  lifecycle: Lifecycle,
) {
  const opened = await openUsers(deps);
  for (const line of await ensureFirstUsers(opened.users, opened.passwords, deps.config)) deps.tell(line);
  await lifecycle.service(opened.sessions).start();
  return opened;
}
