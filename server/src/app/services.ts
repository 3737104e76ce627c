// The services of the domain: settings, the catalogue of metrics, gateways, machines, the audit log and users.

import { AccessKeyService } from '../access-keys/access-key-service.ts';
import { SqlAccessKeyRepository } from '../access-keys/sql-access-key-repository.ts';
import { ConditionService } from '../alerts/conditions/condition-service.ts';
import { SqlConditionRepository } from '../alerts/conditions/sql-condition-repository.ts';
import type { AuditHead, AuditLog } from '../audit/audit-log.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import type { Clock, TrustedClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { DutyRepository } from '../duty/duty-repository.ts';
import { DutyService } from '../duty/duty-service.ts';
import type { EventBus } from '../events/event-bus.ts';
import { GatewayConnections } from '../gateways/gateway-connections.ts';
import { GatewayService } from '../gateways/gateway-service.ts';
import { GatewayTraffic } from '../gateways/gateway-traffic.ts';
import { ProfileService } from '../gateways/profile-service.ts';
import { SqlGatewayRepository } from '../gateways/sql-gateway-repository.ts';
import { SqlProfileRepository } from '../gateways/sql-profile-repository.ts';
import { ActiveProfiles } from '../ingest/profiles/active-profiles.ts';
import { SendIntervals } from '../ingest/profiles/send-intervals.ts';
import type { Logger } from '../log.ts';
import type { MachineRecord } from '../machines/machine-repository.ts';
import { MachineService } from '../machines/machine-service.ts';
import { SqlMachineRepository } from '../machines/sql-machine-repository.ts';
import { StatusEnds } from '../machines/status-ends.ts';
import { IngestFields } from '../metrics/ingest-fields.ts';
import { MetricCatalogue } from '../metrics/metric-catalogue.ts';
import { MetricService } from '../metrics/metric-service.ts';
import { SqlMetricRepository } from '../metrics/sql-metric-repository.ts';
import type { SecretBox } from '../secret-box.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import { ensureFirstUsers } from '../users/first-users.ts';
import { openUsers } from '../users/open-users.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface Services {
  settings: SettingsService;
  /** The shift calendar, and who is on duty. */
  dutyService: DutyService;
  /** Metrics and machine types, as people change them. */
  metricService: MetricService;
  /** The same as alerts, queries and live clients read them. */
  catalogue: MetricCatalogue;
  /** The same as ingest uses them. */
  ingestFields: IngestFields;
  gateways: GatewayService;
  gatewayConnections: GatewayConnections;
  gatewayTraffic: GatewayTraffic;
  /** API keys of users, and tokens of gateways. */
  accessKeys: AccessKeyService;
  /** How the payloads of gateways are read. */
  profiles: ProfileService;
  /** The same, compiled, as ingest uses them. */
  profileRules: ActiveProfiles;
  /** How often machines send, as the profiles state it. */
  sendIntervals: SendIntervals;
  machines: MachineService;
  conditions: ConditionService;
  audit: AuditLog;
}

/** Nothing is started or read yet. */
export function createServices(deps: {
  database: Database;
  bus: EventBus;
  clock: Clock;
  /** Told of each entry of the audit log that was stored. */
  onAudited?: (head: AuditHead) => void;
  log: Logger;
}): Services {
  const { database, bus, clock, log } = deps;
  const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus, clock });
  const plantZone = () => settings.all().plant_timezone ?? 'UTC';
  const dutyService = new DutyService({ repository: new DutyRepository(database), bus, plantZone });
  const gateways = new GatewayService({ repository: new SqlGatewayRepository(database), bus, clock });
  const accessKeys = new AccessKeyService({ repository: new SqlAccessKeyRepository(database), bus, clock });
  const profiles = new ProfileService({ repository: new SqlProfileRepository(database), bus, clock });
  const sendIntervals = new SendIntervals();
  const profileRules = new ActiveProfiles({ profiles, gateways, sendIntervals });
  const metricService = new MetricService({
    repository: new SqlMetricRepository(database),
    gatewayName: (id) => gateways.get(id)?.name ?? null,
    ...{ settings, bus, clock, log },
  });
  const sensorTypeOf = (machineId: string): string => machines.get(machineId)?.record.sensorType ?? '';
  const ofMetrics = { metrics: metricService, settings, clock, sensorTypeOf };
  const catalogue = new MetricCatalogue(ofMetrics);
  const repository = new SqlMachineRepository(database);
  const machines = new MachineService({ repository, metricService, catalogue, bus, clock });
  const conditions = new ConditionService({
    repository: new SqlConditionRepository(database),
    ...{ catalogue, machines, bus, clock },
  });
  const ingestFields = new IngestFields(ofMetrics);
  const gatewayConnections = new GatewayConnections({ clock, log });
  const audit = new SqlAuditLog(database, deps.onAudited);
  const ofGateways = {
    gateways,
    gatewayConnections,
    gatewayTraffic: new GatewayTraffic(clock),
    accessKeys,
    profiles,
    profileRules,
    sendIntervals,
  };
  return { settings, dutyService, metricService, catalogue, ingestFields, ...ofGateways, machines, conditions, audit };
}

/** Creates the first users of a new installation. `tell` may receive a one-time password. */
export async function startUsers(
  deps: {
    config: Config;
    database: Database;
    bus: EventBus;
    clock: Clock;
    guard: TrustedClock;
    box: SecretBox;
    accessKeys: Pick<AccessKeyService, 'ownersChanged'>;
    log: Logger;
    tell: (line: string) => void;
  },
  lifecycle: Lifecycle,
) {
  const opened = await openUsers(deps);
  for (const line of await ensureFirstUsers(opened.users, opened.passwords, deps.config)) deps.tell(line);
  await opened.secondFactorGate.reload();
  await lifecycle.service(opened.sessions).start();
  return opened;
}

/** Each machine that returns to its former status is in the audit log, by nobody. */
export function createStatusEnds(deps: {
  machines: MachineService;
  audit: AuditLog;
  clock: Clock;
  log: Logger;
}): StatusEnds {
  const { machines, audit, clock, log } = deps;
  const onEnded = async (ended: readonly MachineRecord[]): Promise<void> => {
    const ofNobody = { userId: null, username: null, ip: null, requestId: null, outcome: 'success' } as const;
    for (const { id, name, status } of ended) {
      const entry = { ...ofNobody, action: 'machine.status_ended', target: id, details: { name, status } };
      await audit.append(entry, clock.nowMs());
    }
  };
  return new StatusEnds({ machines, onEnded, clock, log });
}
